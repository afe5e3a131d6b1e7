"""A preview, and what an upload submitted, outlive a new part of the key: both are read as they were."""

import hashlib

import pytest

from importers.storage.staging import as_parquet, from_parquet
from registry.models import AdverseEvent, SubmittedRecords
from registry.workbook.provenance import provenance_of
from tests.importers import books

pytestmark = pytest.mark.django_db

EVENTS = "11_不良事件_ae"
FEVER = {"local_id": "0001", "ae_term": "Fever", "ctcae_version": "5.0", "ae_grade": "1", "ae_onset_date": "2015-04-03"}


def _made_before_occurrences_were_counted(upload_id: int) -> None:
    entry = SubmittedRecords.objects.get(upload=upload_id, entity="adverseevent")
    entry.content, entry.sha256 = as_parquet(from_parquet(entry.content, leave_out=("ae_occurrence",)))
    assert entry.sha256 == hashlib.sha256(entry.content).hexdigest()
    entry.save()


def test_a_preview_from_before_a_part_of_its_key_is_stored_and_its_cells_are_found(stage, confirm, scope) -> None:
    upload = stage(books.whole_center(1) | {EVENTS: [FEVER]})
    with scope():
        _made_before_occurrences_were_counted(upload.pk)
    confirm(upload)
    with scope():
        event = AdverseEvent.objects.get()
        assert event.ae_occurrence == 1
        assert provenance_of(event)["ae_grade"].row == 2
