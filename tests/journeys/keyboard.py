"""What a person does without a mouse. What cannot be reached by Tab and the arrow keys fails."""

import pytest
from playwright.sync_api import Locator, Page

from tests.conftest import PASSWORD


class Keys:
    """The keys a person presses, counted; a chord is one, and so is each character."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, key: str, *, times: int = 1) -> None:
        for _each in range(times):
            self.page.keyboard.press(key)
        self.count += times

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += len(text)

    def enter(self, label: str, text: str, *, within: Locator | None = None) -> None:
        field = (within or self.page.locator("#content")).get_by_label(label).locator("visible=true").first
        self.go_to(field)
        self.write(text)

    def go_to(self, target: Locator) -> None:
        self.count += tab_to(self.page, target)


def tab_to(page: Page, target: Locator, *, most: int = 250) -> int:
    """Press Tab until the target has the focus; how often."""
    for step in range(most):
        if target.evaluate("element => element === document.activeElement"):
            return step
        page.keyboard.press("Tab")
    pytest.fail(f"not reached by {most} Tabs: {target}")


def type_into(page: Page, label: str, text: str, *, within: Locator | None = None) -> None:
    field = (within or page.locator("#content")).get_by_label(label).locator("visible=true").first
    tab_to(page, field)
    page.keyboard.type(text)


def open_tab(page: Page, name: str) -> None:
    """The tabs are one stop of the Tab key; the arrow keys move over them."""
    page.locator(
        "#tabs-items [tabindex='0']"
    ).focus()  # they stand before the form; going back by Shift+Tab would be slow
    tab = page.locator("#tabs-items [role=tab]", has_text=name).first
    for _step in range(30):
        if tab.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("ArrowRight")
    else:
        pytest.fail(f"no arrow key reaches the tab {name}")
    page.keyboard.press("Enter")


def add_row(page: Page, prefix: str) -> Locator:
    tab_to(page, page.locator(f"#{prefix}-group .add-row"))
    page.keyboard.press("Enter")
    return page.locator(f"#{prefix}-group .form-group:not(.empty-form)").last


def save(page: Page, button: str = "Save and finish") -> None:
    tab_to(page, page.get_by_role("button", name=button, exact=True))
    page.keyboard.press("Enter")


def sign_in_by_keyboard(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_label("Username").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#nav-sidebar").wait_for(state="attached")
