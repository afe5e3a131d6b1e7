"""A result is read top down: contents in sight, what is wanted opened, the whole of it on paper."""

import io
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


def _open(page: Page, number: int) -> None:
    page.goto(f"/runs/{number}/")
    page.locator(".caliper-result[data-ready=true]").wait_for()


def test_a_result_is_read_by_its_contents_on_a_desk_on_a_phone_and_on_paper(
    page: Page, sign_in: Callable, written: dict[str, int]
) -> None:
    page.set_default_timeout(60_000)
    page.add_init_script("window.print = () => {}")
    sign_in("statistician")
    page.set_viewport_size(DESK)
    _open(page, written["whole_run"])
    contents = page.get_by_role("navigation", name="Contents")
    expect(contents.locator("[aria-current]")).to_have_text("Summary")
    contents.get_by_role("link", name="Cox models").focus()
    page.keyboard.press("Enter")
    expect(contents.locator("[aria-current]")).to_have_text("Cox models")
    expect(contents).to_be_in_viewport()
    _reads_on_a_phone(page)
    page.set_viewport_size(DESK)
    _prints(page)


def _reads_on_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    contents = page.get_by_role("navigation", name="Contents")
    link = contents.get_by_role("link", name="Safety")
    expect(link).to_be_hidden()
    contents.locator("summary").press("Enter")
    link.click()
    expect(link).to_be_hidden()
    expect(contents.locator("summary")).to_contain_text("Safety")
    expect(contents).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def _prints(page: Page) -> None:
    """Each sheet says of which study, version, run and result it is; nothing stays closed, nothing is left to click."""
    closed = page.locator(".caliper-result-body details:not([open])").count()
    head = page.locator(".caliper-result-head").text_content() or ""
    page.get_by_role("button", name="Print").click()
    page.locator("[data-print=ready]").wait_for()
    sheets = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages]
    expect(page.locator(".caliper-result-body details:not([open])")).to_have_count(closed)
    assert len(sheets) > 5
    assert [sheet for sheet in sheets if _dense(head) not in _dense(sheet)] == []
    assert {"Multivariable:" in " ".join(sheets), "Download" in " ".join(sheets[:5])} == {True, False}


def _dense(text: str) -> str:
    return "".join(text.split())
