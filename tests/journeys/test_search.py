"""Ctrl+K in a real browser: any patient, record or page in at most twelve keys."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]

MOST_KEYS = 12
NUMBER = "0001"  # of the furnished patient


def _open(page: Page) -> None:
    """The script says when it listens; a key pressed earlier is the browser's."""
    expect(page.locator(".caliper-search[data-ready=true]")).to_be_attached()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()


def _follow(page: Page, words: str, *, to: str) -> int:
    """Type, see, press Enter; how many keys that took with Ctrl+K."""
    _open(page)
    page.keyboard.type(words)
    expect(page.locator("#caliper-search-results")).to_have_attribute("data-answers", words)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{to}")
    return 1 + len(words) + 1


def test_patients_records_and_pages_are_opened_by_keyboard(
    page: Page, sign_in: Callable, cast: Cast, furnished: dict[str, int], make_patient: Callable
) -> None:
    make_patient(local_id="9001", center=cast.other_center)
    sign_in("data_manager")
    keys = [
        _follow(page, NUMBER, to=f"/admin/registry/patient/{furnished['patient']}/change/"),
        _follow(page, f"{NUMBER} TACE", to=f"/admin/registry/transarterialsession/{furnished['session']}/change/"),
        _follow(page, "quer", to="/queries/"),
    ]
    print("keys to a patient, a record and a page:", keys)
    assert max(keys) <= MOST_KEYS

    _open(page)
    page.keyboard.type("9001")
    expect(page.get_by_role("dialog", name="Search")).to_contain_text("No patient, record or page of your centers")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Search")).to_be_hidden()


def test_the_search_fits_a_phone_in_chinese(page: Page, sign_in: Callable, furnished: dict[str, int]) -> None:
    sign_in("data_manager")
    page.get_by_role("button", name="中文").click()
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/queries/")
    expect(page.locator(".caliper-search[data-ready=true]")).to_be_attached()
    page.get_by_role("button", name="搜索").click()
    dialog = page.get_by_role("dialog", name="搜索")
    dialog.get_by_role("combobox").press_sequentially(NUMBER)
    expect(dialog.get_by_role("option").first).to_contain_text(NUMBER)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('.caliper-search').scrollWidth") <= 390
