"""Whatever is sent ends in a refusal, in findings or in stored records: never in a traceback, never half stored."""

import json
import os
from typing import Any

import pytest
from django.db import transaction

from importers.check import check_workbook
from importers.models import UploadMode, UploadState
from importers.raw import WorkbookRefused
from importers.reading import read_content
from importers.report import check_as_json
from importers.services import load_file
from importers.workbook import read_workbook
from registry.models import Patient
from registry.scope import center_scope
from tests.hostile.mutations import spoiled

RUNS = int(os.environ.get("CALIPER_FUZZ_RUNS", "36"))  # bench/fuzz.py asks for more
SEED = int(os.environ.get("CALIPER_FUZZ_SEED", "0"))
LOADED, IN_A_CHILD = 6, 4  # every sixth is loaded, every fourth of the others read in a process of its own
SOUND = {UploadState.REFUSED, UploadState.FAULTY, UploadState.STORED}


@pytest.mark.parametrize("seed", [SEED + run for run in range(RUNS) if run % LOADED])
def test_a_spoiled_workbook_is_refused_or_checked(seed):
    content = spoiled(seed)
    assert _answer(content, is_apart=seed % IN_A_CHILD == 0)


@pytest.mark.parametrize("seed", [SEED + run for run in range(0, RUNS, LOADED)])
def test_a_spoiled_workbook_is_loaded_whole_or_not_at_all(seed, cast):
    content = spoiled(seed)
    for mode in (UploadMode.WHOLE, UploadMode.VALID):
        with transaction.atomic():
            upload = load_file(content, filename="a.xlsx", center=cast.center.pk, by=cast.uploader, mode=mode)
            assert upload.state in SOUND
            assert _patients(cast) == _said(upload)
            transaction.set_rollback(True)


def _answer(content: bytes, *, is_apart: bool) -> str:
    try:
        book = read_workbook(content) if is_apart else read_content(content)
        return json.dumps(check_as_json(check_workbook(book, center="C01")))
    except WorkbookRefused as refused:
        return refused.problem.en + refused.problem.zh


def _patients(cast: Any) -> int:
    with center_scope([cast.center.pk]):
        return Patient.objects.count()


def _said(upload: Any) -> int:
    if upload.state != UploadState.STORED:
        return 0
    return int(upload.result.get("patient", {}).get("new", 0))
