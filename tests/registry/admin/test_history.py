"""The history page: who, when, which variable, old and new value, why and from where, in plain words."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from registry.access.scope import center_scope
from registry.models import Patient, PatientIdentity, TransarterialSession
from registry.records.history import history_of
from registry.records.status import lock_record
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_history_tells_a_correction_of_a_child_record(entering: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="typed from the chart"):
        session = TransarterialSession.objects.create(
            patient=patient, center=cast.center, start_date="2016-01-05", modality="CTACE", lipiodol_ml=0
        )
    with center_scope([cast.center.pk], by=cast.data_manager, reason="source checked", source="upload", upload=12):
        session.lipiodol_ml = None
        session.modality = "DEBTACE"
        session.save()
        newest, *_ = history_of(Patient.objects.get())
    assert (newest.by, newest.reason, newest.is_new, newest.source) == (
        "data_manager",
        "source checked",
        False,
        "upload 12",
    )
    told = {value.label: (value.old, value.new) for value in newest.values}
    assert told == {"Modality": ("Conventional TACE", "Drug-eluting bead TACE"), "Iodized oil volume": ("0", "–")}
    page = entering.get(f"/admin/registry/patient/{patient.pk}/history/").content.decode()
    for words in ("source checked", "data_manager", "Conventional TACE", "Drug-eluting bead TACE", "upload 12"):
        assert words in page


def test_history_never_shows_a_hospital_number(entering: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        identity = PatientIdentity(patient=patient, center=cast.center)
        identity.set_hospital_no("ZY0012345")
        identity.save()
    page = entering.get(f"/admin/registry/patient/{patient.pk}/history/").content.decode()
    assert "ZY0012345" not in page
    assert "••••" in page


def test_reason_given_with_a_form_stands_in_the_history(entering: Client, patient_form: Callable, cast: Cast) -> None:
    entering.post("/admin/registry/patient/add/", patient_form(_reason="transferred from paper"))
    with center_scope([cast.center.pk]):
        assert {change.reason for change in history_of(Patient.objects.get())} == {"transferred from paper"}


def test_acts_are_told_in_the_language_of_the_reader(entering: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test", source="sweep"):
        lock_record(patient, by=cast.data_manager, reason="complete")
    entering.cookies["django_language"] = "zh-hans"
    page = entering.get(f"/admin/registry/patient/{patient.pk}/history/").content.decode()
    with translation.override("zh-hans"):
        assert gettext("locked") != "locked"
        assert gettext("locked") in page
        assert ">locked<" not in page
