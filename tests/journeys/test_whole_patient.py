"""A whole patient entered without a mouse: baseline, six sessions, an ablation, scans, eight adverse events, follow-up."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from registry.access.scope import center_scope
from registry.models import (
    AblationSession,
    AdverseEvent,
    Assessment,
    FollowUp,
    ImagingAssessment,
    LabResult,
    Patient,
    Query,
    TransarterialSession,
)
from tests.conftest import Cast
from tests.journeys.keyboard import add_row, open_tab, save, tab_to, type_into

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SESSIONS = ("2017-05-02", "2017-05-24", "2017-06-14", "2017-07-05", "2017-07-26", "2017-08-16")
SCANS = ("2017-06-12", "2017-08-30")
EVENTS = ("Nausea", "Vomiting", "Fever", "Abdominal pain", "Fatigue", "Diarrhea", "Anorexia", "Constipation")


def test_a_whole_patient_is_entered_by_keyboard_alone(page: Page, sign_in: Callable, cast: Cast) -> None:
    sign_in("data_manager")
    page.goto("/admin/registry/patient/add/")
    for label, text in (
        ("Center's study number", "0042"),
        ("Sex", "Fem"),
        ("Birth date", "1958-11-03"),
        ("Consent status", "Wai"),
        ("HCC diagnosis date", "2017-04-20"),
        ("Basis of diagnosis", "His"),
        ("Tumor type", "Hep"),
    ):
        type_into(page, label, text)
    save(page, "Save and go to next form")
    page.wait_for_url("**/assessment/add/**")
    _enter_baseline(page)
    save(page, "Save and go to next form")
    page.wait_for_url("**/patient/**#transarterialsession_set")
    _enter_sessions(page)
    _enter_ablation(page)
    _enter_course(page)
    save(page)
    page.wait_for_url("**/registry/patient/#*")
    with center_scope([cast.center.pk]):
        patient = Patient.objects.get(local_id="0042")
        counted = [TransarterialSession, AblationSession, ImagingAssessment, AdverseEvent, FollowUp, Assessment]
        assert [model.objects.filter(patient=patient).count() for model in counted] == [6, 1, 2, 8, 1, 1]
        assert {each.analyte_code for each in LabResult.objects.filter(patient=patient)} >= {"alb", "tbil", "inr"}


def _enter_baseline(page: Page) -> None:
    for label, text in (
        ("Assessment date", "2017-04-28"),
        ("Assessment type", "Bas"),
        ("Height", "162"),
        ("Weight", "58"),
        ("ECOG", "0"),
        ("Ascites", "Non"),
        ("Encephalopathy", "Non"),
    ):
        type_into(page, label, text)
    for label, text in (("Albumin (", "41.7"), ("Total bilirubin", "16.45"), ("INR", "1.08")):
        type_into(page, label, text)
    # Derived while typing: nothing was saved yet.
    page.keyboard.press("Tab")
    expect(page.locator(".caliper-live")).to_contain_text("A5")


def _enter_sessions(page: Page) -> None:
    for day in SESSIONS:
        row = add_row(page, "transarterialsession_set")
        type_into(page, "Start date", day, within=row)
        type_into(page, "Modality", "Conv", within=row)
        type_into(page, "Iodized oil volume (mL)", "9", within=row)
    save(page, "Save and stay on this page")
    expect(page.locator("#transarterialsession_set-group .original")).to_have_count(6)


def _enter_ablation(page: Page) -> None:
    open_tab(page, "Ablation")
    row = add_row(page, "ablationsession_set")
    type_into(page, "Start date", "2017-09-05", within=row)
    type_into(page, "Modality", "Mic", within=row)


def _enter_course(page: Page) -> None:
    open_tab(page, "Imaging")
    for day in SCANS:
        row = add_row(page, "imagingassessment_set")
        for label, text in (("Imaging date", day), ("Modality", "CT"), ("Purpose of imaging", "Res")):
            type_into(page, label, text, within=row)
    open_tab(page, "Adverse events")
    for number, term in enumerate(EVENTS):
        row = add_row(page, "adverseevent_set")
        for label, text in (
            ("CTCAE term", term),
            ("Grade", "1"),
            ("CTCAE version", "5"),
            ("Onset date", f"2017-05-{number + 3:02}"),
        ):
            type_into(page, label, text, within=row)
    open_tab(page, "Follow-ups")
    row = add_row(page, "followup_set")
    type_into(page, "Follow-up date", "2019-06-01", within=row)
    type_into(page, "Vital status", "Ali", within=row)


def test_a_hard_check_blocks_beside_its_field_and_opens_its_tab(
    page: Page, sign_in: Callable, cast: Cast, make_patient: Callable
) -> None:
    patient = make_patient()
    sign_in("data_manager")
    page.goto(f"/admin/registry/patient/{patient.pk}/change/")
    open_tab(page, "Follow-ups")
    row = add_row(page, "followup_set")
    type_into(page, "Follow-up date", "2031-01-01", within=row)  # in the future
    type_into(page, "Vital status", "Ali", within=row)
    open_tab(page, "General")
    save(page, "Save and stay on this page")
    expect(page.locator("#tabs-items [aria-selected=true]")).to_contain_text("Follow-ups")
    expect(page.locator("#tabs-items [aria-selected=true]")).to_contain_text("1 error")
    expect(page.locator(".field-follow_up_date .text-red-600, .field-follow_up_date .errorlist").first).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "followup_set-0-follow_up_date"
    with center_scope([cast.center.pk]):
        assert not FollowUp.objects.exists()


def test_a_soft_check_opens_a_query_that_closes_itself_after_the_correction(
    page: Page, sign_in: Callable, cast: Cast, make_patient: Callable
) -> None:
    patient = make_patient()
    sign_in("data_manager")
    page.goto(f"/admin/registry/patient/{patient.pk}/change/")
    type_into(page, "Smoking", "Never")
    type_into(page, "Pack-years", "30")
    save(page, "Save and stay on this page")
    balloons = page.locator(".caliper-mark-query")
    expect(balloons).to_have_count(2)  # on every field involved
    page.get_by_label("Pack-years").first.focus()
    page.keyboard.press("Alt+h")
    expect(page.locator("dialog")).to_contain_text("Check both")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.name") == "pack_years"
    page.get_by_label("Smoking", exact=True).select_option("FOR")
    save(page, "Save and stay on this page")
    expect(page.locator(".caliper-head")).to_be_visible()
    expect(balloons).to_have_count(0)
    with center_scope([cast.center.pk]):
        assert [query.state for query in Query.objects.filter(codes__contains=["V-P16"])] == ["CLOSED"]


def test_a_reason_is_given_for_a_missing_value_by_keyboard(
    page: Page, sign_in: Callable, cast: Cast, make_patient: Callable
) -> None:
    patient = make_patient()
    sign_in("data_manager")
    page.goto(f"/admin/registry/patient/{patient.pk}/change/")
    smoking = page.get_by_label("Smoking", exact=True)
    smoking.focus()
    page.keyboard.press("Alt+m")
    page.keyboard.type("Not d")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "smoking_status"
    save(page, "Save and stay on this page")
    expect(page.locator(".field-smoking_status .caliper-mark-missing")).to_be_visible()
    with center_scope([cast.center.pk]):
        assert Patient.objects.get().smoking_status_missing_reason == "ND"
    smoking.focus()
    page.keyboard.type("Never")
    save(page, "Save and stay on this page")
    expect(page.locator(".field-smoking_status .caliper-mark-missing")).to_have_count(0)
    with center_scope([cast.center.pk]):
        stored = Patient.objects.get()
        assert (stored.smoking_status, stored.smoking_status_missing_reason) == ("NEV", None)


def test_two_people_edit_one_record_and_neither_loses_a_value(
    page: Page, browser: Browser, live_server: LiveServer, sign_in: Callable, cast: Cast, make_patient: Callable
) -> None:
    patient = make_patient()
    address = f"/admin/registry/patient/{patient.pk}/change/"
    sign_in("data_manager")
    page.goto(address)
    context = browser.new_context(base_url=live_server.url, storage_state=page.context.storage_state())
    other = context.new_page()
    other.goto(address)
    other.get_by_label("Smoking", exact=True).select_option("CUR")
    other.get_by_label("Sex", exact=False).first.select_option("F")
    other.get_by_role("button", name="Save and stay on this page").click()
    expect(other.locator("#conflict")).to_have_count(0)
    page.get_by_label("Alcohol use", exact=True).select_option("NEV")
    page.get_by_label("Sex", exact=False).first.select_option("M")
    page.get_by_label("Smoking", exact=True).select_option("FOR")
    save(page, "Save and stay on this page")
    conflict = page.locator("#conflict")
    expect(conflict).to_be_focused()
    expect(conflict).to_contain_text("Former")
    expect(conflict).to_contain_text("Current")
    expect(page.locator("[name=choose-alcohol_status][value=yours]")).to_be_checked()
    expect(page.locator("[name=choose-sex][value=stored]")).to_be_checked()
    tab_to(page, page.locator("[name=choose-smoking_status]").first)
    page.keyboard.press("Space")
    save(page, "Save and stay on this page")
    expect(page.locator("#conflict")).to_have_count(0)
    with center_scope([cast.center.pk]):
        stored = Patient.objects.get()
        assert (stored.smoking_status, stored.alcohol_status, stored.sex) == ("FOR", "NEV", "F")
    context.close()
