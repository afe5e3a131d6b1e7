"""axe-core over every page, in light and in dark: nothing against WCAG 2.2 A or AA."""

import json
from collections.abc import Callable, Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Page

from tests.journeys.pages import PLACES, Place

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_nothing_keeps_anybody_out(
    page: Page, sign_in: Callable, address_of: Callable, place: Place, theme: str
) -> None:
    sign_in(place.who)
    page.evaluate("theme => localStorage.setItem('adminTheme', JSON.stringify(theme))", theme)
    page.goto(address_of(place))
    page.wait_for_timeout(300)
    assert page.locator("html.dark").count() == (theme == "dark")
    found = [finding for _tab in _tabs(page, place) for finding in _audit(page)]
    assert not found, "\n".join(found)


def _tabs(page: Page, place: Place) -> Iterator[None]:
    if place.tab != "*":
        yield
        return
    for tab in page.locator("#tabs-items [role=tab]").all():
        tab.click()
        page.wait_for_timeout(100)
        yield


def _audit(page: Page) -> list[str]:
    page.evaluate(AXE)
    options = json.dumps({"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]})
    report = page.evaluate(f"axe.run(document, {options})")
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in report["violations"]
        for node in violation["nodes"][:3]
    ]
