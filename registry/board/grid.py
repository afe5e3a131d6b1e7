"""The status grid: one row per patient, one cell per form, and which patients a filter leaves."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.board.cells import CHECKED, Cell, State
from registry.board.completeness import NOTHING, OfForms, completeness_in, completeness_now
from registry.board.forms import Form, forms
from registry.board.tallies import queries_by_form, records_by_status
from registry.choices import RecordStatus
from registry.models import FollowUp, Patient, Query

PER_PAGE = 50
Patients = QuerySet[Patient]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    name: str
    label: str | Promise
    order: tuple[Any, ...]


LAST_SEEN = F("last_seen")
SORTS: Mapping[str, Sort] = {
    sort.name: sort
    for sort in (
        Sort(name="number", label=_("Study number"), order=("center__center_code", "local_id")),
        Sort(name="queries", label=_("Most queries first"), order=("-standing", "local_id")),
        Sort(name="changed", label=_("Changed last first"), order=("-updated_at", "local_id")),
        Sort(name="seen", label=_("Longest not seen first"), order=(LAST_SEEN.asc(nulls_first=True), "local_id")),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person asks the grid for. Empty values ask for nothing."""

    center: int | None = None
    form: str = ""
    state: str = ""
    search: str = ""
    sort: str = "number"
    queries_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """`left` counts patients whose completeness is not known yet and who may therefore be missing from the list."""

    patients: Any
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    patient: Patient
    cells: tuple[Cell, ...] = field(default=())
    queries: int = 0


def chosen(centers: Collection[int], *, wanted: Wanted) -> Chosen:
    """The patients to show, in their order; call it inside a scope of these centers."""
    mine = [center for center in centers if wanted.center in (None, center)]
    patients = Patient.objects.filter(center_id__in=mine).select_related("center")
    patients = patients.annotate(standing=_standing_queries(), last_seen=_last_seen())
    if wanted.search:
        patients = patients.filter(Q(local_id__istartswith=wanted.search) | Q(registry_id__istartswith=wanted.search))
    if wanted.queries_only:
        patients = patients.filter(standing__gt=0)
    left = 0
    if wanted.state:
        those = [form for form in forms() if wanted.form in ("", form.entity)]
        lacking, left = _lacking(mine, wanted=those) if wanted.state in NEEDS_COMPLETENESS else ({}, 0)
        condition = Q(pk__in=[])
        for form in those:
            condition |= CONDITIONS[State(wanted.state)](form, lacking.get(form.entity, []))
        patients = patients.filter(condition)
    order = SORTS.get(wanted.sort, SORTS["number"]).order
    return Chosen(patients=patients.order_by(*order, "pk"), left=left)


def lines(patients: Sequence[Patient]) -> list[Line]:
    """The rows of one page: as many SQL queries as there are kinds of record, however many patients."""
    ids = [patient.pk for patient in patients]
    return _lines(patients, completeness=completeness_now(ids) if ids else {})


def all_lines(patients: Sequence[Patient]) -> tuple[list[Line], int]:
    """The rows of a whole list, and how many patients of its centers could not be counted yet."""
    counted = [completeness_in(center) for center in sorted({patient.center_id for patient in patients})]
    known = {patient_id: one for each in counted for patient_id, one in each.patients.items()}
    return _lines(patients, completeness=known), sum(each.left for each in counted)


def _lines(patients: Sequence[Patient], *, completeness: Mapping[int, OfForms]) -> list[Line]:
    ids = [patient.pk for patient in patients]
    records, queries = records_by_status(ids), queries_by_form(ids)
    found = []
    for patient in patients:
        filled, asked, own = completeness.get(patient.pk, NOTHING), queries[patient.pk], records[patient.pk]
        cells = tuple(
            Cell(
                statuses=own[form.entity],
                completeness=filled.get(form.entity),
                queries=len(asked[form.entity]),
                form=form,
                link=form.link(patient.pk),
            )
            for form in forms()
        )
        found.append(Line(patient=patient, cells=cells, queries=len(set().union(*asked.values()))))
    return found


def _standing(form: Form, *, extra: Q | None = None) -> Exists:
    owner = "pk" if form.is_of_patient else "patient"
    return Exists(form.model.objects.filter(extra or Q(), **{owner: OuterRef("pk")}))


def _is_incomplete(form: Form, lacking: Sequence[int]) -> Q:
    return Q(_standing(form, extra=Q(record_status=RecordStatus.DRAFT))) | Q(pk__in=lacking)


def _is_unverified(form: Form, lacking: Sequence[int]) -> Q:
    has_unchecked = Q(_standing(form, extra=~Q(record_status__in=CHECKED)))
    return has_unchecked & ~_is_incomplete(form, lacking)


def _is_complete(form: Form, lacking: Sequence[int]) -> Q:
    has_unchecked = Q(_standing(form, extra=~Q(record_status__in=CHECKED)))
    return Q(_standing(form)) & ~has_unchecked & ~Q(pk__in=lacking)


def _is_none(form: Form, _lacking: Sequence[int]) -> Q:
    return ~Q(_standing(form))


CONDITIONS: Mapping[State, Callable[[Form, Sequence[int]], Q]] = {
    State.NONE: _is_none,
    State.INCOMPLETE: _is_incomplete,
    State.UNVERIFIED: _is_unverified,
    State.COMPLETE: _is_complete,
}
NEEDS_COMPLETENESS = set(State) - {State.NONE}


def _lacking(centers: Collection[int], *, wanted: Sequence[Form]) -> tuple[dict[str, list[int]], int]:
    found: dict[str, list[int]] = {form.entity: [] for form in wanted}
    left = 0
    for center in centers:
        counted = completeness_in(center)
        left += counted.left
        for entity, ids in counted.incomplete.items():
            found.setdefault(entity, []).extend(ids)
    return found, left


def _standing_queries() -> Coalesce:
    own = Query.objects.standing().filter(patient=OuterRef("pk")).order_by().values("patient")
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def _last_seen() -> Subquery:
    own = FollowUp.objects.filter(patient=OuterRef("pk")).order_by().values("patient")
    return Subquery(own.annotate(last=Max("follow_up_date")).values("last"))
