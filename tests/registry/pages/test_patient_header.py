"""Whose page it is stands on every page of a patient, whichever way its address is made."""

from collections.abc import Callable, Iterator
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from registry.access.scope import center_scope
from registry.models import ImagingAssessment, Patient, SignOff, TransarterialAgent, TransarterialSession
from registry.models.hierarchy import entity_of, patient_models
from registry.pages.patient_header import patient_header
from registry.queries import open_query
from registry.records.withdrawal import restore, withdraw
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

DAY = date(2015, 4, 1)
HEADER = 'class="caliper-patient"'
# Addresses of ours about one patient that are no pages: one sends to them, or they answer with data or a part of a page.
NO_PAGES = MappingProxyType(
    {
        "derive_page": "answers the script of a form",
        "field_page": "is shown in a panel beside the form",
        "cell_page": "leads on to the cell of an upload",
        "discard_draft": "is sent to",
        "attach": "is sent to",
        "lists:saved_filter": "is about a list",
        "lists:delete_filter": "is about a list",
        "people:person": "is about one of the staff",
        "people:act": "is about one of the staff",
        "people:role": "is about one of the staff",
        "people:open_link": "is about one of the staff",
        "attachment_file": "is a file",
        "withdraw_attachment": "is sent to",
        "patient_grid_preview": "answers the script of the grid",
        "patient_grid_store": "is sent to",
        "patient_grid_undo": "is sent to",
        "choice_list": "answers the script of a form",
        "bulk_page": "is about many patients",
        "queries:say": "is sent to",
        "casebook:casebook": "is a PDF",
        "casebook:record": "is a PDF",
        "job_status": "answers a script",
        "cancel_job": "is sent to",
    }
)


def _patterns(resolver: Any, *, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _patterns(pattern, namespace=inner)
        else:
            yield f"{namespace}{pattern.name or ''}", pattern


def _own_pages() -> list[tuple[str, URLPattern]]:
    """The views of the registry that are asked about something."""
    return [
        (name, pattern)
        for name, pattern in _patterns(get_resolver())
        if pattern.callback.__module__.startswith("registry.")
        and pattern.pattern.converters
        and not name.startswith("admin:")
        and name not in NO_PAGES
    ]


def _record_pages() -> list[type[models.Model]]:
    return [model for model in patient_models() if model in admin.site._registry]


@pytest.fixture
def course(cast: Cast, make_patient: Callable[..., Patient]) -> dict[str, Any]:
    """A patient with a session and its drug, an open query and a signature."""
    patient = make_patient(center=cast.center)
    of = {"patient": patient, "center": cast.center}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a course for the tests"):
        session = TransarterialSession.objects.create(start_date=DAY, modality="CTACE", **of)
        TransarterialAgent.objects.create(session=session, agent_code="DOXORUBICIN", dose_mg=50, route="IA", **of)
        query = open_query(session, variables=["lipiodol_ml"], text="How much?", by=cast.data_manager)
        signed = SignOff.objects.create(signed_by=cast.investigator, statement="seen", digest="-", **of)
    return {"patient": patient, "session": session, "query": query, "signed": signed}


@pytest.fixture
def read(client: Client) -> Callable[..., str]:
    def get(address: str, *, by: User) -> str:
        client.force_login(by)
        response = client.get(address)
        assert response.status_code == 200, address
        return response.content.decode()

    return get


def test_every_page_about_a_patient_has_the_header(
    course: dict[str, Any], cast: Cast, read: Callable[..., str]
) -> None:
    given = {
        "patient_id": course["patient"].pk,
        "entity": "patient",
        "record_id": course["patient"].pk,
        "name": "withdraw",
        "query_id": course["query"].pk,
        "sign_off_id": course["signed"].pk,
    }
    pages = _own_pages()
    assert {"patient_timeline", "patient_grid", "sign_page", "act_page", "queries:query", "queries:signed"} <= {
        name for name, _ in pages
    }
    for name, pattern in pages:
        # A new kind of address is named here, or among NO_PAGES.
        asked = given | ({"name": "visits"} if name == "patient_grid" else {})
        address = reverse(name, kwargs={word: asked[word] for word in pattern.pattern.converters})
        assert HEADER in read(address, by=cast.investigator if name == "sign_page" else cast.data_manager), name


def test_every_form_of_a_record_and_its_history_have_the_header(
    course: dict[str, Any], cast: Cast, read: Callable[..., str]
) -> None:
    for model in _record_pages():
        with center_scope([cast.center.pk], by=cast.data_manager, reason="one of each kind"):
            record: Any = _any(model, patient=course["patient"])
        for kind in ("change", "history"):
            address = reverse(f"admin:registry_{entity_of(model)}_{kind}", args=[record.pk])
            assert HEADER in read(address, by=cast.data_manager), address
    new = f"{reverse('admin:registry_assessment_add')}?patient={course['patient'].pk}"
    assert HEADER in read(new, by=cast.data_manager)
    assert HEADER in read(f"{reverse('queries:queries')}?patient={course['patient'].pk}", by=cast.data_manager)


def test_header_and_navigation_tell_how_the_patient_stands(
    course: dict[str, Any], cast: Cast, django_assert_num_queries: Any
) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a scan that was none"):
        scan = ImagingAssessment.objects.create(
            patient=course["patient"], center=cast.center, imaging_date=DAY, imaging_modality="CT", imaging_role="RESP"
        )
        withdraw(scan, by=cast.data_manager, reason="of somebody else")
        patient = Patient.objects.select_related("center").get(pk=course["patient"].pk)
        with django_assert_num_queries(2):
            header = patient_header(patient, current="transarterialsession")
        assert (header.age, header.diagnosed, header.overview.queries, header.withdrawn) == (54, "2015-03-02", 2, 1)
        assert header.state == "QUERIED"
        index = header.overview.index
        assert index is not None
        assert (index.label, index.day) == ("Conventional TACE", "2015-04-01")
        parts = {part.url.partition("#")[2]: part for part in header.parts}
        assert (parts["transarterialsession_set"].count, parts["transarterialsession_set"].is_current) == (1, True)
        assert (parts["imagingassessment_set"].count, parts["imagingassessment_set"].withdrawn) == (0, 1)


def test_what_was_withdrawn_with_its_session_is_counted_with_it(course: dict[str, Any], cast: Cast) -> None:
    session = course["session"]
    with center_scope([cast.center.pk], by=cast.data_manager, reason="entered twice"):
        withdraw(session, by=cast.data_manager, reason="entered twice")
        header = patient_header(course["patient"])
        assert (header.withdrawn, header.overview.index) == (1, None)
        restore(session, by=cast.data_manager, reason="after all")
        assert patient_header(course["patient"]).withdrawn == 0


def _any(model: Any, *, patient: Patient) -> models.Model:
    """A record with what is required of it, and nothing else."""
    if model is Patient:
        return patient
    required = [
        field
        for field in model._meta.concrete_fields
        if not (field.null or field.is_relation or field.primary_key or field.has_default() or field.has_db_default())
    ]
    values = {field.name: _value(field) for field in required if field.name not in model.bookkeeping}
    return model.objects.create(patient=patient, center=patient.center, **values)


def _value(field: Any) -> Any:
    if isinstance(field, models.DateField):
        return date(2016, 1, 5)
    if field.choices:
        return field.flatchoices[0][0]
    return 1 if isinstance(field, models.IntegerField | models.FloatField) else "Nausea"
