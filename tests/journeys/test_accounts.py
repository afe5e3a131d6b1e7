"""Somebody is invited, works, attaches a report and leaves: in two browsers, as two people do it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OWN = "a long password of my own"


def _invite(page: Page) -> str:
    """By the principal investigator, who is shown the link once."""
    page.get_by_role("link", name="People").first.click()
    page.get_by_role("link", name="Invite a person").click()
    for label, text in (("Last name", "Lin"), ("First name", "Na"), ("Username", "lin.na")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Center", exact=True).select_option(index=1)
    page.get_by_label("Role", exact=True).select_option(label="Data manager")
    page.get_by_role("button", name="Invite", exact=True).click()
    return page.locator("#token").inner_text()


def _set_password_and_sign_in(page: Page, *, link: str) -> None:
    page.goto(link)
    expect(page.locator("h1")).to_have_text("Choose your password")
    assert link not in page.url
    page.get_by_label("Password", exact=True).fill(OWN)
    page.get_by_label("Password (again)").fill(OWN)
    page.keyboard.press("Enter")
    page.get_by_label("Username").fill("lin.na")
    page.get_by_label("Password").fill(OWN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Add a patient")).to_be_visible()


def _attach_and_fetch(page: Page, *, patient: int) -> None:
    page.goto(f"/admin/registry/patient/{patient}/change/")
    page.locator("#attachments > summary").click()
    page.get_by_label("Attach a report or an image").set_input_files(
        {"name": "pathology.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 whole"}
    )
    page.locator("#attachments").get_by_label("Description").fill("second reading")
    page.get_by_role("button", name="Attach", exact=True).click()
    page.locator("#attachments > summary").click()
    row = page.locator("#attachments tr", has_text="pathology.pdf")
    expect(row).to_contain_text("second reading")
    with page.expect_download() as download:
        row.get_by_role("link", name="pathology.pdf").click()
    assert download.value.path().read_bytes() == b"%PDF-1.7 whole"
    row.get_by_text("Withdraw", exact=True).first.click()
    row.get_by_placeholder("Reason").fill("wrong patient")
    row.get_by_role("button", name="Withdraw").click()
    expect(page.locator("#attachments tr", has_text="pathology.pdf")).to_contain_text("wrong patient")


def test_from_an_invitation_to_the_end_of_an_account(
    page: Page, sign_in: Callable, browser: Browser, furnished: dict[str, int]
) -> None:
    sign_in("investigator")
    link = _invite(page)
    theirs = browser.new_context(base_url=page.url.split("/people")[0], locale="en-US").new_page()
    theirs.set_default_timeout(20_000)
    _set_password_and_sign_in(theirs, link=link)
    _attach_and_fetch(theirs, patient=furnished["patient"])
    page.get_by_role("link", name="Go to this person").click()
    page.get_by_text("End this account").click()
    page.get_by_label("Reason").first.fill("left the hospital")
    page.get_by_role("button", name="End the account").click()
    expect(page.get_by_text("The account has ended")).to_be_visible()
    theirs.goto("/")
    expect(theirs.get_by_role("heading", name="Sign in")).to_be_visible()
    theirs.get_by_label("Username").fill("lin.na")
    theirs.get_by_label("Password").fill(OWN)
    theirs.keyboard.press("Enter")
    expect(theirs.locator("#nav-sidebar")).to_have_count(0)
    page.get_by_role("link", name="Delegation log").click()
    expect(page.locator("tr", has_text="lin.na")).to_contain_text("left the hospital")
    theirs.context.close()
