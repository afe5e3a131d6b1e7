"""From an invitation to a password that only its owner knows."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from registry.access.scope import center_scope
from registry.accounts.people import State, state_of
from registry.choices import AccountAct, Role
from registry.models import AccountLogEntry, Membership, OneTimeLink
from tests.conftest import PASSWORD, Cast

pytestmark = pytest.mark.django_db

OWN = "a long password of my own"
LIN = {"username": "lin.na", "last_name": "Lin", "first_name": "Na", "email": "lin.na@example.org"}


def link_on(page: str) -> str:
    return re.search(r"http://testserver(/welcome/[\w-]+/)", page)[1]


@pytest.fixture
def invited(cast: Cast, manager: User, signed_in: Callable) -> str:
    """The address that the manager of the center was shown."""
    answer = signed_in(manager).post("/people/invite/", {**LIN, "center": cast.center.pk, "role": Role.DATA_MANAGER})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return link_on(answer.content.decode())


def set_password(address: str, *, password: str = OWN) -> Client:
    visitor = Client()
    assert visitor.get(address).headers["Location"] == "/welcome/"
    answer = visitor.post("/welcome/", {"password1": password, "password2": password})
    assert answer.headers.get("Location") == "/accounts/login/", answer.content.decode()
    return visitor


def test_whoever_manages_one_center_need_not_choose_it(cast: Cast, manager: User, signed_in: Callable) -> None:
    chosen = f'<option value="{cast.center.pk}" selected>'
    assert chosen in signed_in(manager).get("/people/invite/").content.decode()
    assert chosen not in signed_in(cast.administrator).get("/people/invite/").content.decode()


def test_an_invited_person_sets_the_password_and_signs_in(invited: str) -> None:
    person = User.objects.get(username="lin.na")
    assert state_of(person) is State.INVITED
    assert not Client().login(username="lin.na", password="")
    visitor = set_password(invited)
    assert visitor.post("/accounts/login/", {"login": "lin.na", "password": OWN}).headers["Location"] == "/"
    assert visitor.get("/admin/registry/patient/").status_code == 200
    acts = list(AccountLogEntry.objects.filter(user=person).order_by("pk").values_list("act", "by__username"))
    assert acts == [
        (AccountAct.CREATED, "manager"),
        (AccountAct.INVITED, "manager"),
        (AccountAct.PASSWORD_SET, "lin.na"),
        (AccountAct.SIGNED_IN, "lin.na"),
    ]


def test_the_link_works_once_and_only_its_hash_is_stored(invited: str, rows: Callable) -> None:
    token = invited.split("/")[2]
    assert OneTimeLink.objects.get().token_hash != token
    set_password(invited)
    assert Client().get(invited).status_code == 410
    kept = rows("SELECT metadata::text FROM pghistory_context UNION SELECT session_data FROM django_session")
    assert not [text for (text,) in kept if token in text]


def test_a_second_window_with_the_same_link_comes_too_late(invited: str) -> None:
    late = Client()
    late.get(invited)
    set_password(invited)
    assert late.post("/welcome/", {"password1": "another", "password2": "another"}).status_code == 410
    assert User.objects.get(username="lin.na").check_password(OWN)


def test_a_weak_password_is_refused_and_the_link_still_works(invited: str) -> None:
    visitor = Client()
    visitor.get(invited)
    assert visitor.post("/welcome/", {"password1": "short", "password2": "short"}).status_code == 400
    set_password(invited)


@pytest.mark.parametrize("end", ["time", "newer link", "account ended"])
def test_a_link_ends(invited: str, manager: User, cast: Cast, signed_in: Callable, end: str, monkeypatch) -> None:
    person = User.objects.get(username="lin.na")
    client = signed_in(manager)
    if end == "newer link":
        newer = client.post(f"/people/{person.pk}/link/").content.decode()
        assert "another" not in newer
        assert Client().get(link_on(newer)).status_code == 302
    elif end == "account ended":
        client.post(f"/people/{person.pk}/end/", {"reason": "never came"})
    else:
        later = timezone.now() + timedelta(hours=72, seconds=1)
        monkeypatch.setattr(timezone, "now", lambda: later)
    assert Client().get(invited).status_code == 410


def test_with_a_mail_server_the_link_goes_to_its_owner_alone(cast: Cast, manager: User, signed_in, settings) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    client = signed_in(manager)
    page = client.post("/people/invite/", {**LIN, "center": cast.center.pk, "role": Role.UPLOADER}).content.decode()
    assert "/welcome/" not in page
    assert mail.outbox[0].to == [LIN["email"]]
    set_password(link_on(mail.outbox[0].body))


def test_where_the_mail_server_is_away_the_link_is_shown(cast: Cast, manager: User, signed_in, settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    client = signed_in(manager)
    page = client.post("/people/invite/", {**LIN, "center": cast.center.pk, "role": Role.UPLOADER}).content.decode()
    assert "could not be sent" in page
    assert link_on(page)


def test_a_new_password_by_link_ends_sessions_and_tokens_and_unlocks(cast: Cast, manager: User, signed_in) -> None:
    working = signed_in(cast.uploader)
    AuthToken.objects.create(user=cast.uploader)
    for _attempt in range(6):
        Client().post("/accounts/login/", {"login": "uploader", "password": "wrong"})
    page = signed_in(manager).post(f"/people/{cast.uploader.pk}/link/").content.decode()
    visitor = set_password(link_on(page))
    assert working.get("/").status_code == 302
    assert not AuthToken.objects.filter(user=cast.uploader).exists()
    assert visitor.post("/accounts/login/", {"login": "uploader", "password": OWN}).headers["Location"] == "/"


def test_a_changed_password_ends_tokens_and_other_sessions_but_not_this_one(cast: Cast, signed_in: Callable) -> None:
    here, elsewhere = signed_in(cast.uploader), signed_in(cast.uploader)
    AuthToken.objects.create(user=cast.uploader)
    given = {"oldpassword": PASSWORD, "password1": OWN, "password2": OWN}
    assert here.post("/accounts/password/change/", given).status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert not AuthToken.objects.filter(user=cast.uploader).exists()


def test_a_taken_name_is_refused_in_words(cast: Cast, manager: User, signed_in: Callable) -> None:
    given = {**LIN, "username": "Other_Data_Manager", "center": cast.center.pk, "role": Role.UPLOADER}
    answer = signed_in(manager).post("/people/invite/", given)
    assert answer.status_code == 400
    assert "There is already an account" in answer.content.decode()
    assert not Membership.objects.filter(user=cast.other_data_manager, center=cast.center).exists()


def test_an_administrator_invites_an_administrator_and_a_manager_does_not(cast: Cast, manager: User, signed_in) -> None:
    assert signed_in(cast.administrator).post("/people/invite/", {**LIN, "is_administrator": "on"}).status_code == 200
    person = User.objects.get(username="lin.na")
    assert person.is_superuser
    given = {**LIN, "username": "second", "is_administrator": "on", "center": cast.center.pk, "role": Role.UPLOADER}
    signed_in(manager).post("/people/invite/", given)
    assert not User.objects.get(username="second").is_superuser


@pytest.mark.parametrize("address", ["/accounts/password/reset/", "/accounts/email/"])
def test_without_mail_the_pages_for_mail_say_whom_to_ask_or_are_closed(cast: Cast, signed_in, address: str) -> None:
    client = signed_in(cast.uploader)
    status = {"/accounts/email/": 404}.get(address, 200)
    assert client.get(address).status_code == status
    answer = client.post(address, {"email": "nobody@example.org"})
    assert answer.status_code == status
    if status == 200:
        assert "Ask the manager or principal investigator" in answer.content.decode()


def test_a_forgotten_password_by_mail(cast: Cast, settings) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    User.objects.filter(pk=cast.uploader.pk).update(email="up@example.org")
    visitor = Client()
    assert visitor.get("/accounts/password/reset/").status_code == 200
    for address in ("nobody@example.org", "up@example.org"):
        assert visitor.post("/accounts/password/reset/", {"email": address}).status_code == 302
    (sent,) = mail.outbox  # to nobody unknown
    address = re.search(r"http://testserver(/\S+)", sent.body)[1]
    form = visitor.get(address, follow=True)
    visitor.post(form.redirect_chain[-1][0], {"password1": OWN, "password2": OWN})
    assert Client().login(username="uploader", password=OWN)


def test_a_mail_server_that_is_away_is_no_error_page(cast: Cast, settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    User.objects.filter(pk=cast.uploader.pk).update(email="up@example.org")
    assert Client().post("/accounts/password/reset/", {"email": "up@example.org"}).status_code == 302


def test_an_account_changed_by_plain_sql_is_in_the_log(cast: Cast, rows: Callable) -> None:
    with center_scope([], by=cast.administrator, reason="a test"):
        rows("UPDATE auth_user SET is_superuser = true WHERE username = 'uploader'")
    rows("UPDATE auth_user SET is_superuser = false WHERE username = 'uploader'")
    entries = AccountLogEntry.objects.filter(user=cast.uploader).order_by("pk").values_list("act", "by__username")
    assert list(entries)[1:] == [(AccountAct.ADMINISTRATOR, "administrator"), (AccountAct.NO_ADMINISTRATOR, None)]
