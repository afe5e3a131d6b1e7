"""The owner creates, migrates and drops the test database; every test runs as app, as the site does."""

import datetime
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from config import database

database.start()  # before pytest-django connects

from django.contrib.auth.models import User  # noqa: E402
from django.db import OperationalError, connection  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402
from django.utils import translation  # noqa: E402

from registry.access.roles import connected_as  # noqa: E402
from registry.access.scope import center_scope  # noqa: E402
from registry.choices import Role  # noqa: E402
from registry.models import Center, Membership, Patient  # noqa: E402

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), connected_as("owner"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:  # no commit here has to outlive a power cut
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        with connected_as("app"):
            yield
            connection.close()
            connection.close_pool()  # one that was cut off when a test copied the database may still be in it
            with connection.cursor() as cursor:  # the thread of a worker leaves its connection to the garbage collector
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
                )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:
    # A newcomer may lack R or a browser and sees the skip; where CI is set, such a skip is a failure.
    outcome = yield
    report = outcome.get_result()
    needs_real_part = item.get_closest_marker("journey") or item.get_closest_marker("reference")
    if os.environ.get("CI") and report.skipped and needs_real_part and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {report.longrepr}"


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Hashing on purpose slowly, eight people a test, is most of the time of a test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


KEPT = {"django_content_type", "auth_permission", "django_migrations"}  # as migrate leaves them


@pytest.fixture(scope="session", autouse=True)
def nothing_left_over() -> Iterator[None]:
    """Django's flush after a test with real transactions makes all permissions anew, which takes most of its time, and knows
    no table without a model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: _empty_all_tables())
        yield


def _empty_all_tables() -> None:
    """Once more where a browser that has just closed still asked for something: the server ends one of two that wait."""
    with connected_as("owner"), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - KEPT
        for is_last in (False, False, True):
            try:
                cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, sorted(tables)))}")
                return
            except OperationalError:
                if is_last:
                    raise


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A request leaves its language active in the thread: the next test must not read the last one's."""
    with translation.override("en"):
        yield


@dataclass(frozen=True, slots=True)
class Cast:
    """Two centers and the people of this house."""

    center: Center
    other_center: Center
    data_manager: User
    other_data_manager: User
    uploader: User
    statistician: User
    investigator: User
    outsider: User
    administrator: User


@pytest.fixture
def cast(db) -> Cast:
    administrator = User.objects.create_superuser("administrator", password=PASSWORD)
    with center_scope([], by=administrator, reason="the cast of the tests"):
        centers = [
            Center.objects.create(
                center_code=f"C0{n}", center_name_en=f"Hospital {n}", center_name_zh=f"第{n}医院", hospital_level="3A"
            )
            for n in (1, 2)
        ]
        people = {
            name: User.objects.create_user(name, password=PASSWORD, is_staff=True)
            for name in ("data_manager", "other_data_manager", "uploader", "statistician", "investigator", "outsider")
        }
        roles = [
            ("data_manager", 0, Role.DATA_MANAGER),
            ("other_data_manager", 1, Role.DATA_MANAGER),
            ("uploader", 0, Role.UPLOADER),
            ("investigator", 0, Role.PRINCIPAL_INVESTIGATOR),
        ]
        roles += [("statistician", 0, Role.STATISTICIAN), ("statistician", 1, Role.STATISTICIAN)]
        for name, number, role in roles:
            Membership.objects.create(user=people[name], center=centers[number], role=role)
    return Cast(center=centers[0], other_center=centers[1], administrator=administrator, **people)


@pytest.fixture
def center(cast: Cast) -> Center:
    return cast.center


@pytest.fixture
def data_manager(cast: Cast) -> User:
    return cast.data_manager


@pytest.fixture
def other_data_manager(cast: Cast) -> User:
    return cast.other_data_manager


@pytest.fixture
def uploader(cast: Cast) -> User:
    return cast.uploader


@pytest.fixture
def statistician(cast: Cast) -> User:
    return cast.statistician


@pytest.fixture
def investigator(cast: Cast) -> User:
    return cast.investigator


@pytest.fixture
def outsider(cast: Cast) -> User:
    return cast.outsider


@pytest.fixture
def make_patient(cast: Cast) -> Callable[..., Patient]:
    """A plausible patient; any variable may be given. Opens its own scope."""

    def make(*, center: Center | None = None, local_id: str = "0001", **variables: Any) -> Patient:
        place = center or cast.center
        by = cast.data_manager if place == cast.center else cast.other_data_manager
        plausible = {"sex": "M", "birth_date": datetime.date(1960, 5, 17), "consent_status": "WAIV"}
        plausible |= {"diagnosis_date": datetime.date(2015, 3, 2), "diagnosis_basis": "IMG", "tumor_type": "HCC"}
        with center_scope([place.pk], by=by, reason="a patient of the tests"):
            patient = Patient(center=place, local_id=local_id, **{**plausible, **variables})
            patient.assign_registry_id()
            patient.save()
        return patient

    return make


@pytest.fixture
def rows() -> Callable[..., list[tuple[Any, ...]]]:
    """What raw SQL gives, over the connection the site uses."""

    def run(query: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return list(cursor.fetchall()) if cursor.description else []

    return run
