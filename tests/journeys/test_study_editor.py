"""A statistician writes a study in the browser, from an empty page to a locked version; two people write one."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from analytics.models import Study, StudyDraft
from analytics.protocol.library import protocol_text
from analytics.studies.drafts import start_from_library
from registry.access.scope import center_scope
from tests.conftest import Cast

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def ready(page: Page) -> None:
    page.locator("form#study-form[data-ready=true]").wait_for(state="attached")


def write(page: Page, name: str, text: str) -> None:
    """Types into a field, leaves it by the keyboard and waits until it is saved."""
    page.locator(f"[id='f-{name}']").fill(text)
    page.keyboard.press("Tab")
    ready(page)


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"[id='f-{name}']").select_option(value)
    ready(page)


def press(page: Page, name: str) -> None:
    """By keyboard."""
    page.locator(f"[id='f-{name}']").focus()
    page.keyboard.press("Enter")
    ready(page)


def test_a_study_is_written_from_nothing_with_its_faults_at_their_fields_and_locked(
    page: Page, sign_in: Callable, cast: Cast
) -> None:
    sign_in("statistician")
    _begin_with_one_event(page)
    write(page, "time_zero", "indx")
    expect(page.locator("[id='f-time_zero-problem']")).to_be_hidden()  # told once what it is compared with is whole
    for arm, label, code in (("focal", "HAIC", "HAIC"), ("reference", "TACE", "CTACE")):
        write(page, f"arms.{arm}.label", label)
        press(page, f"arms.{arm}.where.all-add")
        where = f"arms.{arm}.where.all.0"
        write(page, f"{where}.variable", "index.modality")
        choose(page, f"{where}.operator", "eq")
        choose(page, f"{where}.value", code)
    press(page, "endpoints-add")
    page.locator("[id='f-endpoints.0-name']").fill("OS")
    choose(page, "endpoints.0.kind", "OS")
    expect(page.locator("[id='f-time_zero-problem']")).to_contain_text("not an event of the population")
    assert page.locator("[id='f-time_zero']").get_attribute("aria-invalid") == "true"
    write(page, "time_zero", "index")
    expect(page.locator("#problems-title")).to_contain_text("Ready to be frozen")
    expect(page.locator("#words-en")).to_contain_text("HAIC: Modality = ")
    page.locator("form#study-form[data-counted=true]").wait_for(state="attached")
    expect(page.locator("#flow-title + div")).to_contain_text("Patients recorded")
    _freeze_and_compare_hashes(page)


def _begin_with_one_event(page: Page) -> None:
    page.goto("/studies/")
    page.get_by_role("link", name="New study").click()
    page.get_by_role("button", name="Empty study").click()
    ready(page)
    write(page, "id", "own-study")
    write(page, "title", "HAIC or TACE")
    press(page, "population.events-add")
    expect(page.locator("[id='f-population.events.0-name']")).to_be_visible()
    page.locator("[id='f-population.events.0-name']").fill("index")
    page.locator("input[name='population.events.0.records'][value=transarterial]").check()
    ready(page)


def _freeze_and_compare_hashes(page: Page) -> None:
    """Frozen and locked; the same study from its YAML has the same hash."""
    page.get_by_role("link", name="Freeze a version").click()
    page.get_by_role("button", name="Freeze and lock before outcomes").click()
    expect(page.locator("#versions")).to_contain_text("locked before outcomes")
    hash_of_form = page.locator("#versions code").first.inner_text()
    text = Study.objects.get(name="own-study").protocol
    page.goto("/studies/new/")
    page.locator("textarea[name=text]").fill(text)
    page.get_by_role("button", name="Read into a draft").click()
    ready(page)
    page.get_by_role("link", name="Freeze a version").click()
    expect(page.locator("#content")).to_contain_text(hash_of_form)


def test_two_people_write_one_study_and_both_find_their_words(page: Page, sign_in: Callable, cast: Cast) -> None:
    draft = start_from_library("deng-2023", by=cast.statistician)
    sign_in("statistician")
    page.goto(draft.get_absolute_url())
    ready(page)
    other = page.context.new_page()
    other.goto(draft.get_absolute_url())
    ready(other)
    write(page, "title", "The first title")
    write(other, "source", "The second source")
    expect(other.locator("#panel [role=alert]")).to_contain_text("saved this draft while you were editing")
    assert other.locator("[id='f-title']").input_value() == "The first title"
    write(page, "source", "The first source")
    expect(page.locator("#panel [role=alert]")).to_contain_text("The first source")
    with center_scope([cast.center.pk, cast.other_center.pk]):
        text = StudyDraft.objects.get().text
    assert "title: The first title" in text
    assert "source: The second source" in text
    assert text.startswith(re.match(r"(#[^\n]*\n)+", protocol_text("deng-2023"))[0])  # type: ignore[index]


def test_the_editor_fits_a_phone(page: Page, sign_in: Callable, written: dict[str, int]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in("statistician")
    page.goto(f"/studies/drafts/{written['draft']}/")
    ready(page)
    page.evaluate("document.querySelectorAll('#fields details').forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
