"""Records for the pages of an overview."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from registry.access.scope import center_scope
from registry.models import CenterRecord, Patient
from tests.conftest import Cast


@pytest.fixture
def inside(cast: Cast) -> Callable[[], AbstractContextManager[None]]:
    """A scope of the first center in which its data manager writes."""
    return lambda: center_scope([cast.center.pk], by=cast.data_manager, reason="records of the tests")


@pytest.fixture
def record(inside: Callable) -> Callable[..., CenterRecord]:
    """A record below a patient."""

    def make(model: type[CenterRecord], *, patient: Patient, **variables: object) -> CenterRecord:
        with inside():
            return model.objects.create(center=patient.center, patient=patient, **variables)

    return make


@pytest.fixture
def ago() -> Callable[[int], datetime.date]:
    return lambda days: datetime.date.today() - datetime.timedelta(days=days)  # noqa: DTZ011
