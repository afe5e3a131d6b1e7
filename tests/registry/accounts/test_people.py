"""Who looks after whose accounts, what an end ends, and what the logs say of it."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from knox.models import AuthToken

from registry.access.permissions import centers_of
from registry.accounts.delegation import delegations
from registry.accounts.people import full_name, may_act_for
from registry.choices import AccountAct, Role
from registry.models import AccountLogEntry, Membership
from tests.conftest import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def role_of(person: User, *, center: int) -> str:
    return "+".join(
        Membership.objects.filter(user=person, center=center, is_active=True).values_list("role", flat=True)
    )


def membership(person: User) -> Membership:
    return Membership.objects.filter(user=person).first()


@pytest.mark.parametrize(
    ("last", "first", "told"), [("王", "芳", "王芳"), ("Wang", "Fang", "Fang Wang"), ("", "", "uploader")]
)
def test_a_name_is_told_as_it_is_spoken(cast: Cast, last: str, first: str, told: str) -> None:
    cast.uploader.last_name, cast.uploader.first_name = last, first
    assert full_name(cast.uploader) == told


PAGES = ("/people/", "/people/invite/", "/delegation/", "/delegation.csv", "/people/{uploader}/")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator", 200),
        ("manager", 200),
        ("investigator", 200),
        ("data_manager", 403),
        ("uploader", 403),
        ("statistician", 403),
        ("outsider", 403),
        ("nobody", 302),
    ],
)
def test_pages_of_accounts_open_to_administrators_and_managers_of_the_center(
    cast: Cast, manager: User, who: str, status: int
) -> None:
    client = Client()
    if who != "nobody":
        client.force_login(User.objects.get(username=who))
    addresses = [page.format(uploader=cast.uploader.pk) for page in PAGES]
    assert [client.get(address).status_code for address in addresses] == [status] * len(PAGES)
    acts = [f"/people/{cast.uploader.pk}/{act}/" for act in ("link", "end", "unlock", "reopen")]
    acts.append(f"/people/roles/{membership(cast.uploader).pk}/")
    if status != 200:
        assert {client.post(act, {"role": "END", "reason": "x"}).status_code for act in acts} == {status}
        assert role_of(cast.uploader, center=cast.center.pk) == Role.UPLOADER


def test_nothing_of_another_center_is_seen_or_done(cast: Cast, manager: User, signed_in: Callable) -> None:
    client, foreign = signed_in(manager), cast.other_data_manager
    assert "other_data_manager" not in client.get("/people/").content.decode()
    assert client.get(f"/people/{foreign.pk}/").status_code == 404
    assert client.get(f"/delegation/?center={cast.other_center.pk}").status_code == 404
    assert client.get(f"/delegation.csv?center={cast.other_center.pk}").status_code == 404
    for act in ("link", "end", "unlock", "give"):
        given = {"reason": "x", "center": cast.center.pk, "role": Role.UPLOADER}
        assert client.post(f"/people/{foreign.pk}/{act}/", given).status_code == 404
    assert client.post(f"/people/roles/{membership(foreign).pk}/", {"role": "END", "reason": "x"}).status_code == 404
    invitation = {"username": "x", "last_name": "x", "first_name": "x", "role": Role.UPLOADER}
    assert client.post("/people/invite/", {**invitation, "center": cast.other_center.pk}).status_code == 400
    assert role_of(foreign, center=cast.other_center.pk) == Role.DATA_MANAGER
    assert not User.objects.filter(username="x").exists()


def test_a_manager_makes_nobody_a_manager_or_investigator_and_ends_no_such_role(
    cast: Cast, manager: User, signed_in: Callable
) -> None:
    client = signed_in(manager)
    for role in (Role.PRINCIPAL_INVESTIGATOR, Role.CENTER_MANAGER):
        client.post(f"/people/{cast.uploader.pk}/give/", {"center": cast.center.pk, "role": role})
        client.post(f"/people/roles/{membership(cast.uploader).pk}/", {"role": role, "reason": "x"})
    client.post(f"/people/roles/{membership(cast.investigator).pk}/", {"role": "END", "reason": "x"})
    assert role_of(cast.uploader, center=cast.center.pk) == Role.UPLOADER
    assert role_of(cast.investigator, center=cast.center.pk) == Role.PRINCIPAL_INVESTIGATOR


def test_nobody_changes_the_own_roles(cast: Cast, signed_in: Callable) -> None:
    client = signed_in(cast.administrator)
    client.post(f"/people/{cast.administrator.pk}/give/", {"center": cast.center.pk, "role": Role.DATA_MANAGER})
    assert centers_of(cast.administrator) == []
    client.post(f"/people/{cast.administrator.pk}/end/", {"reason": "x"})
    cast.administrator.refresh_from_db()
    assert cast.administrator.is_active


def test_a_link_is_made_for_nobody_with_more_to_say(cast: Cast, manager: User, signed_in: Callable) -> None:
    """Statisticians here work in both centers: who could set their password could read the other one."""
    assert may_act_for(manager, person=cast.uploader)
    for person in (cast.statistician, cast.investigator, cast.administrator, manager):
        assert not may_act_for(manager, person=person)
    page = signed_in(manager).post(f"/people/{cast.statistician.pk}/link/", follow=True).content.decode()
    assert "/welcome/" not in page
    assert "Ask an administrator" in page


def test_an_ended_role_ends_sessions_and_tokens_at_once(cast: Cast, manager: User, signed_in: Callable) -> None:
    working = signed_in(cast.uploader)
    _kept, token = AuthToken.objects.create(user=cast.uploader)
    script = {"authorization": f"Token {token}"}
    assert Client().get("/api/v1/centers", headers=script).status_code == 200
    address = f"/people/roles/{membership(cast.uploader).pk}/"
    signed_in(manager).post(address, {"role": "END", "reason": ""})
    assert working.get("/uploads/").status_code == 200  # without a reason nothing ends
    signed_in(manager).post(address, {"role": "END", "reason": "left the hospital"})
    assert working.get("/uploads/").status_code == 302
    assert Client().get("/api/v1/centers", headers=script).status_code == 401


def test_an_ended_account_cannot_sign_in_and_can_be_reopened(cast: Cast, manager: User, signed_in: Callable) -> None:
    client = signed_in(manager)
    client.post(f"/people/{cast.uploader.pk}/end/", {"reason": "left"})
    assert not Client().login(username="uploader", password=PASSWORD)
    assert role_of(cast.uploader, center=cast.center.pk) == ""
    client.post(f"/people/{cast.uploader.pk}/reopen/", {"reason": "came back"})
    client.post(f"/people/{cast.uploader.pk}/give/", {"center": cast.center.pk, "role": Role.UPLOADER})
    assert Client().login(username="uploader", password=PASSWORD)
    assert role_of(cast.uploader, center=cast.center.pk) == Role.UPLOADER


def test_the_delegation_log_says_who_might_do_what_from_when_to_when(
    cast: Cast, manager: User, signed_in: Callable
) -> None:
    client = signed_in(manager)
    client.post(f"/people/roles/{membership(cast.uploader).pk}/", {"role": Role.DATA_MANAGER, "reason": "trained"})
    told = [
        (each.role, each.given_by, each.ended_by, each.reason_of_end, each.until is None)
        for each in delegations([cast.center], person=cast.uploader)
    ]
    assert told == [("DM", "manager", "", "", True), ("UP", "administrator", "manager", "trained", False)]
    assert "trained" in client.get("/delegation/").content.decode()
    lines = client.get("/delegation.csv").getvalue().decode().splitlines()
    assert len(lines) == 1 + len(delegations([cast.center]))
    assert any("uploader" in line and "Data manager" in line and "manager" in line for line in lines)


def test_too_many_wrong_passwords_lock_out_until_somebody_unlocks(
    cast: Cast, manager: User, signed_in: Callable
) -> None:
    visitor, right = Client(), {"login": "uploader", "password": PASSWORD}
    for _attempt in range(5):
        visitor.post("/accounts/login/", {**right, "password": "wrong"})
    assert visitor.post("/accounts/login/", right).status_code == 200
    client, person = signed_in(manager), f"/people/{cast.uploader.pk}/"
    assert "Locked out" in client.get("/people/").content.decode()
    client.post(f"{person}unlock/")
    assert "Locked out" not in client.get(person).content.decode()
    assert visitor.post("/accounts/login/", right).headers["Location"] == "/"
    acts = list(AccountLogEntry.objects.filter(user=cast.uploader).order_by("pk").values_list("act", flat=True))
    locked = [AccountAct.LOCKED_OUT, AccountAct.UNLOCKED, AccountAct.SIGNED_IN]
    assert acts == [AccountAct.CREATED, *[AccountAct.SIGN_IN_FAILED] * 5, *locked]


def test_sign_ins_are_shown_to_their_owner_the_failed_ones_too(cast: Cast) -> None:
    visitor = Client()
    visitor.post("/accounts/login/", {"login": "uploader", "password": "wrong"})
    visitor.post("/accounts/login/", {"login": "a secret typed into the wrong box", "password": "wrong"})
    visitor.post("/accounts/login/", {"login": "uploader", "password": PASSWORD})
    page = visitor.get("/account/").content.decode()
    assert page.count("Wrong password") == 1
    assert page.count("127.0.0.1") == 2


def test_the_log_can_neither_be_changed_nor_shortened(cast: Cast) -> None:
    for statement in ("UPDATE registry_accountlogentry SET by_id = NULL", "DELETE FROM registry_accountlogentry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_nobody_sets_a_password_that_is_not_theirs(cast: Cast, signed_in: Callable) -> None:
    client = signed_in(cast.administrator)
    assert client.get(f"/admin/auth/user/{cast.uploader.pk}/password/").status_code == 403
    assert client.get("/admin/auth/user/add/").status_code == 403
