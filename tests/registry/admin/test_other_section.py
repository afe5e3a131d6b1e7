"""A new variable is on its form at once, in a last section, and the suite names it until a section of its own takes it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest
from django.test import Client, RequestFactory

from registry.access.scope import center_scope
from registry.admin.assessment import TumorBurdenInline
from registry.admin.course import FollowUpInline
from registry.admin.other_section import OTHER, with_other_section
from registry.admin.treatments import DrugInline, ResectionAdmin
from registry.models import CenterRecord, Resection, TransarterialSession
from registry.workbook.sheets import entered_fields
from tests.conftest import Cast

# Entered in boxes of another record's form
IN_BOXES = {"labresult": "the laboratory panel of the assessment", "patientidentity": "the page of the patient"}


def records() -> list[type[CenterRecord]]:
    models = [model for model in apps.get_models() if issubclass(model, CenterRecord)]
    return [model for model in models if model.natural_key and model._meta.model_name not in IN_BOXES]


def sections(request: HttpRequest) -> Iterator[tuple[type[Any], Any, set[str]]]:
    """Record, title and variables of every section of every form, and of the rows on it."""
    for model, page in admin.site._registry.items():
        for form_of, form in (
            (model, page),
            *((inline.model, inline) for inline in page.get_inline_instances(request)),
        ):
            for section in form.get_fieldsets(request):
                yield form_of, section[0], {*flatten_fieldsets([section])}


@pytest.fixture
def asked(rf: RequestFactory, cast: Cast) -> HttpRequest:
    request = rf.get("/")
    request.user = cast.data_manager
    return request


@pytest.mark.django_db
def test_every_variable_has_a_place_in_a_section_of_its_form(asked: HttpRequest) -> None:
    """A name here is shown under "Other": put it into a section of registry/admin."""
    placed: set[tuple[str, str]] = set()
    for model, title, names in sections(asked):
        placed |= set() if title is OTHER else {(model.__name__, name) for name in names}
    assert len(records()) > 15
    homeless = [
        f"{model.__name__}.{field.name}"
        for model in records()
        for field in entered_fields(model)
        if (model.__name__, field.name) not in placed
    ]
    assert homeless == []


def test_what_no_section_names_comes_into_a_last_one() -> None:
    every = [field.name for field in entered_fields(Resection)]
    declared = [("Operation", {"fields": (("start_date", "approach"), "extent")})]
    first, last = with_other_section(declared, model=Resection)
    assert first == declared[0]
    assert last[0] is OTHER
    assert {*flatten_fieldsets([last])} == {*every} - {"start_date", "approach", "extent"}
    assert with_other_section([("All", {"fields": every})], model=Resection) == [("All", {"fields": every})]


@pytest.mark.django_db
def test_a_page_of_a_record_shows_what_its_sections_leave_out(
    asked: HttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = admin.site._registry[Resection]
    assert OTHER not in [title for title, _options in page.get_fieldsets(asked)]
    (first, rows), *_more = ResectionAdmin.sections
    monkeypatch.setattr(ResectionAdmin, "sections", ((first, rows),))
    shown = page.get_fieldsets(asked)
    assert [title for title, _options in shown] == [first, OTHER]
    assert {"margin_mm", "clavien_dindo_max", "operator_code"} <= {*flatten_fieldsets(shown)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("inline", "name"),
    [
        (FollowUpInline, "contact_mode"),
        (FollowUpInline, "subsequent_therapy"),  # check boxes
        (TumorBurdenInline, "growth_pattern"),
        (DrugInline, "duration_h"),  # a row of a table
    ],
)
def test_a_variable_without_a_place_can_be_entered(
    inline: Any, name: str, client: Client, cast: Cast, make_patient: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = page_with(inline, cast=cast, patient=make_patient())
    client.force_login(cast.data_manager)
    box = f'name="{inline.model._meta.model_name}_set-__prefix__-{name}"'
    assert box in client.get(address).content.decode()
    rows = "line" if hasattr(inline, "line") else "fields"
    monkeypatch.setattr(inline, rows, without(name, rows=getattr(inline, rows)))
    assert name not in str(getattr(inline, rows))
    assert box in client.get(address).content.decode()


def without(name: str, *, rows: Any) -> tuple[Any, ...]:
    return tuple(
        tuple(one for one in row if one != name) if isinstance(row, tuple) else row for row in rows if row != name
    )


def page_with(inline: Any, *, cast: Cast, patient: Any) -> str:
    if inline is FollowUpInline:
        return f"/admin/registry/patient/{patient.pk}/change/"
    if inline is TumorBurdenInline:
        return f"/admin/registry/assessment/add/?patient={patient.pk}"
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        session = TransarterialSession.objects.create(
            patient=patient, center=cast.center, start_date="2016-01-05", modality="TAE"
        )
    return f"/admin/registry/transarterialsession/{session.pk}/change/"
