"""The Chinese pages hold no English label: what is left in Latin letters is a code, an abbreviation, a name or data."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.pages import PEOPLE, places_of

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Everything that a reader sees or hears: texts, options, and what stands in attributes for a screen reader or a pointer.
TEXTS = """() => {
  const told = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!parent.closest('script, style, template, .material-symbols-outlined, [lang]:not(html), code') && node.data.trim()) told.push(node.data.trim());
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
    for (const each of document.querySelectorAll(`[${name}]`)) if (!each.closest('[lang]:not(html)')) told.push(each.getAttribute(name));
  }
  return [...new Set([document.title, ...told])];
}"""

ENGLISH = re.compile(r"[A-Za-z][a-z]{2,}(?:[ -][A-Za-z]*[a-z]+)*")
# Names and abbreviations that Chinese texts write in Latin letters, and what belongs to the data of these tests.
ALLOWED = re.compile(
    r"""\b(?:
    Caliper|Excel|Parquet|pdf|xlsx|xls|ods|csv|Stata|Hospital|Alt|Ctrl|Shift|esc|Tab|Enter|Home|End|Mac|Child|Pugh|Child-Pugh|Clavien|Dindo|Clavien-Dindo|Cheng|Milan|Edmondson|Steiner|Ishak|Scheuer|
    Efron|Breslow|Sturges|Wald|Kaplan-Meier|Cochran|DerSimonian-Laird|Schoenfeld|Cox|log-rank|Log-rank|rank|Kolmogorov-Smirnov|Clopper-Pearson|Newcombe|McNemar|Fisher|Welch|Wilcoxon|Yates|Pearson|Grambsch|Therneau|Aalen-Johansen|Gray|Weibull|Clopper|python|numpy|scipy|pandas|pydantic|lifelines|gtsummary|
    West[ ]Haven|Six-and-twelve|Up-to-seven|
    Karnofsky|Vp|Vv|Vm|Cao|An|log|logit|logistic|min|mol|nmol|pmol|mmol|kat|mRECIST|RECIST|iRECIST|RECICL|mALBI|data_manager|uploader|investigator|statistician|
    administrator|outsider|other_data_manager|TheraSphere|HepaSphere|CalliSpheres|Hepasphere|DC[ ]Bead|Tandem|Nausea|a[ ]patient[ ]of[ ]the[ ]tests|the[ ]furniture[ ]of[ ]the[ ]tests|Metavir|Laennec|OpenAPI|nobody|is_over|blanks|errors|assessment\.child_pugh_class
    )\b""",
    re.VERBOSE | re.ASCII,  # a Chinese character ends a word in Latin letters
)


# Sheets bear their Chinese and their machine name; a column's machine name stands in brackets behind its label.
MACHINE_NAMES = re.compile(r"\d\d[a-z]?_[^\s_]+_[a-z_]+|\([a-z0-9_.-]+\)|变量名 [a-z0-9_]+")


@pytest.mark.parametrize("who", PEOPLE)
def test_chinese_pages_hold_no_english_label(
    page: Page, sign_in: Callable, address_of: Callable, who: str, settings: Any
) -> None:
    settings.GUIDED_FIRST_HOUR = True  # its list is on the start page as well
    sign_in(who)
    page.context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": page.url}])
    english = {}
    for place in places_of(who):
        page.goto(address_of(place))
        assert page.locator("html").get_attribute("lang") == "zh-hans"
        english[place.name] = _english_on(page)
    assert not any(english.values()), english


def _english_on(page: Page) -> list[str]:
    left = {text: ENGLISH.findall(ALLOWED.sub("", MACHINE_NAMES.sub("", text))) for text in page.evaluate(TEXTS)}
    return sorted(f"{text[:90]!r}: {words}" for text, words in left.items() if words)
