"""The project's own server: any folder, several starters at once, and a killed server comes back."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import embedded_postgres
from config.embedded_postgres import CannotStart, ensure, is_running, locate, stop

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path_factory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("a folder 肝癌") / "postgres"
    yield folder
    with contextlib.suppress(CannotStart):
        stop(locate(folder))
    shutil.rmtree(locate(folder).home, ignore_errors=True)


def pid_of(cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def test_it_starts_in_a_folder_with_spaces_and_chinese_letters_and_attaches_the_second_time(home):
    first = pid_of(ensure(home))
    assert pid_of(ensure(home)) == first


def test_its_folders_and_password_file_are_closed_to_others(home):
    cluster = ensure(home)
    assert (cluster.home / "passwords.json").stat().st_mode & 0o077 == 0
    assert cluster.socket_folder.stat().st_mode & 0o077 == 0
    with psycopg.connect(**cluster.superuser) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_wrong_password_is_refused(home):
    cluster = ensure(home)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**{**cluster.superuser, "password": "wrong"})


def test_what_was_committed_survives_a_killed_server(home):
    cluster = ensure(home)
    with psycopg.connect(**cluster.superuser) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(pid_of(cluster), signal.SIGKILL)
    deadline = time.monotonic() + 20
    while is_running(cluster) and time.monotonic() < deadline:
        time.sleep(0.05)
    with psycopg.connect(**ensure(home).superuser) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_pid_file_that_names_another_program_does_not_block_the_start(home):
    cluster = ensure(home)
    stop(cluster)
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        (cluster.data / "postmaster.pid").write_text(f"{sleeper.pid}\n{cluster.data}\n")
        assert is_running(ensure(home))
    finally:
        sleeper.kill()
        sleeper.wait()


def test_four_starters_at_once_get_one_server(home):
    code = (
        "import sys; from pathlib import Path; from config.embedded_postgres import ensure; ensure(Path(sys.argv[1]))"
    )
    starters = [subprocess.Popen([sys.executable, "-c", code, str(home)], cwd=ROOT) for _ in range(4)]
    assert [starter.wait(timeout=120) for starter in starters] == [0, 0, 0, 0]
    assert is_running(locate(home))


def test_a_lost_password_file_is_named_instead_of_starting_anew(home):
    cluster = ensure(home)
    stop(cluster)
    (cluster.home / "passwords.json").unlink()
    with pytest.raises(CannotStart, match=r"passwords\.json is missing"):
        ensure(home)


def test_a_server_that_can_not_start_says_why_at_once(home):
    cluster = ensure(home)
    stop(cluster)
    with (cluster.data / "postgresql.conf").open("a") as configuration:
        configuration.write("no_such_setting = 1\n")
    started = time.monotonic()
    with pytest.raises(CannotStart, match="no_such_setting"):
        ensure(home)
    assert time.monotonic() - started < embedded_postgres.START_TIMEOUT_SECONDS / 2


def test_its_log_holds_no_value_of_a_statement_that_failed(home):
    cluster = ensure(home)
    name = "王小明 13700001111"
    failing = (
        f"INSERT INTO person VALUES (1, '{name}')",  # twice: the key is taken
        f"INSERT INTO person VALUES (2, NULL, '{name}')",  # the row in the detail
        f"SELECT '{name}'::int",  # the value in the message
        f"SELEC '{name}'",  # the statement alone
    )
    with psycopg.connect(**cluster.superuser, autocommit=True) as connection:
        connection.execute("CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL, note text)")
        connection.execute(failing[0])
        for statement in failing:
            with pytest.raises(psycopg.Error):
                connection.execute(statement)
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT %s::int", [name])
    log = (cluster.home / "server.log").read_text()
    assert "ready to accept connections" in log
    assert "13700001111" not in log


def test_a_log_that_has_grown_long_is_set_aside(home):
    cluster = ensure(home)
    stop(cluster)
    log = cluster.home / "server.log"
    log.write_text("x" * (embedded_postgres.LONGEST_LOG + 1))
    ensure(home)
    assert log.stat().st_size < embedded_postgres.LONGEST_LOG < log.with_suffix(".log.1").stat().st_size
