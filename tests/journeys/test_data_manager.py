"""A data manager at work, without a mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from registry.access.scope import center_scope
from registry.models import FollowUp, Patient, TransarterialSession
from tests.conftest import Cast
from tests.journeys.keyboard import add_row, open_tab, save, sign_in_by_keyboard, tab_to, type_into

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FORM = "/admin/registry/patient/add/"


def _enter_general(page: Page) -> None:
    type_into(page, "Center's study number", "0042")
    type_into(page, "Sex", "Fem")
    type_into(page, "Birth date", "1958-11-03")
    type_into(page, "Consent status", "Wai")
    type_into(page, "HCC diagnosis date", "2017-04-20")
    type_into(page, "Basis of diagnosis", "His")
    type_into(page, "Tumor type", "Hep")


def test_one_signs_in_and_enters_a_patient_with_two_sessions_and_a_follow_up_by_keyboard(
    page: Page, cast: Cast, make_patient: Callable
) -> None:
    make_patient(local_id="THEIRS", center=cast.other_center)
    sign_in_by_keyboard(page, "data_manager")
    page.goto(FORM)
    _enter_general(page)
    open_tab(page, "Transarterial sessions")
    for date in ("2017-05-02", "2017-06-20"):
        row = add_row(page, "transarterialsession_set")
        type_into(page, "Start date", date, within=row)
        type_into(page, "Modality", "Conv", within=row)
        type_into(page, "Iodized oil volume (mL)", "9", within=row)
    open_tab(page, "Follow-ups")
    row = add_row(page, "followup_set")
    type_into(page, "Follow-up date", "2019-06-01", within=row)
    type_into(page, "Vital status", "Ali", within=row)
    save(page)
    expect(page.locator("#result_list")).to_contain_text("0042")
    expect(page.locator("body")).not_to_contain_text("THEIRS")
    with center_scope([cast.center.pk]):
        patient = Patient.objects.get(local_id="0042")
        assert (patient.sex, str(patient.birth_date), patient.tumor_type) == ("F", "1958-11-03", "HCC")
        sessions = TransarterialSession.objects.filter(patient=patient)
        assert [(str(each.start_date), each.modality, each.lipiodol_ml) for each in sessions] == [
            ("2017-05-02", "CTACE", 9),
            ("2017-06-20", "CTACE", 9),
        ]
        assert FollowUp.objects.get(patient=patient).vital_status == "ALIVE"


def test_add_another_moves_the_focus_into_the_new_row_and_enter_goes_on_without_storing(
    page: Page, sign_in: Callable, cast: Cast
) -> None:
    sign_in("data_manager")
    page.goto(FORM)
    page.locator("form[data-ready=true]").wait_for()
    page.locator("[name=local_id]").fill("E 1")
    page.keyboard.press("Enter")
    expect(page.locator("[name=local_id]")).not_to_be_focused()
    open_tab(page, "Follow-ups")
    add_row(page, "followup_set")
    assert page.evaluate("document.activeElement.name") == "followup_set-0-follow_up_date"
    page.keyboard.type("2016")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name").startswith("followup_set-0-")
    assert page.url.partition("#")[0].endswith(FORM), "half a row was not sent"
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()


def test_dates_show_no_warning_of_another_time_zone(page: Page, sign_in: Callable, cast: Cast) -> None:
    sign_in("data_manager")  # the browser of these tests is in New York
    page.goto(FORM)
    expect(page.locator(".datetimeshortcuts").first).to_be_attached()
    assert page.locator(".timezonewarning").locator("visible=true").count() == 0


def test_refused_value_is_said_beside_its_field_and_nothing_typed_is_lost(
    page: Page, sign_in: Callable, cast: Cast
) -> None:
    sign_in("data_manager")
    page.goto(FORM)
    _enter_general(page)
    page.get_by_role("textbox", name="HCC diagnosis date").fill("1950-01-01")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".field-diagnosis_date .errorlist, .field-diagnosis_date .text-red-600").first).to_be_visible()
    expect(page.get_by_label("Center's study number")).to_have_value("0042")


def test_laboratory_panel_is_entered_on_the_assessment_of_the_patient(
    page: Page, sign_in: Callable, cast: Cast, make_patient: Callable
) -> None:
    patient = make_patient()
    sign_in("data_manager")
    page.goto(f"/admin/registry/patient/{patient.pk}/change/")
    open_tab(page, "Assessments")
    tab_to(page, page.get_by_role("link", name="Add assessment"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/assessment/add/**")
    for label, text in (
        ("Assessment date", "2016-01-02"),
        ("Assessment type", "Bas"),
        ("ECOG", "0"),
        ("Ascites", "Non"),
        ("Encephalopathy", "Non"),
    ):
        type_into(page, label, text)
    for label, text in (("Albumin", "4.175 g/dL"), ("Total bilirubin", "16.45"), ("INR", "1.08")):
        type_into(page, label, text)
    save(page)
    page.wait_for_url("**/registry/patient/**")
    expect(page.locator("#assessment_set-group")).to_contain_text("-2.75, grade 1")
    expect(page.locator("#assessment_set-group")).to_contain_text("A5")


def test_user_without_a_center_sees_nothing_but_what_to_do(
    page: Page, sign_in: Callable, cast: Cast, make_patient: Callable
) -> None:
    make_patient(local_id="OURS")
    sign_in("outsider")
    expect(page.locator("body")).to_contain_text("not have a role in any center")
    expect(page.locator("body")).not_to_contain_text("OURS")
    assert page.goto("/admin/registry/patient/").status == 403  # type: ignore[union-attr]


def test_pages_fit_a_phone(page: Page, sign_in: Callable, cast: Cast, make_patient: Callable) -> None:
    make_patient()
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in("data_manager")
    widths = {}
    for address in ("/", "/keys/", FORM, "/admin/registry/patient/", "/accounts/2fa/"):
        page.goto(address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    assert max(widths.values()) <= 390, widths
