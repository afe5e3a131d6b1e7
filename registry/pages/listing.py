"""Which queries a person looks at: what the address says, as filters of one query set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from registry.choices import QueryState
from registry.models import Query
from registry.models.hierarchy import entity_of, patient_models

NOT_CLOSED, ALL = "STANDING", "ALL"
STATES: tuple[tuple[str, str | Promise], ...] = (
    (NOT_CLOSED, _("Open and answered")),
    *((state.value, state.label) for state in QueryState),
    (ALL, _("All")),
)
AGES = (7, 30, 90)  # days, at least
ME, NOBODY = "me", "nobody"
SORTS: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "oldest": (_("Oldest first"), ("opened_at", "pk")),
    "newest": (_("Newest first"), ("-opened_at", "-pk")),
    "patient": (_("Patient"), ("center__center_code", "patient__local_id", "opened_at")),
    "form": (_("Form"), ("entity", "opened_at")),
    "assignee": (_("Assigned to"), ("assigned_to__username", "opened_at")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFilters:
    """As text from the address; what makes no sense filters nothing."""

    state: str = NOT_CLOSED
    center: str = ""
    form: str = ""
    field: str = ""
    assignee: str = ""
    age: str = ""
    code: str = ""
    patient: str = ""
    q: str = ""
    sort: str = "oldest"


def query_filters_of(given: Mapping[str, str]) -> QueryFilters:
    return QueryFilters(**{name: given[name].strip() for name in QueryFilters.__dataclass_fields__ if given.get(name)})


def filtered_queries(wanted: QueryFilters, *, centers: Sequence[int], by: Any) -> QuerySet[Query]:
    found = Query.objects.filter(center_id__in=centers).select_related("center", "patient", "assigned_to")
    found = found.filter(_state(wanted.state) & _assignee(wanted.assignee, by=by))
    if wanted.center.isdecimal():
        found = found.filter(center_id=int(wanted.center))
    if wanted.patient.isdecimal():
        found = found.filter(patient_id=int(wanted.patient))
    if wanted.form in dict(forms()):
        found = found.about(wanted.form, variable=wanted.field)
    if wanted.age.isdecimal():
        found = found.filter(opened_at__lte=timezone.now() - timedelta(days=min(int(wanted.age), 36_500)))
    if wanted.code:
        found = found.filter(codes__contains=[wanted.code[:8].upper()])
    if wanted.q:
        names = Q(patient__local_id__istartswith=wanted.q) | Q(patient__registry_id__istartswith=wanted.q)
        found = found.filter(names | Q(text_en__icontains=wanted.q) | Q(text_zh__icontains=wanted.q))
    _label, order = SORTS.get(wanted.sort, SORTS["oldest"])
    return found.order_by(*order)


def forms() -> list[tuple[str, str]]:
    """The kinds of record by name, those that name a person left out."""
    return [(entity_of(m), capfirst(str(m._meta.verbose_name))) for m in patient_models() if m.identifying is not None]


def fields_of_form(entity: str) -> list[tuple[str, str]]:
    model = next((m for m in patient_models() if entity_of(m) == entity), None)
    if model is None:
        return []
    own = [field for field in model._meta.local_concrete_fields if field.editable and not field.is_relation]
    return [(field.name, capfirst(str(field.verbose_name))) for field in own if field.name != "id"]


def assignees(centers: Sequence[int]) -> list[User]:
    return list(User.objects.filter(queries_assigned__center_id__in=centers).distinct().order_by("username"))


def _state(state: str) -> Q:
    if state in QueryState.values:
        return Q(state=state)
    return Q() if state == ALL else ~Q(state=QueryState.CLOSED)


def _assignee(assignee: str, *, by: Any) -> Q:
    if assignee == ME:
        return Q(assigned_to_id=by.pk)
    if assignee == NOBODY:
        return Q(assigned_to=None)
    return Q(assigned_to_id=int(assignee)) if assignee.isdecimal() else Q()
