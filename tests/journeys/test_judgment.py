"""From nothing to a result that is read: a study written with the rows of another, locked, run, judged, accepted, revoked."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from analytics.frame import sha256
from analytics.models import DesignTry, Study
from analytics.studies.drafts import start_draft
from registry.access.scope import center_scope
from tests.conftest import Cast

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Card, Moran, Newell (1980): to think, to point, to press a key; what the machine needs comes on top
THINK_SECONDS, POINT_SECONDS, KEY_SECONDS = 1.35, 1.1, 0.28
MOST_STEPS, MOST_MINUTES = 60, 15


class Hand:
    """What a person does, counted: each field filled, choice made or button pressed is a step."""

    def __init__(self, page: Page) -> None:
        self.page, self.steps, self.seconds = page, 0, 0.0

    def did(self, characters: int = 0) -> None:
        self.steps += 1
        self.seconds += THINK_SECONDS + POINT_SECONDS + KEY_SECONDS * characters

    def press(self, name: str) -> None:
        self.did()
        self.page.get_by_role("button", name=name, exact=True).or_(
            self.page.get_by_role("link", name=name, exact=True)
        ).first.click()

    def act(self, name: str) -> None:
        """A button of the editor, by keyboard."""
        self.did()
        self.page.locator(f"[id='f-{name}']").focus()
        self.page.keyboard.press("Enter")
        self.ready()

    def write(self, name: str, text: str) -> None:
        self.did(len(text))
        self.page.locator(f"[id='f-{name}']").fill(text)
        self.page.keyboard.press("Tab")
        self.ready()

    def choose(self, name: str, value: str) -> None:
        self.did()
        self.page.locator(f"[id='f-{name}']").select_option(value)
        self.ready()

    def ready(self) -> None:
        self.page.locator("form#study-form[data-ready=true]").wait_for(state="attached")


@pytest.fixture
def patients(make_case: Callable) -> None:
    for number in range(12):
        make_case(
            f"{number}",
            arm="none",
            modality="HAIC" if number % 3 else "CTACE",
            whole={"max_diameter_cm": 10.5 + number % 5 / 2},
            laboratory={"afp": 100.0 if number % 2 else 900.0},
            sex="MMF"[number // 2 % 3],
        )


def test_from_nothing_to_a_result_that_was_judged_and_read(
    page: Page, sign_in: Callable, cast: Cast, patients: None, work: Callable
) -> None:
    sign_in("statistician")
    hand = Hand(page)
    _write_study(hand)
    hand.press("Freeze a version…")
    hand.press("Freeze, lock and run")
    page.locator("[data-job-url]").wait_for(state="attached")
    work()
    page.locator("#judgment").wait_for(timeout=60_000)  # the progress opens the result by itself
    _try_and_accept(hand, cast=cast)
    expect(page.locator("#figure-os-matched")).to_be_visible()
    expect(page.locator("#plan")).to_contain_text("before any outcome was opened")
    assert hand.steps <= MOST_STEPS, hand.steps
    assert hand.seconds / 60 <= MOST_MINUTES, hand.seconds
    study = Study.objects.get(name="own-study")
    again = start_draft(study.protocol, by=cast.statistician)
    assert sha256(again.text) == sha256(study.protocol)
    _revoke(hand)


def _write_study(hand: Hand) -> None:
    hand.page.goto("/studies/")
    hand.press("New study")
    hand.press("Empty study")
    hand.ready()
    hand.write("id", "own-study")
    hand.write("title", "HAIC or TACE")
    for part in ("population.events", "population.eligibility", "endpoints", "covariates"):
        hand.choose(f"{part}-study", "deng-2023")
        hand.act(f"{part}-take")
    hand.write("time_zero", "index")
    for arm, label, code in (("focal", "HAIC", "HAIC"), ("reference", "TACE", "CTACE")):
        hand.write(f"arms.{arm}.label", label)
        hand.act(f"arms.{arm}.where.all-add")
        where = f"arms.{arm}.where.all.0"
        hand.write(f"{where}.variable", "index.modality")
        hand.choose(f"{where}.operator", "eq")
        hand.choose(f"{where}.value", code)
    hand.choose("design.method", "nearest")
    expect(hand.page.locator("#problems-title")).to_contain_text("Ready to be frozen")
    hand.page.locator("form#study-form[data-counted=true]").wait_for(state="attached")


def _try_and_accept(hand: Hand, *, cast: Cast) -> None:
    page = hand.page
    expect(page.locator("#figure-os-matched")).to_have_count(0)
    hand.did(3)
    page.get_by_label("Caliper (blank: none)").fill("0.5")
    hand.press("Try this design")
    rows = page.locator("#designs tbody tr")
    expect(rows).to_have_count(2)
    expect(page.locator("#designs")).not_to_contain_text("azard ratio")
    with center_scope([cast.center.pk, cast.other_center.pk]):
        assert DesignTry.objects.filter(is_planned=False, after_outcomes=False).count() == 1
    hand.did(30)
    page.get_by_label("Why this design is accepted").fill("Alike enough for these patients.")
    hand.press("Accept the design and show the outcomes")


def _revoke(hand: Hand) -> None:
    page = hand.page
    page.get_by_text("Revoke the acceptance…").click()
    page.get_by_label("Why the acceptance is revoked").fill("One center coded its scans anew.")
    hand.press("Revoke and hide the outcomes")
    expect(page.locator("#figure-os-matched")).to_have_count(0)
    expect(page.locator("#decisions li")).to_have_text(
        [
            re.compile("Design accepted.*Alike enough", re.DOTALL),
            re.compile("Acceptance revoked.*One center", re.DOTALL),
        ]
    )
