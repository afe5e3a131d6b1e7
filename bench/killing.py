"""Loads that are killed at random moments: each is there whole or not at all, and finishes afterwards. python -m bench.killing [LOADS]

Makes a PostgreSQL server of its own, so that it may kill that, too: every second time the database dies by kill −9, else the
process that loads. Once that process runs the load alone and the same function is called again afterwards; once it is
`manage.py procrastinate worker`, and what was cut short is for the next worker to find and to finish by itself.
"""

# ruff: noqa: PLC0415  # models need the settings, which need the server
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import database, embedded_postgres

PATIENTS, LONGEST_SECONDS = 60, 1.5
RECORDS = PATIENTS * 9
HOME = Path(__file__).resolve().parent.parent
UNTIL_FINISHED = 300  # seconds for a worker to take up what others left


def main() -> None:
    loads = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    folder = Path(tempfile.mkdtemp(prefix="caliper-killing-"))
    cluster = embedded_postgres.ensure(folder / "postgres")
    try:
        _name_server(cluster)
        _prepare()
        _tell("processes that load", Counter(_one(number, cluster=cluster) for number in range(1, loads + 1)))
        _tell("workers", _by_workers(range(loads + 1, 2 * loads + 1), cluster=cluster))
    finally:
        embedded_postgres.stop(cluster)
        shutil.rmtree(cluster.home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _tell(what: str, left: Counter[str]) -> None:
    told = ", ".join(f"{count} had left {kept}" for kept, count in sorted(left.items()))
    print(f"{sum(left.values())} loads, {what} killed: {told}; all whole in the end", flush=True)


def _name_server(cluster: embedded_postgres.Cluster) -> None:
    from psycopg.conninfo import make_conninfo

    passwords = cluster.passwords()
    database.bootstrap(make_conninfo(**cluster.superuser), passwords=passwords, database=database.DATABASE)
    for name, role in (("DATABASE_URL", "app"), ("DATABASE_OWNER_URL", "owner")):
        place = urlencode({"host": str(cluster.socket_folder), "port": 5432})
        os.environ[name] = f"postgresql://caliper_{role}:{quote(passwords[role], safe='')}@/{database.DATABASE}?{place}"


def _prepare() -> None:
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from registry.access.scope import center_scope
    from registry.choices import Role
    from registry.models import Center, Membership

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("uploader")
    with center_scope([], by=user, reason="bench"):
        center = Center.objects.create(
            center_code="C01", center_name_en="Bench", center_name_zh="试验", hospital_level="3A"
        )
        Membership.objects.create(user=user, center=center, role=Role.UPLOADER)


def _one(number: int, *, cluster: embedded_postgres.Cluster) -> str:
    upload = _confirmed(number)
    child = _start(upload)
    time.sleep(random.uniform(0, LONGEST_SECONDS))
    if number % 2:
        _kill(child)
    else:
        _kill_database(cluster)
        _kill(child)
        _again(cluster)
    kept = _what_stands(number)
    assert _store(upload) == "STORED", upload
    assert _what_stands(number) == "whole"
    return kept


def _by_workers(numbers: range, *, cluster: embedded_postgres.Cluster) -> Counter[str]:
    """The next load begins while a worker may be at an earlier one again: it is killed in that one, then."""
    from django.db import connection

    left, uploads, worker = Counter[str](), list[int](), _worker()
    try:
        for number in numbers:
            uploads.append(_confirmed(number))
            connection.close()
            connection.close_pool()
            time.sleep(random.uniform(0, LONGEST_SECONDS))
            if number % 2:
                _end(worker)
            else:
                _kill_database(cluster)
                _again(cluster)
            left.update([_what_stands(number)])
            for earlier in range(numbers.start, number):
                _what_stands(earlier)
            worker = _living(worker)
        for _second in range(UNTIL_FINISHED):
            if all(state == "STORED" for state, *_job in _states(uploads)):
                break
            time.sleep(1)
            worker = _living(worker)
    finally:
        _end(worker)
    assert all(_what_stands(number) == "whole" for number in numbers), Counter(_states(uploads))
    return left


def _worker() -> subprocess.Popen[bytes]:
    """One that has begun: it has told the database that it lives."""
    before = _workers_known()
    command = [sys.executable, "manage.py", "procrastinate", "worker"]
    with Path(os.devnull).open("w") as nowhere:
        worker = subprocess.Popen(command, cwd=HOME, stdout=nowhere, stderr=nowhere)
    for _attempt in range(600):
        if worker.poll() is not None:
            raise RuntimeError("the worker ended by itself")
        if _workers_known() - before:
            return worker
        time.sleep(0.1)
    raise RuntimeError("the worker does not begin")


def _workers_known() -> set[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_workers")
        return {number for (number,) in cursor.fetchall()}


def _end(worker: Any) -> None:
    with contextlib.suppress(ProcessLookupError):
        worker.kill()
    worker.wait()


def _living(worker: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """A worker ends itself when the database went away; whoever keeps the processes running starts the next."""
    return worker if worker.poll() is None else _worker()


def _states(uploads: list[int]) -> list[tuple[Any, ...]]:
    from importers.models import Upload
    from registry.access.scope import center_scope
    from registry.models import Center

    with center_scope([Center.objects.get().pk]):
        return list(Upload.objects.filter(pk__in=uploads).values_list("state", "job__state", "job__attempt"))


def _confirmed(number: int) -> int:
    from django.contrib.auth.models import User

    from importers.services import check_upload, confirm_upload, receive_upload
    from registry.access.scope import center_scope
    from registry.models import Center
    from tests.importers import books

    sheets = {
        sheet: [{**row, "local_id": f"{number:03d}-{row['local_id']}"} for row in rows]
        for sheet, rows in books.whole_center(PATIENTS).items()
    }
    user, center = User.objects.get(), Center.objects.get()
    with center_scope([center.pk], by=user, reason="bench"):
        upload = receive_upload(books.workbook(sheets), filename=f"{number}.xlsx", center=center.pk, by=user)
    upload = check_upload(upload.pk, center=center.pk, by=user)
    with center_scope([center.pk], by=user, reason="bench"):
        confirm_upload(upload, by=user, mode="WHOLE")
    return int(upload.pk)


def _start(upload: int) -> int:
    """A process that has everything imported: the kill falls into its work, not into its start."""
    from django.db import connection

    connection.close()
    connection.close_pool()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException), Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            _store(upload)
        os._exit(0)
    return child


def _store(upload: int) -> str:
    from django.contrib.auth.models import User

    from importers.services import store_upload
    from registry.models import Center

    return str(store_upload(upload, center=Center.objects.get().pk, by=User.objects.get()).state)


def _what_stands(number: int) -> str:
    """All records of this load with all their events, or none of either."""
    from django.db import connection

    from registry.access.scope import center_scope
    from registry.models import Center

    tables = ("assessment", "tumorburden", "labresult", "transarterialsession", "followup")
    with center_scope([Center.objects.get().pk]), connection.cursor() as cursor:
        mine = "SELECT id FROM registry_patient WHERE local_id LIKE %s"
        parts = [
            f"SELECT count(*) FROM registry_{name}{kind} WHERE patient_id IN ({mine})"
            for name in tables
            for kind in ("", "event")
        ]
        parts += [f"SELECT count(*) FROM registry_patient{kind} WHERE local_id LIKE %s" for kind in ("", "event")]
        cursor.execute(f"SELECT sum(n) FROM ({' UNION ALL '.join(parts)}) x (n)", [f"{number:03d}-%"] * len(parts))
        total = int(cursor.fetchone()[0])
    assert total in {0, 2 * RECORDS}, f"{total} of {2 * RECORDS} rows"
    return "whole" if total else "nothing"


def _kill(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _kill_database(cluster: embedded_postgres.Cluster) -> None:
    postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)


def _again(cluster: embedded_postgres.Cluster) -> None:
    from django.db import connection

    connection.close()
    connection.close_pool()
    for _attempt in range(60):
        with contextlib.suppress(embedded_postgres.CannotStart):
            embedded_postgres.ensure(cluster.home)
            return
        time.sleep(0.5)  # until the last of the killed server's own processes has gone


if __name__ == "__main__":
    main()
