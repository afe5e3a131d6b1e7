"""What people type in a browser: no keystroke changes a value unseen, and nothing typed is lost."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from registry.access.scope import center_scope
from registry.clinical.ranges import ANALYTE_RANGES
from registry.models import FormDraft, TransarterialSession
from tests.conftest import PASSWORD, Cast

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DATES = (("2015年4月2日", "2015-04-02", None), ("2015-04", "2015-04-15", "M"), ("2015", "2015-07-01", "Y"))
READY = "form[data-ready=true]"


def _retype(page: Page, field: Locator, text: str) -> None:
    field.click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def _save(page: Page) -> None:
    """By Ctrl+Enter, until the page has come again."""
    page.evaluate("document.querySelector('form[data-ready]').dataset.ready = 'before'")
    page.keyboard.press("Control+Enter")
    page.locator(READY).wait_for()


def _is_narrow_enough(page: Page) -> bool:
    page.set_viewport_size({"width": 390, "height": 800})
    fits = page.evaluate("document.documentElement.scrollWidth <= 390")
    page.set_viewport_size({"width": 1440, "height": 900})
    return bool(fits)


def _nothing_turns(page: Page, oil: Locator) -> None:
    oil.click()
    before = oil.input_value()
    for _notch in range(3):
        page.mouse.wheel(0, 40)
    for key in ("ArrowUp", "ArrowDown", "PageUp", "PageDown"):
        page.keyboard.press(key)
    assert oil.input_value() == before


def _is_refused(page: Page, oil: Locator, typed: str) -> None:
    _retype(page, oil, typed)
    _save(page)
    expect(page.locator("#faults")).to_contain_text("1 error needs correction")
    expect(page.locator("#faults")).to_contain_text(f"“{typed}”")
    expect(oil).to_be_focused()
    assert oil.input_value() == typed


def _stored(cast: Cast) -> TransarterialSession:
    with center_scope([cast.center.pk]):
        return TransarterialSession.objects.get()


def _is_pasted_in_one_line(page: Page, oil: Locator) -> None:
    _retype(page, oil, "0")
    page.keyboard.press("Backspace")
    oil.evaluate("""(box) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", "41\\n2");
        box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }""")
    assert oil.input_value() == "41 ; 2"  # never 412


def _goes_on_by_enter(page: Page, oil: Locator) -> None:
    _retype(page, oil, "12")
    page.keyboard.press("Enter")
    expect(oil).not_to_be_focused()
    assert page.evaluate("document.activeElement.matches('#content form input, #content form select')")


def test_keys_and_wheel_change_nothing_and_every_refusal_leads_to_its_field(
    page: Page, sign_in: Callable, cast: Cast, furnished: dict[str, int]
) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="what is still a draft changes without a reason"):
        TransarterialSession.objects.filter(pk=furnished["session"]).update(record_status="DRAFT")
    sign_in("data_manager")
    page.goto(f"/admin/registry/transarterialsession/{furnished['session']}/change/")
    page.locator(READY).wait_for()
    oil, day = page.locator("[name=lipiodol_ml]"), page.locator("[name=start_date]")
    _nothing_turns(page, oil)
    for typed in ("1,5", "1。5", "😀", "مرحبا"):
        _is_refused(page, oil, typed)
    assert _is_narrow_enough(page)
    page.locator("#content a[data-fault]").first.click()
    expect(oil).to_be_focused()
    for typed, number in (("１．５", 1.5), ("14.2 ", 14.2), ("12", 12.0)):
        _retype(page, oil, typed)
        _save(page)
        assert page.locator("#faults").all_inner_texts() == []
        expect(oil).to_be_focused()  # as before the save
        assert _stored(cast).lipiodol_ml == number
    _is_pasted_in_one_line(page, oil)
    _goes_on_by_enter(page, oil)
    assert all(link.get_attribute("aria-label") for link in page.locator("a[id^=calendarlink]").all())
    for typed, stored, precision in DATES:
        _retype(page, day, typed)
        page.keyboard.press("Tab")
        if precision:
            expect(page.locator("[name=start_date_precision]")).to_have_value(precision)
        _save(page)
        assert page.locator("#faults").all_inner_texts() == []
        expect(day).to_have_value(typed if precision else stored)
        assert (_stored(cast).start_date.isoformat(), _stored(cast).start_date_precision) == (stored, precision)
    _retype(page, day, "03/04/2019")
    _save(page)
    expect(page.locator("#faults")).to_contain_text("The year goes first.")


class Server:
    """A server of its own process, which can be killed."""

    def __init__(self) -> None:
        place = connection.settings_dict
        login = f"{quote(place['USER'], safe='')}:{quote(place['PASSWORD'], safe='')}"
        url = f"postgresql://{login}@/{place['NAME']}?{urlencode({'host': place['HOST'], 'port': place['PORT']})}"
        self.environment = {**os.environ, "DATABASE_URL": url}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{self.port}"]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=site.BASE_DIR, env=self.environment, **silent)
        for _attempt in range(240):
            try:
                urllib.request.urlopen(f"{self.url}/favicon.ico", timeout=5).close()
            except OSError:
                time.sleep(0.25)
            else:
                return
        pytest.fail("the server did not start")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.kill()


@pytest.fixture
def context(browser: Browser, server: Server, cast: Cast, settings: Any) -> Iterator[BrowserContext]:
    """A browser in which the data manager is signed in at that server."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # as the other process reads them
    cast.data_manager.set_password(PASSWORD)
    cast.data_manager.save()
    client = Client()
    client.force_login(cast.data_manager)
    context = browser.new_context(base_url=server.url, locale="en-US")
    context.set_default_timeout(30_000)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server.url}])
    yield context
    context.close()


