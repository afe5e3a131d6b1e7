"""Serve the site with its workers until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

PORTS_TRIED = 20
LAST_PORT = 65_535
WEB = "-m gunicorn config.wsgi --bind fd://{handle} --workers 2 --threads 4 --timeout 120 --no-control-socket"
WORKER = "manage.py procrastinate worker"
FOR_TWO_WORKERS = 3 * 1024**3  # bytes of memory: one has 190 MB before any work, and each large file takes 150 MB more


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if not 1 <= port <= LAST_PORT - PORTS_TRIED:
            self.stderr.write(f"cannot start: the port must be 1 to {LAST_PORT - PORTS_TRIED}, not {port}")
            sys.exit(2)
        if (given := os.environ.get("WORKERS", "")) and not given.isdecimal():
            self.stderr.write(f"cannot start: WORKERS must be a whole number, not {given}")
            sys.exit(2)
        call_command("migrate", verbosity=0)
        listener = next(filter(None, map(_listen, range(port, port + PORTS_TRIED))), None)
        if listener is None:
            self.stderr.write(
                f"cannot start: ports {port} to {port + PORTS_TRIED - 1} are all in use; choose another with --port"
            )
            sys.exit(2)
        self.stdout.write(f"Caliper is at http://localhost:{listener.getsockname()[1]}/ (press Ctrl-C to stop)")
        self.stdout.flush()
        sys.exit(_run_until_the_site_ends(listener, workers=workers_here()))


def workers_here() -> int:
    """As WORKERS says; else two, so that one center's long check leaves a core to the others, or one where memory is short."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, int(os.environ.get("WORKERS") or (2 if memory >= FOR_TWO_WORKERS else 1)))


def _listen(port: int) -> socket.socket | None:
    """Held from here on, so that two servers starting at once do not choose the same port."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        return None
    listener.listen(64)
    return listener


def _end(*_: Any) -> None:
    raise KeyboardInterrupt


def _run_until_the_site_ends(listener: socket.socket, *, workers: int) -> int:
    """A worker that was killed, or ended because its database went away, is followed by another, which takes up its work."""
    signal.signal(signal.SIGTERM, _end)
    web = _start(WEB, listener=listener)
    working = [_start(WORKER, listener=listener) for _number in range(workers)]
    try:
        while web.poll() is None:
            working = [one if one.poll() is None else _start(WORKER, listener=listener) for one in working]
            time.sleep(1)
    except KeyboardInterrupt:
        return 0
    finally:
        for process in (web, *working):
            process.terminate()
        for process in (web, *working):
            process.wait(timeout=30)
    return 1


def _start(command: str, *, listener: socket.socket) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # one BLAS thread in each worker
    handle = listener.fileno()
    words = [sys.executable, *command.format(handle=handle).split()]
    return subprocess.Popen(words, cwd=settings.BASE_DIR, env=environment, pass_fds=[handle])
