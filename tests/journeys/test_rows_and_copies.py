"""Rows, copies and pasted values with a thumb: nothing wider than the page, and nothing entered that was not seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from registry.access.scope import center_scope
from registry.models import LabResult, TransarterialSession
from tests.conftest import Cast

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TABS = (
    "transarterialsession_set",
    "ablationsession_set",
    "systemicagent_set",
    "imagingassessment_set",
    "adverseevent_set",
)
PASTED = "ALB\t41.7\tg/L\nPT\t12,5\ts\n<img src=x onerror=alert(1)>\t1"
PASTE = """(text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.querySelector("[name=laboratory_alb]").dispatchEvent(event);
}"""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_rows_and_their_parts_fit_a_phone(
    page: Page, sign_in: Callable, furnished: dict[str, int], language: str
) -> None:
    sign_in("data_manager")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/admin/registry/patient/{furnished['patient']}/change/")
    expect(page.locator("#tabs-items [tabindex='0']")).to_be_visible()
    for prefix in TABS:
        page.locator(f"#tabs-items [data-tab={prefix}]").click()
        group = page.locator(f"#{prefix}-group")
        group.locator(".add-row").click()
        row = group.locator(".formset > .form-group:not(.empty-form)").last
        for part in (".caliper-add-below", ".caliper-copy", ".caliper-rest summary"):
            if (opener := row.locator(part)).count():
                opener.first.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, prefix
        cut = "cells => cells.filter(cell => cell.offsetParent && cell.getBoundingClientRect().right > 390).length"
        assert group.locator(".caliper-cell, .caliper-cell > *").evaluate_all(cut) == 0, prefix
    with page.expect_response("**/derive/"):  # what was typed is asked about: the last answer ends the test
        group.locator("select").first.dispatch_event("change")
    page.wait_for_load_state("networkidle")


def test_nothing_is_stored_that_nobody_has_seen(
    page: Page, sign_in: Callable, cast: Cast, furnished: dict[str, int]
) -> None:
    sign_in("data_manager")
    page.goto(f"/admin/registry/patient/{furnished['patient']}/change/#transarterialsession_set")
    group = page.locator("#transarterialsession_set-group")
    expect(group.locator(".caliper-add-below").first).to_be_visible()
    group.locator(".add-row").click()
    row = group.locator(".formset > .form-group:not(.empty-form)").last
    row.locator("[name='transarterialsession_set-1-start_date']").fill("2015-05-01")
    row.locator(".caliper-copy").click()
    expect(row.locator(".caliper-below-row .caliper-copied")).to_have_count(1)
    page.get_by_role("button", name="Save and stay on this page").click()
    expect(row.get_by_role("alert")).to_contain_text("Nothing was saved")
    with center_scope([cast.center.pk]):
        assert TransarterialSession.objects.count() == 1
    page.keyboard.press("Alt+c")
    expect(row.locator(".caliper-copied")).to_have_count(0)

    page.on("dialog", lambda dialog: dialog.accept())  # the page that is left
    page.goto(f"/admin/registry/assessment/{furnished['assessment']}/change/")
    expect(page.get_by_role("button", name="Paste laboratory values")).to_be_visible()
    page.evaluate(PASTE, PASTED)
    dialog = page.get_by_role("dialog", name="Paste laboratory values")
    expect(dialog.locator("input:checked")).to_have_count(1)
    expect(dialog).to_contain_text("12,5")
    expect(dialog).to_contain_text("<img src=x onerror=alert(1)>")  # as text
    expect(dialog.locator("img")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("[name=laboratory_alb]")).to_have_value("")
    with center_scope([cast.center.pk]):
        assert not LabResult.objects.exists()
