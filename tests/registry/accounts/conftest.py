from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from registry.access.scope import center_scope
from registry.choices import Role
from registry.models import Center, Membership
from tests.conftest import PASSWORD, Cast


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def go(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return go


@pytest.fixture
def member(cast: Cast) -> Callable[..., User]:
    """Somebody with one role in one center."""

    def make(username: str, *, role: Role, center: Center | None = None) -> User:
        with center_scope([], by=cast.administrator, reason="a test"):
            person = User.objects.create_user(username, password=PASSWORD, is_staff=True)
            Membership.objects.create(user=person, center=center or cast.center, role=role)
        return person

    return make


@pytest.fixture
def manager(member: Callable[..., User]) -> User:
    return member("manager", role=Role.CENTER_MANAGER)
