"""The status grid: one row per patient, one cell per form, and which patients a filter leaves.

Filters and orders are found over a few words of every patient of the centers asked for, each read in one plain SQL query; what
costs more is then done for the patients of the page alone.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.board.cells import Cell, State
from registry.board.completeness import NOTHING, Counted, OfForms, completeness_in, completeness_now
from registry.board.forms import Form, forms
from registry.board.tallies import queries_by_form, records_by_status
from registry.models import FollowUp, Patient, Query

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What filters and orders know of a patient."""

    pk: int
    center: str
    local_id: str
    changed: datetime
    queries: int
    seen: date | None

    @property
    def number(self) -> tuple[str, str]:
        return self.center, self.local_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    name: str
    label: str | Promise
    key: Callable[[Brief], Any]


SORTS: Mapping[str, Sort] = {
    sort.name: sort
    for sort in (
        Sort(name="number", label=_("Study number"), key=lambda one: one.number),
        Sort(name="queries", label=_("Most queries first"), key=lambda one: (-one.queries, one.number)),
        Sort(
            name="changed",
            label=_("Most recently changed first"),
            key=lambda one: (-one.changed.timestamp(), one.number),
        ),
        Sort(
            name="seen",
            label=_("Longest since last follow-up first"),
            key=lambda one: (one.seen or date.min, one.number),
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GridFilters:
    """What a person asks the grid for. Empty values ask for nothing."""

    center: int | None = None
    form: str = ""
    state: str = ""
    search: str = ""
    sort: str = "number"
    queries_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """`ids` in the order asked for. `left` counts patients whose completeness is not known yet, and who may be missing."""

    ids: tuple[int, ...]
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    patient: Patient
    cells: tuple[Cell, ...] = field(default=())
    queries: int = 0
    last_seen: date | None = None


def chosen(centers: Collection[int], *, wanted: GridFilters) -> Chosen:
    """The patients to show, in their order; call it inside a scope of these centers."""
    mine = [center for center in centers if wanted.center in (None, center)]
    found = _briefs(mine, wanted=wanted)
    if wanted.queries_only:
        found = [one for one in found if one.queries]
    left = 0
    if wanted.state:
        those, left = _in_state(mine, wanted=wanted)
        found = [one for one in found if one.pk in those]
    ordered = sorted(found, key=SORTS.get(wanted.sort, SORTS["number"]).key)
    return Chosen(ids=tuple(one.pk for one in ordered), left=left)


def lines(patient_ids: Sequence[int]) -> list[Line]:
    """The rows of one page: as many SQL queries as there are kinds of record, however many patients."""
    return _lines(patient_ids, completeness=completeness_now(patient_ids) if patient_ids else {})


def all_lines(patient_ids: Sequence[int], *, centers: Collection[int]) -> tuple[list[Line], int]:
    """The rows of a whole list, and how many patients of its centers could not be counted yet."""
    known, left = _known(centers)
    return _lines(patient_ids, completeness=known), left


def _lines(patient_ids: Sequence[int], *, completeness: Mapping[int, OfForms]) -> list[Line]:
    patients = Patient.objects.select_related("center").in_bulk(list(patient_ids))
    records, queries = records_by_status(patients=patient_ids), queries_by_form(patient_ids)
    seen = dict(
        FollowUp.objects.filter(patient__in=patients).order_by().values_list("patient").annotate(Max("follow_up_date"))
    )
    return [
        Line(
            patient=patients[pk],
            cells=tuple(
                _cell(
                    form,
                    patient_id=pk,
                    statuses=records[pk][form.entity],
                    filled=completeness.get(pk, NOTHING),
                    queries=len(queries[pk][form.entity]),
                )
                for form in forms()
            ),
            queries=len(set().union(*queries[pk].values())),
            last_seen=seen.get(pk),
        )
        for pk in patient_ids
        if pk in patients
    ]


def _cell(form: Form, *, patient_id: int, statuses: Mapping[str, int], filled: OfForms, queries: int = 0) -> Cell:
    return Cell(
        statuses=statuses,
        completeness=filled.get(form.entity),
        queries=queries,
        form=form,
        link=form.link(patient_id),
    )


def _briefs(centers: Collection[int], *, wanted: GridFilters) -> list[Brief]:
    own = Patient.objects.filter(center_id__in=centers).order_by()
    if wanted.search:
        own = own.filter(Q(local_id__istartswith=wanted.search) | Q(registry_id__istartswith=wanted.search))
    standing = Query.objects.not_closed().filter(center_id__in=centers).order_by()
    queries = dict(standing.values_list("patient").annotate(Count("pk")))
    contacts = FollowUp.objects.filter(center_id__in=centers).order_by()
    seen = dict(contacts.values_list("patient").annotate(Max("follow_up_date")))
    return [
        Brief(pk=pk, center=center, local_id=number, changed=changed, queries=queries.get(pk, 0), seen=seen.get(pk))
        for pk, center, number, changed in own.values_list("pk", "center__center_code", "local_id", "updated_at")
    ]


def _in_state(centers: Collection[int], *, wanted: GridFilters) -> tuple[set[int], int]:
    """The patients of whom one of the forms asked for is in the state asked for."""
    those = [form for form in forms() if wanted.form in ("", form.entity)]
    known, left = _known(centers) if wanted.state != State.NONE else ({}, 0)
    records = records_by_status(centers=centers)
    found = {
        pk
        for pk, statuses in records.items()
        for form in those
        if Cell(statuses=statuses.get(form.entity, {}), completeness=known.get(pk, NOTHING).get(form.entity)).state
        == wanted.state
    }
    return found, left


def _known(centers: Collection[int]) -> tuple[dict[int, OfForms], int]:
    """The centers share the seconds that one request counts for."""
    counted: list[Counted] = [completeness_in(center, share=len(centers)) for center in centers]
    return {pk: one for each in counted for pk, one in each.patients.items()}, sum(each.left for each in counted)
