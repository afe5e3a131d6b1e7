"""Whatever is sent ends in a refusal, in findings or in stored records: never in a traceback, never half stored."""

import json
from collections import Counter

import pytest
from django.db import transaction

from importers.checks.check import check_workbook
from importers.files.raw import WorkbookRefused
from importers.files.reader import read_content
from importers.files.workbook import read_workbook
from importers.models import UploadMode, UploadState
from importers.services import load_file
from importers.storage.report import check_as_json
from tests.hostile.mutations import spoiled
from tests.hostile.standing import standing_in

RUNS = 36  # bench/fuzz.py makes a thousand, and loads each
LOADED, IN_A_CHILD = 6, 4  # every sixth is loaded, every fourth of the others read in a process of its own
SOUND = {UploadState.REFUSED, UploadState.FAULTY, UploadState.STORED}


@pytest.mark.parametrize("seed", [run for run in range(RUNS) if run % LOADED])
def test_a_spoiled_workbook_is_refused_or_checked(seed):
    content = spoiled(seed)
    assert _answer(content, is_apart=seed % IN_A_CHILD == 0)


@pytest.mark.parametrize("seed", range(0, RUNS, LOADED))
def test_a_spoiled_workbook_is_loaded_whole_or_not_at_all(seed, cast):
    content, before = spoiled(seed), standing_in(cast.center.pk)
    for mode in (UploadMode.WHOLE, UploadMode.VALID):
        with transaction.atomic():
            upload = load_file(content, filename="a.xlsx", center=cast.center.pk, by=cast.uploader, mode=mode)
            assert upload.state in SOUND
            told = {entity: Counter(counts)["new"] for entity, counts in (upload.result or {}).items()}
            assert told == {
                entity: count for entity, (count, _) in standing_in(cast.center.pk).items() if entity in told
            }
            assert upload.state == UploadState.STORED or standing_in(cast.center.pk) == before
            transaction.set_rollback(True)


def _answer(content: bytes, *, is_apart: bool) -> str:
    try:
        book = read_workbook(content) if is_apart else read_content(content)
        return json.dumps(check_as_json(check_workbook(book, center="C01")))
    except WorkbookRefused as refused:
        return refused.problem.en + refused.problem.zh
