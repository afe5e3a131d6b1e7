"""Ten visits of eight laboratory values from a spreadsheet, by keyboard alone: pasted, looked at, stored, undone."""

import datetime
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from registry.access.scope import center_scope
from registry.models import Assessment, LabResult, Patient
from tests.conftest import Cast
from tests.journeys.keyboard import Keys

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

READY = "html[data-grid-ready=true]"
VALUES = ("41", "14", "32", "28", "1.1", "150", "70", "400")
MOST_KEYS = 25


def _with_visits(patient: Patient, *, cast: Cast) -> Patient:
    of = {"patient": patient, "center": cast.center, "assessment_type": "FU"}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="visits of the tests"):
        for month in range(1, 11):
            Assessment.objects.create(**of, assessment_date=datetime.date(2016, month, 10))
    return patient


def _open(page: Page, patient_id: int) -> Keys:
    page.goto(f"/patients/{patient_id}/grid/visits/")
    page.locator(READY).wait_for()
    return Keys(page)


def _copy(page: Page, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)


def _stored(cast: Cast) -> int:
    with center_scope([cast.center.pk]):
        return LabResult.objects.count()


def test_ten_visits_of_eight_values_in_few_keys(
    page: Page, sign_in: Callable, cast: Cast, make_patient: Callable
) -> None:
    patient = _with_visits(make_patient(), cast=cast)
    sign_in("data_manager")

    keys = _open(page, patient.pk)
    _copy(page, "\r\n".join("\t".join(VALUES) for _visit in range(10)))
    keys.press("Tab")
    keys.press("Enter")  # past the side bar
    keys.go_to(page.locator("#grid .tabulator-tableholder"))
    keys.press("ArrowRight")  # from the type of the visit to the first value
    keys.press("Control+V")
    expect(page.locator("#grid-store")).to_be_focused()
    expect(page.locator("#grid-told .grid-counts")).to_have_text("Values to store: 80")
    expect(page.locator("#grid-told tbody tr")).to_have_count(80)
    assert _stored(cast) == 0
    page.evaluate("delete document.documentElement.dataset.gridReady")
    keys.press("Enter")
    page.get_by_text("80 values were stored.").wait_for()
    print(f"ten visits of eight values: {keys.count} keys")
    assert keys.count <= MOST_KEYS
    assert _stored(cast) == 80

    _a_comma_is_asked_about_at_its_cell(page)
    _a_phone_shows_it(page)
    _is_undone(page, _open(page, patient.pk))
    assert _stored(cast) == 0


def _is_undone(page: Page, keys: Keys) -> None:
    keys.go_to(page.locator(".grid-act summary"))
    keys.press("Enter")
    keys.go_to(page.get_by_label("Reason"))
    keys.write("Tran")
    keys.go_to(page.get_by_role("button", name="Undo", exact=True))
    keys.press("Enter")
    page.get_by_text("80 records are as they were before.").wait_for()


def _a_comma_is_asked_about_at_its_cell(page: Page) -> None:
    page.locator(READY).wait_for()
    page.locator("#grid .tabulator-tableholder").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("1,5")
    page.keyboard.press("Enter")
    cell = page.locator("#grid .grid-problem")
    expect(cell).to_have_text("1,5")
    expect(cell).to_have_attribute("title", "“1,5” could be 1.5 or 15. Enter it with a decimal point.")
    expect(page.locator("#grid-told")).to_contain_text("“1,5” could be 1.5 or 15.")
    expect(page.locator("#grid-store")).to_be_disabled()
    page.keyboard.type("39")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#grid-told .grid-counts")).to_have_text("Values to store: 1 · Refused: 1")
    page.get_by_role("button", name="Discard all").click()
    expect(page.locator("#grid .grid-problem")).to_have_count(0)


def _a_phone_shows_it(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= 390")
    page.get_by_role("button", name="Turn").click()
    expect(page.locator("#grid .tabulator-col-title").nth(1)).to_contain_text("2016-01-10")
    assert page.evaluate("document.documentElement.scrollWidth <= 390")
    page.set_viewport_size({"width": 1440, "height": 900})
