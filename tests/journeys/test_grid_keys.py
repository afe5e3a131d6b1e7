"""The grid by keyboard: what every key does in the middle and at the edges, and that each act is taken back."""

import datetime
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from registry.access.scope import center_scope
from registry.models import Assessment, LabResult, Patient
from registry.records.laboratory_values import read_value
from registry.records.status import verify_record
from registry.records.writes import record_laboratory_panel
from tests.conftest import Cast

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

READY = "html[data-grid-ready=true]"
FIRST, LAST = "2016-01-10", "2016-02-10"


def _verified_visits(patient: Patient, *, cast: Cast) -> Patient:
    of = {"patient": patient, "center": cast.center, "assessment_type": "FU"}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="visits of the tests"):
        for month in (1, 2):
            visit = Assessment.objects.create(**of, assessment_date=datetime.date(2016, month, 10))
            values = {code: read_value(text, analyte=code) for code, text in (("alb", "38"), ("tbil", "14"))}
            record_laboratory_panel(visit, values=values)
            verify_record(visit, by=cast.data_manager)
    return patient


def _statuses(cast: Cast) -> set[str]:
    with center_scope([cast.center.pk]):
        found = (model.objects.values_list("record_status", flat=True) for model in (Assessment, LabResult))
        return {status for statuses in found for status in statuses}


class Sheet:
    """The sheet as a person sees it: the selected cell in words, and the counts of the preview."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.told = page.locator("#grid-told")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def is_at(self, text: str) -> None:
        expect(self.page.locator("#grid-where")).to_contain_text(text)
        expect(self.page.locator("#grid .tabulator-tableholder")).to_be_focused()

    def counts(self, text: str) -> None:
        expect(self.told.locator(".grid-counts")).to_have_text(text)

    def has_nothing_to_store(self) -> None:
        expect(self.told).to_contain_text("Nothing to store yet.")


def test_every_key_of_the_grid_and_every_act_taken_back(
    page: Page, sign_in: Callable, cast: Cast, make_patient: Callable
) -> None:
    patient = _verified_visits(make_patient(), cast=cast)
    sign_in("data_manager")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/patients/{patient.pk}/grid/visits/")
    page.locator(READY).wait_for()
    page.locator("#grid .tabulator-tableholder").focus()
    sheet = Sheet(page)
    _moves_and_stops_at_the_edges(sheet)
    _types_and_leaves_as_in_a_spreadsheet(sheet)
    _copies_empties_and_takes_back(sheet)
    _stores_and_undoes_with_the_verification(sheet, cast=cast)


def _moves_and_stops_at_the_edges(sheet: Sheet) -> None:
    sheet.press("ArrowLeft", "ArrowUp")
    sheet.is_at(f"{FIRST} Follow-up · Assessment type")
    sheet.press("Control+End")
    sheet.is_at(LAST)
    corner = sheet.page.locator("#grid-where").inner_text()
    sheet.press("ArrowRight", "ArrowDown", "End")
    sheet.is_at(corner)
    sheet.press("Home")
    sheet.is_at(f"{LAST} Follow-up · Assessment type")
    sheet.press("Control+Home", "ArrowRight")
    sheet.is_at(f"{FIRST} Follow-up · Albumin (g/L): 38")


def _types_and_leaves_as_in_a_spreadsheet(sheet: Sheet) -> None:
    box = sheet.page.locator("#grid .grid-box")
    sheet.press("Enter")
    expect(box).to_have_value("38")
    sheet.press("9", "Escape")
    sheet.is_at("Albumin (g/L): 38")
    sheet.has_nothing_to_store()
    sheet.press("3", "9", "Tab")
    sheet.is_at(f"{FIRST} Follow-up · Total bilirubin (µmol/L): 14")
    sheet.press("1", "5", "Shift+Tab")
    sheet.is_at(f"{FIRST} Follow-up · Albumin (g/L): 39")
    sheet.counts("Values to store: 2")
    sheet.press("Control+Z")
    sheet.counts("Values to store: 1")
    sheet.press("4", "0", "Enter")
    sheet.is_at(f"{LAST} Follow-up · Albumin (g/L): 38")
    sheet.press("4", "1", "Shift+Enter")
    sheet.is_at(f"{FIRST} Follow-up · Albumin (g/L): 40")
    sheet.counts("Values to store: 2")
    sheet.press("Control+Z", "Control+Z", "Control+Z")
    sheet.has_nothing_to_store()
    sheet.press("End", "7", "Tab")  # the last cell of a row: the next row begins
    sheet.is_at(f"{LAST} Follow-up · Assessment type")
    sheet.press("Control+Z")
    sheet.has_nothing_to_store()


def _copies_empties_and_takes_back(sheet: Sheet) -> None:
    sheet.press("Control+Home", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown", "Control+C")
    assert sheet.page.evaluate("navigator.clipboard.readText()") == "38\t14\n38\t14"
    sheet.press("Delete")
    expect(sheet.told.locator("tbody tr")).to_have_count(4)
    sheet.press("Control+Z")
    sheet.has_nothing_to_store()
    sheet.page.evaluate("navigator.clipboard.writeText('40\\t16\\n41\\t17')")
    sheet.press("Control+V")
    sheet.counts("Values to store: 4")
    sheet.page.locator("#grid .tabulator-tableholder").focus()
    sheet.press("Control+Z")
    sheet.has_nothing_to_store()


def _stores_and_undoes_with_the_verification(sheet: Sheet, *, cast: Cast) -> None:
    page = sheet.page
    sheet.press("Control+V")
    expect(page.locator("#grid-reason_code")).to_be_focused()
    page.keyboard.type("Tran")
    page.evaluate("delete document.documentElement.dataset.gridReady")
    page.locator("#grid-store").click()
    page.get_by_text("4 values were stored.").wait_for()
    assert _statuses(cast) == {"SUBMITTED"}
    page.locator(READY).wait_for()
    page.locator("#grid .tabulator-tableholder").focus()
    sheet.press("Control+Z")
    expect(page.locator(".grid-act")).to_contain_text("6 of these records were verified before.")
    expect(page.locator("#undo-code")).to_be_focused()
    page.keyboard.type("Tran")
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("6 records are as they were before. 6 of them are verified again.").wait_for()
    assert _statuses(cast) == {"VERIFIED"}
    page.locator(READY).wait_for()
    page.locator("#grid .tabulator-tableholder").focus()
    sheet.press("Control+Z")  # nothing is left that could be undone
    expect(page.locator(".grid-act")).to_have_count(0)
    sheet.has_nothing_to_store()