def _plausible() -> dict[str, str]:
    """A value for each numeric box of the laboratory panel."""
    return {f"laboratory_{code}": f"{known.soft[0]:g}" for code, known in ANALYTE_RANGES.items()}


def _type_all(page: Page, values: dict[str, str]) -> dict[str, str]:
    typed = {}
    for name, text in values.items():
        box = page.locator(f"[name={name}]")
        if box.count() and box.evaluate("box => box.matches('input')"):
            box.evaluate("box => box.closest('details')?.setAttribute('open', '')")
            box.fill(text)
            typed[name] = text
    return typed


def _await_kept(page: Page, *, since: float) -> float:
    """The seconds from the last keystroke until the server has it."""
    page.wait_for_function(
        "since => Number(document.querySelector('form[data-ready]').dataset.keptAt) >= since", arg=since
    )
    return float(page.evaluate("since => Number(document.querySelector('form[data-ready]').dataset.keptAt) - since", since)) / 1000  # fmt: skip


def _lost(page: Page, typed: dict[str, str]) -> list[str]:
    page.locator(READY).wait_for()
    return [name for name, text in typed.items() if page.locator(f"[name={name}]").input_value() != text]


def _continue(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".caliper-draft")).to_contain_text("and did not save it")
    assert _is_narrow_enough(page)
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.locator(".caliper-draft")).to_contain_text("not saved yet")


def _dialog(page: Page) -> Locator:
    return page.locator("dialog.caliper-session")


def _sign_in_again(page: Page) -> None:
    dialog = _dialog(page)
    expect(dialog).to_contain_text("Your session has ended")
    assert _is_narrow_enough(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("That did not work")
    dialog.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()


def _stay_signed_in(page: Page, context: BrowserContext, url: str) -> None:
    context.add_cookies([{"name": "idle_until", "value": str(int(time.time()) + 100), "url": url}])
    expect(_dialog(page)).to_contain_text("You will be signed out in")
    page.get_by_role("button", name="Stay signed in").click()
    expect(_dialog(page)).not_to_be_visible()
    until = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "idle_until")
    assert int(until) > time.time() + 1000


def test_nothing_typed_is_lost_to_a_killed_server_an_ended_session_or_a_closed_tab(
    context: BrowserContext, server: Server, cast: Cast, furnished: dict[str, int]
) -> None:
    address = f"/admin/registry/assessment/add/?patient={furnished['patient']}"
    page = context.new_page()
    page.goto(address)
    page.locator(READY).wait_for()
    expect(page.locator("#content form :focus")).to_have_count(1)  # the first field of a new form
    typed = _type_all(
        page, {**_plausible(), "weight_kg": "61,5", "height_cm": "１７０", "assessment_date": "2016年3月"}
    )
    assert len(typed) >= 60
    waited = _await_kept(page, since=page.evaluate("Date.now()"))
    print(f"{len(typed)} fields typed, kept {waited:.1f} s after the last")

    server.kill()
    page.close()
    server.start()
    page = context.new_page()
    _continue(page, address)
    assert _lost(page, typed) == []

    Session.objects.all().delete()
    typed |= _type_all(page, {"weight_kg": "62,5", "laboratory_alb": "38.4"})
    since = page.evaluate("Date.now()")
    _sign_in_again(page)
    _await_kept(page, since=since)
    assert _lost(page, typed) == []

    page.close()
    page = context.new_page()
    _continue(page, address)
    assert _lost(page, typed) == []
    with center_scope([cast.center.pk]):
        assert FormDraft.objects.count() == 1
    _stay_signed_in(page, context, server.url)
