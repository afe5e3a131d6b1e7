"""A record from its draft to its signature and beyond, as the people of a center see it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from registry.access.scope import center_scope
from registry.models import Assessment
from registry.queries import open_query
from tests.conftest import PASSWORD, Cast

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _as(page: Page, name: str, *, sign_in: Callable[[str], None]) -> None:
    page.context.clear_cookies()
    sign_in(name)


def _correct(page: Page, address: str, *, weight: str) -> None:
    """Once the page's script has hidden the card of the reason, for nothing has been changed yet."""
    page.goto(address)
    expect(page.locator("#caliper-reason")).to_be_hidden()
    page.locator("#id_weight_kg").fill(weight)
    expect(page.locator("#caliper-reason")).to_be_visible()


def _act(page: Page, name: str, *, words: str) -> None:
    page.locator(".caliper-head").get_by_role("link", name=name, exact=True).click()
    page.get_by_label("Reason").fill(words)
    page.get_by_role("button", name=name, exact=True).click()


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _head(page: Page) -> Locator:
    return page.locator(".caliper-head")


def _enter_and_submit(page: Page, *, patient: int) -> None:
    page.goto(f"/admin/registry/assessment/add/?patient={patient}")
    page.locator("#id_assessment_date").fill("2015-03-10")
    page.locator("#id_assessment_type").select_option("BASE")
    page.locator("#id_weight_kg").fill("65")
    _press(page, "Save and stay on this page")
    expect(_head(page)).to_contain_text("Draft")
    _press(page, "Save and submit")
    page.wait_for_url("**/registry/patient/**")


def _correct_for_a_reason(page: Page, address: str) -> None:
    _correct(page, address, weight="56")
    _press(page, "Save and stay on this page")
    expect(page.locator("#caliper-reason [role=alert]")).to_contain_text("Choose why")
    page.locator("#reason-code").select_option("TRANSCR")
    page.locator("#reason-words").fill("digits swapped")
    _press(page, "Save and stay on this page")
    expect(page.locator("#caliper-reason")).to_be_hidden()
    page.goto(address.replace("change", "history"))
    expect(page.locator("body")).to_contain_text("Transcription error: digits swapped")


def _verify(page: Page, address: str) -> None:
    page.goto(address)
    _press(page, "Verify")
    expect(_head(page)).to_contain_text("Verified")


def _close_with_words(page: Page, *, query: int) -> None:
    page.goto(f"/queries/{query}/")
    _press(page, "Close query")
    expect(page.locator("body")).to_contain_text("Say in words why it is closed")
    page.get_by_label("Your message").fill("without shoes")
    _press(page, "Close query")
    expect(page.locator("body")).to_contain_text("without shoes")


def _sign(page: Page, whole: str) -> None:
    page.goto(whole)
    _head(page).get_by_role("link", name="Sign off", exact=True).click()
    page.get_by_label("Password").fill("something else")
    _press(page, "Sign off")
    expect(page.locator(".errorlist")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    _press(page, "Sign off")
    expect(_head(page)).to_contain_text("signed off by investigator")


def _change_what_was_signed(page: Page, address: str) -> None:
    _correct(page, address, weight="57")
    for told in ("Saving a change ends the verification", "Saving a change ends this sign-off"):
        expect(page.locator("#caliper-reason")).to_contain_text(told)
    page.locator("#reason-code").select_option("SOURCE")
    _press(page, "Save and stay on this page")
    expect(_head(page)).to_contain_text("Submitted")
    expect(_head(page)).to_contain_text("changed since")
    _head(page).get_by_role("link", name="signed by investigator").click()
    expect(page.locator("body")).to_contain_text("Signed, changed since")
    expect(page.locator("body")).to_contain_text("prove")
    record = page.locator(".caliper-signed", has_text="changed since")
    expect(record).to_contain_text("56")


def _lock_and_withdraw(page: Page, address: str) -> None:
    page.goto(address)
    _act(page, "Lock", words="monitored")
    expect(_head(page)).to_contain_text("Locked")
    _act(page, "Unlock", words="the wrong patient")
    _act(page, "Withdraw", words="it was another patient")
    expect(_head(page)).to_contain_text("Withdrawn")


def _restore(page: Page, whole: str) -> None:
    page.goto(whole)
    expect(page.locator("#tabs-items")).to_contain_text("withdrawn (1)")
    page.locator("#withdrawn > summary").click()
    expect(page.locator("#withdrawn")).to_contain_text("it was another patient")
    page.locator("#withdrawn").get_by_role("link", name="Restore").click()
    page.get_by_label("Reason").fill("it was this one")
    _press(page, "Restore")
    expect(_head(page)).to_contain_text("Submitted")


def test_a_record_from_draft_to_signature_and_back_from_withdrawal(
    page: Page, sign_in: Callable[[str], None], cast: Cast, make_patient: Callable[..., Any]
) -> None:
    patient = make_patient()
    whole = f"/admin/registry/patient/{patient.pk}/change/"
    sign_in("data_manager")
    _enter_and_submit(page, patient=patient.pk)
    with center_scope([cast.center.pk]):
        visit = Assessment.objects.get()
    assert visit.record_status == "SUBMITTED"
    address = f"/admin/registry/assessment/{visit.pk}/change/"
    _correct_for_a_reason(page, address)
    _verify(page, address)
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        query = open_query(visit, variables=["weight_kg"], text="In which clothes?", by=cast.data_manager)
    _close_with_words(page, query=query.pk)
    _as(page, "investigator", sign_in=sign_in)
    _sign(page, whole)
    _as(page, "data_manager", sign_in=sign_in)
    _change_what_was_signed(page, address)
    _lock_and_withdraw(page, address)
    _restore(page, whole)
    with center_scope([cast.center.pk]):
        assert Assessment.objects.get().withdrawn_at is None
