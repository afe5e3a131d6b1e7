"""axe-core over every page, in dark and in light: nothing against WCAG 2.2 A or AA. And every page fits a phone."""

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.pages import PEOPLE, Place, places_of

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = json.dumps({"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]})
AT_ONCE = "* { transition: none !important; animation: none !important; }"  # a color on its way is no finding

WIDE, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
# What can be pressed and lies beyond the edge, unless it is scrolled to with its table or its row of tabs.
BEYOND = """() => [...document.querySelectorAll('#header-inner button, .caliper-page :is(a, button, select, input)')]
  .filter((each) => each.getBoundingClientRect().width > 1 && each.getBoundingClientRect().right > innerWidth + 1)
  .filter((each) => !each.closest('.caliper-scroll, .caliper-sheet, .tabulator, .caliper-tabs, .caliper-beside, dialog'))
  .map((each) => each.outerHTML.slice(0, 120))
  .concat(document.documentElement.scrollWidth > innerWidth ? ['the page itself'] : [])"""


@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_keeps_anybody_out(
    page: Page, sign_in: Callable, address_of: Callable, who: str, settings: Any
) -> None:
    settings.GUIDED_FIRST_HOUR = True  # its list is on the start page as well
    sign_in(who)
    page.evaluate("localStorage.setItem('adminTheme', JSON.stringify('dark'))")
    found = []
    for place in places_of(who):
        page.goto(address_of(place))
        page.add_style_tag(content=AT_ONCE)
        page.evaluate(AXE)
        assert page.locator("html.dark").count() == 1, f"{place.name} is not dark"
        found += [f"{place.name}, {theme}: {finding}" for theme in _themes(page, place) for finding in _audit(page)]
        page.set_viewport_size(PHONE)
        found += [f"{place.name}, on a phone: beyond its edge lies {each}" for each in page.evaluate(BEYOND)]
        page.set_viewport_size(WIDE)
    assert not found, "\n".join(found)


def _themes(page: Page, place: Place) -> Iterator[str]:
    """Each tab as it was opened, which is dark, and light; the colors are switched in place."""
    for _tab in _tabs(page, place):
        yield "dark"
        page.evaluate("document.documentElement.classList.remove('dark')")
        yield "light"
        page.evaluate("document.documentElement.classList.add('dark')")


def _tabs(page: Page, place: Place) -> Iterator[None]:
    if place.tab != "*":
        yield
        return
    for tab in page.locator("#tabs-items [role=tab]").all():
        tab.click()
        yield


def _audit(page: Page) -> list[str]:
    report = page.evaluate(f"axe.run(document, {OPTIONS})")
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in report["violations"]
        for node in violation["nodes"][:3]
    ]
