"""A term and a drug found by keyboard, in English and in Chinese, in rows that are added on the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from registry.access.scope import center_scope
from registry.models import AdverseEvent, TransarterialAgent
from tests.conftest import Cast

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ALT = "Alanine aminotransferase increased"
LIST = "#caliper-choices"


def test_terms_and_drugs_are_found_by_keyboard_in_both_languages(
    page: Page, sign_in: Callable[[str], None], furnished: dict[str, int], cast: Cast, live_server: LiveServer
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())  # a page with an unclear term is left as it is
    sign_in("data_manager")
    _open(page, furnished["patient"], "adverseevent_set")
    _find_a_term(page)
    _be_told_what_is_near(page)
    _open(page, furnished["patient"], "transarterialsession_set")
    _find_a_drug(page)
    page.context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": live_server.url}])
    _open(page, furnished["patient"], "adverseevent_set")
    _find_in_chinese(page)
    with center_scope([cast.center.pk]):
        events = AdverseEvent.objects.order_by("ae_onset_date").values_list("ae_term", flat=True)
        assert [*events] == ["Nausea", ALT, "Hepatic hemorrhage"]
        drugs = TransarterialAgent.objects.order_by("agent_code").values_list("agent_code", flat=True)
        assert [*drugs] == ["DOXORUBICIN", "EPIRUBICIN"]


def _open(page: Page, patient: int, tab: str) -> None:
    page.goto("/forms/")  # another tab alone would be no new page
    page.goto(f"/admin/registry/patient/{patient}/change/#{tab}")
    page.locator("form[data-ready=true]").wait_for()
    expect(page.locator(".caliper-patient")).to_contain_text("0001")


def _add_event(page: Page) -> Locator:
    rows = page.locator("#adverseevent_set-group .formset > .form-group:not(.empty-form)")
    before = rows.count()
    page.keyboard.press("Alt+n")
    expect(rows).to_have_count(before + 1)
    expect(rows.last.locator("[name$=-ae_term]")).to_be_focused()
    return rows.last


def _finish_event(page: Page, day: str, grade: str) -> None:
    """On from the term: its day and grade, then save and stay."""
    page.keyboard.press("Tab")
    page.keyboard.type(day)
    page.keyboard.press("Tab")
    page.keyboard.type(grade)
    row = page.locator("#adverseevent_set-group .form-group:not(.empty-form)").last
    expect(row.locator(".caliper-grade")).not_to_be_empty()  # what the grade means stands beside it
    page.keyboard.press("Tab")
    page.keyboard.type("5.0")


def _save(page: Page) -> None:
    field = page.evaluate("document.activeElement.name")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.locator("form[data-ready=true]").wait_for()
    assert page.evaluate("document.activeElement.name") == field  # the cursor is where it was


def _find_a_term(page: Page) -> None:
    row = _add_event(page)
    term = row.locator("[name$=-ae_term]")
    page.keyboard.type("hepat")
    options = page.locator(f"{LIST} [role=option]")
    expect(options.first).to_contain_text("Hepatobiliary disorders")
    expect(term).to_have_role("combobox")
    expect(term).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(f"{LIST} [aria-selected=true]")
    expect(term).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    page.keyboard.press("Escape")
    expect(term).to_have_attribute("aria-expanded", "false")
    expect(term).to_have_value("hepat")
    page.keyboard.press("Control+a")
    page.keyboard.type("ALT升高")
    expect(options).to_have_count(1)
    expect(options).to_contain_text("graded by the laboratory value")
    page.keyboard.press("Enter")  # takes the one found, and goes nowhere
    expect(term).to_have_value(ALT)
    expect(term).to_be_focused()
    expect(row.locator(".caliper-term")).to_contain_text("Investigations")
    _finish_event(page, "2015-04-03", "1")
    _save(page)


def _be_told_what_is_near(page: Page) -> None:
    row = _add_event(page)
    page.keyboard.type("Liver dysfunction")
    page.keyboard.press("Tab")
    expect(row.locator(".caliper-picked")).to_contain_text(ALT)


def _find_a_drug(page: Page) -> None:
    first = page.locator("[name=transarterialsession_set-0-lipiodol_ml]")
    first.focus()
    page.keyboard.press("Alt+n")
    drug = page.locator("[name=transarterialsession_set-0-transarterialagent_set-1-agent_code]")
    expect(drug).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"{LIST} [role=group]").first).to_have_attribute("aria-label", "Cytotoxic drug")
    page.keyboard.type("阿霉素")
    expect(page.locator(f"{LIST} [role=option]").first).to_have_text("doxorubicin")
    page.keyboard.press("Tab")  # without the list: what is clear is taken as typed
    expect(drug).to_have_value("doxorubicin")
    page.keyboard.type("50")
    _save(page)


def _find_in_chinese(page: Page) -> None:
    expect(page.locator("[name=adverseevent_set-0-ae_term]")).to_have_value("恶心")
    row = _add_event(page)
    page.keyboard.type("出血")
    expect(page.locator(f"{LIST} [role=option]").nth(1)).to_contain_text("Hepatic hemorrhage")  # the word means several
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(row.locator("[name$=-ae_term]")).to_have_value("肝出血")
    expect(row.locator(".caliper-term")).to_contain_text("中文名为本登记库所译")
    _finish_event(page, "2015-04-05", "2")
    _save(page)
