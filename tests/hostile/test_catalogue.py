"""Each file of the catalogue gets its code and its sentence in both languages, and what is stored stays as it was."""

import json
import logging
import re
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from importers.files import messages
from importers.files.messages import Message
from importers.models import UploadMode, UploadState
from importers.services import load_file
from registry.access.scope import center_scope
from registry.models import Patient
from tests.hostile.catalogue import FAULTY, FINE, REFUSED
from tests.hostile.standing import standing_in
from tests.importers import books

ALL = REFUSED | FAULTY | FINE
KINDS = {  # what centers were seen to send, and the files here that do so
    "encrypted": ["encrypted", "one part locked"],
    "CSV renamed": ["text called .xlsx", "text called .xls"],
    "HTML renamed": ["a web page called .xlsx", "a web page called .xls"],
    "truncated": ["cut off", "cut off in the middle", "an old workbook cut off"],
    "damaged": ["flipped bytes", "broken markup", "a damaged old workbook"],
    "empty": ["nothing", "an empty zip"],
    "zip bomb": ["a zip bomb", "a bomb that lies of its size"],
    "DOCTYPE, entities": ["a document type", "an entity in a part nobody reads"],
    "value in XFD1048576": ["a value in XFD1048576", "values in far corners"],
    "5,000 columns": ["5,000 columns", "text of 5,000 columns"],
    ".xlsm": ["macros", "macros by declaration", "an old workbook with macros"],
    "no known sheet": ["no known sheet", "no sheet at all"],
    "duplicate header": ["a header twice"],
    "merged body cells": ["merged cells"],
    "wrong dimension": ["a size said too small", "a size said too large"],
    "table starting at C6": ["a table at C6", "a title above"],
    "1904 epoch": ["days from 1904"],
    "no styles": ["no styles"],
    "error cells": ["an error cell"],
    "uncached formulas": ["a formula without result"],
    "text as a command": ["text that looks like a formula", "a command in a column that is kept"],
    "same ID twice": ["the same patient twice"],
    "dates before birth": ["a treatment before birth"],
    "another center's": ["another center's template", "rows of nobody"],
    "persons": ["names and telephones", "an ID card for a number"],
    "empty styled rows": ["a million empty rows"],
    "legacy .xls": ["an old workbook", "an old workbook called .xlsx"],
}


def load(sent, *, cast, mode=UploadMode.WHOLE):
    return load_file(sent.make(), filename=sent.filename, center=cast.center.pk, by=cast.uploader, mode=mode)


def stored(cast):
    """Every record of both centers, bookkeeping included, and how long their trail is."""
    with center_scope([cast.center.pk, cast.other_center.pk]), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_patientevent")
        return standing_in(cast.center.pk), standing_in(cast.other_center.pk), cursor.fetchone()


@pytest.fixture
def center_with_records(cast, make_patient):
    content = books.workbook(books.whole_center(1))
    load_file(content, filename="before.xlsx", center=cast.center.pk, by=cast.uploader, mode=UploadMode.WHOLE)
    make_patient(center=cast.other_center)
    return cast


def in_both_languages(findings) -> bool:
    return all(one["code"] and one["en"].strip() and re.search("[\u4e00-\u9fff]", one["zh"]) for one in findings)


def test_the_catalogue_is_long_and_holds_every_kind_that_was_asked_for():
    assert len(ALL) >= 50
    assert not {name for names in KINDS.values() for name in names} - ALL.keys()
    told = {code for sent in ALL.values() for code in sent.codes}
    refusals = {one.code for one in vars(messages).values() if isinstance(one, Message) and one.code.startswith("F-")}
    assert refusals - told == {
        "F-LIMITS"
    }  # which no file brings about by itself: tests/importers/files/test_subprocess_reader.py


@contextmanager
def taken_back():
    """What is written meanwhile is undone: the next file finds the center as this one did."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(("files", "state"), [(REFUSED, UploadState.REFUSED), (FAULTY, UploadState.FAULTY)])
def test_a_file_that_is_wrong_is_told_and_changes_nothing(files, state, center_with_records, caplog, subtests):
    caplog.set_level(logging.DEBUG)
    before = stored(center_with_records)
    for name, sent in files.items():
        with subtests.test(name), taken_back():
            caplog.clear()
            upload = load(sent, cast=center_with_records)
            assert upload.state == state
            assert set(sent.codes) <= {finding["code"] for finding in upload.report["findings"]}
            assert in_both_languages(upload.report["findings"])
            assert stored(center_with_records) == before
            assert "Traceback" not in json.dumps(upload.report) + caplog.text


@pytest.mark.parametrize("name", FINE)
def test_a_file_that_is_odd_but_right_is_stored(name, cast):
    sent = FINE[name]
    upload = load(sent, cast=cast)
    assert upload.report["counts"]["error"] == 0
    assert set(sent.codes) <= {finding["code"] for finding in upload.report["findings"]}
    assert in_both_languages(upload.report["findings"])
    assert upload.state == UploadState.STORED
    with center_scope([cast.center.pk]):
        assert Patient.objects.filter(local_id__in=["0001", "1"]).exists()


def test_no_cell_reaches_a_log_or_the_arguments_of_a_job(center_with_records, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "UnlikelyWord31415"
    for sheet, row in (
        (books.PATIENT, books.patient(secret, sex=secret, birth_date=secret)),
        (books.LABORATORY, books.laboratory(secret, alt=secret)),
        (secret, {secret: secret}),
    ):
        content = books.workbook(books.whole_center(1) | {sheet: [row]})
        with center_scope([center_with_records.center.pk]):
            upload = load_file(
                content,
                filename="a.xlsx",
                center=center_with_records.center.pk,
                by=center_with_records.uploader,
                mode="WHOLE",
            )
        assert secret in json.dumps(upload.report)
    said = caplog.text + "".join(str(record.args) for record in caplog.records)
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(args::text, ''), '') FROM procrastinate_jobs")
        said += cursor.fetchone()[0]
    assert secret not in said
