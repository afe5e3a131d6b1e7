"""What the demo leaves behind beside records and comparisons, and what a center of it tells of itself."""

from pathlib import Path

import pytest

from demo import run
from demo.workbooks import write_workbooks
from importers.models import Upload, UploadMode, UploadState
from importers.services import load_file
from registry.access.scope import center_scope
from registry.choices import RecordStatus
from registry.models import AdverseEvent, Center, Patient, SignOff
from registry.records.sign_off import sign_off_of
from registry.requirements.catalog import requirements_of

TOLD: list[str] = []


@pytest.fixture
def centers(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """C01 and C02, each with a small workbook stored."""
    monkeypatch.setattr(run, "FOLDER", tmp_path)
    run._accounts(password="a password of this test")
    codes = dict(Center.objects.values_list("center_code", "pk"))
    for path in write_workbooks(tmp_path / "books", centers=2, patients=60):
        by = run._person("uploader")
        load_file(path.read_bytes(), filename=path.name, center=codes[path.stem], by=by, mode=UploadMode.WHOLE)
    run.live_on(say=TOLD.append)
    return codes


def test_the_demo_leaves_work_half_done_and_does_it_once(centers: dict[str, int]) -> None:
    run.live_on(say=TOLD.append)
    with center_scope(centers.values()):
        (signed,) = SignOff.objects.select_related("patient")
        assert sign_off_of(signed.patient)
        verified = Patient.objects.filter(record_status=RecordStatus.VERIFIED)
        assert verified.count() == 2
        assert AdverseEvent.including_withdrawn.filter(withdrawn_at__isnull=False).count() == 1
        (waiting,) = Upload.objects.exclude(state=UploadState.STORED)
        assert waiting.state == UploadState.STAGED
        assert waiting.report is not None
        assert waiting.report["counts"]["error"] == 0


def test_a_center_of_the_demo_has_all_that_is_required_of_one(centers: dict[str, int]) -> None:
    center = Center.objects.get(pk=centers["C01"])
    assert [each.variable for each in requirements_of("center") if getattr(center, each.variable) is None] == []
