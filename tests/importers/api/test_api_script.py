"""The script of docs/api.md, as a hospital would run it: over the network, against a worker that works."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from time import monotonic, sleep

import pytest

from importers import tasks
from importers.api.tokens import make_token
from importers.models import Upload
from registry.access.scope import center_scope
from registry.models import Patient
from tests.importers import books

DOCUMENT = Path(__file__).parents[3] / "docs" / "api.md"
LONGEST_SECONDS = 120

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]


def script_of_the_document() -> str:
    block = DOCUMENT.read_text().split("## A script that does it all")[1]
    return "\n".join(line[4:] for line in block.splitlines() if line.startswith("    ") or not line)


def work_once(center: int) -> None:
    """What the worker would take from the queue."""
    with center_scope([center]):
        waiting = [u for u in Upload.objects.select_related("job") if u.job and u.job.state == "QUEUED"]
    for upload in waiting:
        task = {"upload": tasks.check, "load": tasks.store, "undo": tasks.undo}[upload.job.kind]
        task(job_id=upload.job_id, upload_id=upload.pk, center_id=center)


def test_the_script_of_the_document_checks_stores_and_fetches_what_was_found(cast, live_server, tmp_path):
    sheets = books.whole_center(3)
    sheets[books.PATIENT][1]["sex"] = "X"
    (tmp_path / "march.xlsx").write_bytes(books.workbook(sheets))
    (tmp_path / ".caliper-token").write_text(make_token(by=cast.uploader, days=30))
    script = re.sub(r"site=\S+", f"site={live_server.url}/api/v1", script_of_the_document()).replace(
        "sleep 2", "sleep 0.2"
    )
    (tmp_path / "send.sh").write_text(script)
    environment = {**os.environ, "HOME": str(tmp_path), "no_proxy": "*"}
    running = subprocess.Popen(
        ["bash", "send.sh", "march.xlsx"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    started = monotonic()
    while running.poll() is None and monotonic() - started < LONGEST_SECONDS:
        work_once(cast.center.pk)
        sleep(0.2)
    running.kill()
    _out, errors = running.communicate()
    assert (running.returncode, errors) == (0, b"")
    with center_scope([cast.center.pk]):
        assert Upload.objects.get().state == "STORED"
        assert sorted(Patient.objects.values_list("local_id", flat=True)) == ["0001", "0003"]
    (found,) = tmp_path.glob("findings-*.xlsx")
    assert found.read_bytes().startswith(b"PK")
