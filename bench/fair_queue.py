"""How long one center's small file waits while other centers' large files are checked. python -m bench.fair_queue [PATIENTS]

Makes a PostgreSQL server of its own and runs `manage.py procrastinate worker` in several arrangements: as many processes, each with
as many places. In each, two centers send a large workbook, then two others one row each.
"""

# ruff: noqa: PLC0415  # models need the settings, which need the server
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from bench.killing import HOME, _end, _name_server
from config import embedded_postgres

PATIENTS, LARGE, SMALL, UNTIL = 1_500, (1, 2), (3, 4), 300
ARRANGEMENTS = ((1, 1), (2, 1), (1, 4), (2, 4))  # processes, places in each


def main() -> None:
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS
    folder = Path(tempfile.mkdtemp(prefix="caliper-fair-"))
    cluster = embedded_postgres.ensure(folder / "postgres")
    try:
        _name_server(cluster)
        user = _prepare()
        print(
            "| processes | places in each | one-row files staged after, s | large files staged after, s | peak of a process, MB |"
        )
        for number, (processes, places) in enumerate(ARRANGEMENTS):
            _measure(number, processes=processes, places=places, patients=patients, user=user)
    finally:
        embedded_postgres.stop(cluster)
        shutil.rmtree(cluster.home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _prepare() -> Any:
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
        for number in (*LARGE, *SMALL):
            names = {"center_name_en": "Bench", "center_name_zh": "试验", "hospital_level": "3A"}
            center = Center.objects.create(pk=number, center_code=f"C0{number}", **names)
            Membership.objects.create(user=user, center=center, role=Role.UPLOADER)
    return user


def _measure(number: int, *, processes: int, places: int, patients: int, user: Any) -> None:
    from tests.importers import books
    from tests.importers.big import big_center

    large = big_center(patients + number)  # another file in each arrangement: one sent again is its earlier upload
    small = books.workbook({books.PATIENT: [books.patient(f"{number:04d}")]})
    workers = [_worker(places) for _process in range(processes)]
    time.sleep(8)  # until they have begun
    try:
        start = time.monotonic()
        sent = {_send(large, center=center, user=user): center for center in LARGE}
        time.sleep(3)
        sent |= {_send(small, center=center, user=user): center for center in SMALL}
        ended: dict[int, float] = {}
        while len(ended) < len(sent) and time.monotonic() < start + UNTIL:
            ended |= {sent[one]: time.monotonic() - start for one in _staged(sent) if sent[one] not in ended}
            time.sleep(0.1)
        peaks = [_peak_mb(worker.pid) for worker in workers]
    finally:
        for worker in workers:
            _end(worker)
    waited = ", ".join(f"{ended[center] - 3:.1f}" for center in SMALL if center in ended)
    whole = ", ".join(f"{ended[center]:.1f}" for center in LARGE if center in ended)
    print(f"| {processes} | {places} | {waited} | {whole} | {max(peaks)} |", flush=True)


def _worker(places: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", str(places)]
    with Path(os.devnull).open("w") as nowhere:
        return subprocess.Popen(command, cwd=HOME, stdout=nowhere, stderr=nowhere)


def _send(content: bytes, *, center: int, user: Any) -> int:
    from importers.services import receive_upload, start_check
    from registry.access.scope import center_scope

    with center_scope([center], by=user, reason="bench"):
        upload = receive_upload(content, filename="bench.xlsx", center=center, by=user)
        start_check(upload, by=user)
    return int(upload.pk)


def _staged(uploads: Any) -> list[int]:
    from importers.models import Upload, UploadState
    from registry.access.scope import center_scope

    with center_scope([*LARGE, *SMALL]):
        done = Upload.objects.filter(pk__in=list(uploads)).exclude(state=UploadState.RECEIVED)
        return list(done.values_list("pk", flat=True))


def _peak_mb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
