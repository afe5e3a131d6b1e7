"""Whatever happens to the process that opens a file, the one that asked gets an answer and lives on."""

import os
import pickle
import subprocess
import sys

import pytest

from importers.files import subprocess_reader
from importers.files.raw import WorkbookRefused
from importers.files.subprocess_reader import read_in_child
from tests.hostile.files import whole
from tests.importers.other_books import binary_workbook


def refusal(content: bytes, **options: float) -> str:
    with pytest.raises(WorkbookRefused) as refused:
        read_in_child(content, **options)
    return refused.value.problem.code


def out_of_sight() -> bytes:
    """A value in the last cell of a kind into which nobody looks before: the reader reserves what no machine has."""
    return binary_workbook({"patient": {0: ["a"], 1_048_575: [None] * 16_383 + [1]}})


def test_a_reader_that_dies_is_a_refusal_and_the_next_file_is_read():
    assert refusal(out_of_sight()) == "F-LIMITS"
    assert read_in_child(whole()).sheets


def test_a_reader_that_does_not_end_is_a_refusal():
    assert refusal(whole(), seconds=0.001) == "F-LIMITS"


def test_an_answer_that_would_run_something_is_a_refusal():
    class Evil:
        def __reduce__(self):
            return os.getenv, ("HOME",)

    with pytest.raises(WorkbookRefused, match="F-LIMITS"):
        subprocess_reader._received(pickle.dumps((False, Evil())))


def test_types_and_zeros_survive_the_way():
    sheets = {sheet.name: sheet.rows for sheet in read_in_child(whole()).sheets}
    assert sheets["01_患者_patient"][1][0] == "0001"
    assert {type(cell) for row in sheets["02_评估_assessment"] for cell in row} == {str, float}


def test_the_child_knows_neither_the_settings_nor_django():
    asked = "import sys, importers.files.subprocess_reader; print(sorted({'django', 'config'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=subprocess_reader.HOME,
        env=subprocess_reader.NO_ENVIRONMENT,
        capture_output=True,
        check=True,
    )
    assert done.stdout.strip() == b"[]"
    assert not any("PASSWORD" in name or "KEY" in name for name in subprocess_reader.NO_ENVIRONMENT)
