"""A signature needs its password, says what it means, leaves out what is open, and shows what was signed as it was then."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from registry.access.scope import center_scope
from registry.models import Patient, Resection, SignOff
from registry.queries import open_query
from registry.records.sign_off import latest_sign_off, sign_off
from registry.records.signed_content import signed_content
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def signing(cast) -> Client:
    client = Client()
    client.force_login(cast.investigator)
    return client


@pytest.fixture
def three(cast, make_patient) -> dict[str, Patient]:
    """One that can be signed, one with a query, one with a draft."""
    patients = {name: make_patient(local_id=name) for name in ("ready", "queried", "drafted")}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        open_query(patients["queried"], variables=["sex"], text="Sure?", by=cast.data_manager)
        of = {"patient": patients["drafted"], "center": cast.center, "record_status": "DRAFT"}
        Resection.objects.create(**of, start_date=date(2016, 1, 5))
        Resection.objects.create(patient=patients["ready"], center=cast.center, start_date=date(2016, 1, 5))
    return patients


def posted(page, **more: str) -> dict[str, str]:
    """The form of the page, filled by somebody who knows the password."""
    context = page.context
    return {"seen": context["patients"].seen, "statement": context["statement"], "password": PASSWORD, **more}


def signatures(cast) -> list[str]:
    with center_scope([cast.center.pk]):
        return list(SignOff.objects.values_list("patient__local_id", flat=True))


def test_what_is_open_is_listed_before_and_left_out_of_the_signature(signing, three, cast):
    page = signing.get(reverse("queries:sign_all"))
    assert [each.local_id for each in page.context["patients"].ready] == ["ready"]
    held = {each.patient.local_id: (each.queries, each.drafts) for each in page.context["held_back"]}
    assert held == {"queried": (1, 0), "drafted": (0, 1)}
    signing.post(reverse("queries:sign_all"), posted(page))
    assert signatures(cast) == ["ready"]


@pytest.mark.parametrize("wrong", [{"password": "guessed"}, {"password": ""}, {"statement": " "}, {"seen": "other"}])
def test_without_password_meaning_or_sight_of_the_records_nothing_is_signed(signing, three, cast, wrong):
    page = signing.get(reverse("queries:sign_all"))
    assert signing.post(reverse("queries:sign_all"), posted(page, **wrong)).status_code == 200
    assert signatures(cast) == []


def test_a_second_factor_that_is_set_is_asked(signing, three, cast):
    secret = generate_totp_secret()
    TOTP.activate(cast.investigator, secret)
    assert Authenticator.objects.filter(user=cast.investigator).exists()
    address = reverse("sign_page", args=[three["ready"].pk])
    page = signing.get(address)
    signing.post(address, posted(page, code="000000"))
    assert signatures(cast) == []
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    signing.post(address, posted(page, code=code))
    assert signatures(cast) == ["ready"]


def test_center_and_form_choose_who_is_signed(signing, three, cast):
    for wanted, names in (({"form": "resection"}, {"ready", "drafted"}), ({"form": "transplant"}, set())):
        page = signing.get(reverse("queries:sign_offs"), {**wanted, "center": str(cast.center.pk)})
        assert {patient.local_id for patient, _cells in page.context["list"].rows} == names


def test_who_may_not_sign_is_refused(three, cast, client):
    client.force_login(cast.data_manager)
    assert client.get(reverse("queries:sign_all")).status_code == 403
    assert client.get(reverse("sign_page", args=[three["ready"].pk])).status_code == 403
    client.force_login(cast.other_data_manager)
    assert client.get(reverse("sign_page", args=[three["ready"].pk])).status_code == 404


def test_the_signature_is_on_the_page_with_name_time_and_meaning(signing, three, cast):
    with center_scope([cast.center.pk]):
        made = sign_off(three["ready"], by=cast.investigator, statement="I vouch for these records.")
        assert signed_content(made).is_proven
    page = signing.get(reverse("queries:signed", args=[made.pk])).content.decode()
    for told in ("I vouch for these records.", "investigator", f"{made.signed_at:%Y-%m-}", "Signed, unchanged since"):
        assert told in page
    shown = signing.get(reverse("admin:registry_patient_change", args=[three["ready"].pk])).content.decode()
    assert "signed off by investigator" in shown
    assert reverse("queries:signed", args=[made.pk]) in shown


def test_a_change_after_the_signature_is_said(signing, three, cast):
    patient = three["ready"]
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        sign_off(patient, by=cast.investigator, statement="I vouch.")
        Patient.objects.filter(pk=patient.pk).update(smoking_status="NEV")
        latest = latest_sign_off(patient)
        assert latest is not None
        assert not latest.is_current
    shown = signing.get(reverse("admin:registry_patient_change", args=[patient.pk])).content.decode()
    assert "changed since" in shown
    assert reverse("sign_page", args=[patient.pk]) in shown


def test_the_start_page_counts_who_waits(signing, three):
    assert "3 patients are waiting" in signing.get("/").content.decode()
