"""From the grid to the form, and along a patient's course, without a mouse."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from registry.access.scope import center_scope
from registry.models import TransarterialSession
from tests.conftest import Cast

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def treated(cast: Cast, make_patient: Callable) -> object:
    patient = make_patient(local_id="0042")
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a session of the tests"):
        TransarterialSession.objects.create(
            center=cast.center, patient=patient, start_date="2015-04-01", modality="CTACE"
        )
    return patient


def test_cell_of_the_grid_opens_the_tab_of_its_form(page: Page, sign_in: Callable, treated: object) -> None:
    sign_in("data_manager")
    page.goto("/grid/?form=transarterialsession&state=incomplete")
    cell = page.get_by_role("row").filter(has_text="0042").locator("a[href$='#transarterialsession_set']")
    expect(cell).to_contain_text("Incomplete")
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#tabs-items [role=tab][aria-selected=true]")).to_contain_text("Transarterial sessions")


def test_marks_of_a_course_are_walked_and_opened_by_keyboard(page: Page, sign_in: Callable, treated: object) -> None:
    sign_in("data_manager")
    page.goto(f"/patients/{treated.pk}/timeline/")  # type: ignore[attr-defined]
    marks = page.locator("svg.board-swimmer a")
    expect(marks).to_have_count(2)
    marks.first.focus()
    page.keyboard.press("Tab")
    assert "2015-04-01" in (page.evaluate("document.activeElement.getAttribute('aria-label')") or "")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin/registry/transarterialsession/"))


def test_patients_page_leads_to_the_course_and_back(page: Page, sign_in: Callable, treated: object) -> None:
    sign_in("data_manager")
    page.goto(f"/admin/registry/patient/{treated.pk}/change/")  # type: ignore[attr-defined]
    page.get_by_role("link", name="Timeline").first.click()
    page.get_by_role("link", name="General").click()
    expect(page.locator("#tabs-items")).to_be_visible()
