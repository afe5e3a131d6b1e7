"""The site and one worker, until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

PORTS_TRIED = 20
LAST_PORT = 65_535
WEB_OPTIONS = "--workers 2 --threads 4 --timeout 120 --no-control-socket"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if not 1 <= port <= LAST_PORT - PORTS_TRIED:
            self.stderr.write(f"cannot start: a port is 1 to {LAST_PORT - PORTS_TRIED}, not {port}")
            sys.exit(2)
        call_command("migrate", verbosity=0)
        listener = next(filter(None, map(_listen, range(port, port + PORTS_TRIED))), None)
        if listener is None:
            self.stderr.write(
                f"cannot start: the ports {port} to {port + PORTS_TRIED - 1} are all taken; choose another with --port"
            )
            sys.exit(2)
        self.stdout.write(f"Caliper is at http://localhost:{listener.getsockname()[1]}/ (Ctrl-C ends it)")
        self.stdout.flush()
        sys.exit(_run_until_one_ends(listener))


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


def _run_until_one_ends(listener: socket.socket) -> int:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # one BLAS thread in each worker
    handle = listener.fileno()
    web = ["-m", "gunicorn", "config.wsgi", "--bind", f"fd://{handle}", *WEB_OPTIONS.split()]
    worker = ["manage.py", "procrastinate", "worker"]
    signal.signal(signal.SIGTERM, _end)
    running = [
        subprocess.Popen([sys.executable, *command], cwd=settings.BASE_DIR, env=environment, pass_fds=[handle])
        for command in (web, worker)
    ]
    try:
        while all(process.poll() is None for process in running):
            for process in running:
                try:
                    process.wait(timeout=1)
                except subprocess.TimeoutExpired:
                    continue
    except KeyboardInterrupt:
        return 0
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=30)
    return 1
