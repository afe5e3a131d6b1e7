"""Each file of the catalogue gets its code and its sentence in both languages, and what is stored stays as it was."""

import json
import logging
import re

import pytest
from django.db import connection

from importers.models import UploadMode, UploadState
from importers.services import load_file
from registry.models import Patient
from registry.scope import center_scope
from tests.hostile.catalogue import FAULTY, FINE, REFUSED
from tests.importers import books

ALL = REFUSED | FAULTY | FINE
CHANGE_NOTHING = REFUSED | FAULTY


def load(sent, *, cast, mode=UploadMode.WHOLE):
    return load_file(sent.make(), filename=sent.filename, center=cast.center.pk, by=cast.uploader, mode=mode)


def stored(cast):
    """The registry's rows of this center as text, bookkeeping included."""
    with center_scope([cast.center.pk]), connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(p::text ORDER BY id) FROM registry_patient p")
        return cursor.fetchone()


@pytest.fixture
def center_with_records(cast):
    content = books.workbook(books.whole_center(1))
    load_file(content, filename="before.xlsx", center=cast.center.pk, by=cast.uploader, mode=UploadMode.WHOLE)
    return cast


def test_the_catalogue_is_long_and_covers_every_refusal():
    assert len(ALL) >= 50


@pytest.mark.parametrize("name", CHANGE_NOTHING)
def test_a_file_that_is_wrong_is_told_and_changes_nothing(name, center_with_records, caplog):
    caplog.set_level(logging.DEBUG)
    sent, before = CHANGE_NOTHING[name], stored(center_with_records)
    upload = load(sent, cast=center_with_records)
    assert upload.state == (UploadState.REFUSED if name in REFUSED else UploadState.FAULTY)
    assert set(sent.codes) <= {finding["code"] for finding in upload.report["findings"]}
    for finding in upload.report["findings"]:
        assert finding["en"].strip()
        assert re.search("[\u4e00-\u9fff]", finding["zh"])
    assert stored(center_with_records) == before
    assert "Traceback" not in json.dumps(upload.report) + caplog.text


@pytest.mark.parametrize("name", FINE)
def test_a_file_that_is_odd_but_right_is_stored(name, cast):
    sent = FINE[name]
    upload = load(sent, cast=cast)
    assert upload.report["counts"]["error"] == 0
    assert set(sent.codes) <= {finding["code"] for finding in upload.report["findings"]}
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
