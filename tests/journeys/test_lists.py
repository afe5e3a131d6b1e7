"""A list arranged and saved in a real browser, by keyboard where a script is involved."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]

PATIENTS = "/admin/registry/patient/"
READY = "[data-list=patient][data-ready=true]"


def test_a_list_is_narrowed_arranged_and_saved_under_a_name(
    page: Page, sign_in: Callable, furnished: dict[str, int]
) -> None:
    sign_in("data_manager")
    page.goto(PATIENTS)
    expect(page.locator(READY)).to_be_attached()

    page.locator("summary", has_text="Columns").press("Enter")
    page.get_by_role("searchbox", name="Find a column").fill("ethnic")
    expect(page.get_by_label("Birth date", exact=True)).to_be_hidden()
    page.get_by_label("Ethnic group").press("Space")
    page.get_by_role("button", name="Show these columns").press("Enter")
    expect(page.get_by_role("columnheader", name="Ethnic group")).to_be_visible()

    page.locator("#changelist a", has_text="Filters").first.click()
    drawer = page.locator("#changelist-filter")
    drawer.get_by_role("link", name="Male", exact=True).click()
    expect(page.locator(READY)).to_be_attached()
    expect(page.get_by_role("link", name="Remove Sex: Male")).to_be_visible()

    menu = page.locator("summary", has_text="Saved filters")
    menu.press("Enter")
    page.get_by_label("Name", exact=True).fill("Men")
    page.get_by_role("button", name="Save filter").press("Enter")
    expect(page.locator(READY)).to_be_attached()
    page.goto(PATIENTS)
    expect(page.locator(READY)).to_be_attached()
    menu.press("Enter")
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.get_by_role("link", name="Men", exact=True)).to_be_hidden()
    menu.press("Enter")
    page.get_by_role("link", name="Men", exact=True).click()
    expect(page.get_by_role("link", name="Remove Sex: Male")).to_be_visible()
