"""Who stands behind a number of a result: the patients, and from each of them the way to the record."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from analytics.cohort.patients import patients_called
from analytics.drilldown.people import Person
from analytics.drilldown.services import patients_behind
from analytics.errors import AnalysisError
from analytics.pages.views import finished_run, for_readers_of_studies
from analytics.report.labels import all_arm_labels, in_language
from analytics.result.rows.rows import ResultRows
from analytics.studies.disclosure import result_for
from analytics.studies.readers import sees_patients
from registry.access.permissions import centers_where
from registry.lists.columns import Column
from registry.lists.listing import Choice, Listing, ShownList, Typed, list_page
from registry.pages.context import page_context


@require_GET
@for_readers_of_studies
def patients(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Of the number whose address is asked for; an outcome that is not open yet has no address."""
    run = finished_run(request, run_id=run_id)
    if not sees_patients(request.user, center_ids=run.center_ids):
        raise PermissionDenied
    result = result_for(run, by=request.user)
    rows = ResultRows(result)
    row = rows.at(request.GET.get("of", ""))
    if row is None:
        raise Http404
    try:
        people = patients_behind(run, row=row, rows=rows)
    except AnalysisError as error:
        for message in error.messages:
            messages.error(request, in_language(message))
        return redirect(run)
    if people is None:
        raise Http404
    known = patients_called(person.id for person in people)
    listing = _listing({person.id: person for person in people}, arms=all_arm_labels(result), request=request)
    listed = list_page(request, listing, rows=_narrowed(known, request=request), filters=_filters(known))
    if not isinstance(listed, ShownList):
        return listed
    context = {
        "run": run,
        "list": listed,
        "address": row.address,
        "label": in_language(row.label),
        "count": len(people),
        "gone": len(people) - known.count(),
    }
    return render(
        request, "analytics/patients.html", {**page_context(request, title=_("Patients behind a number")), **context}
    )


def _listing(people: Mapping[str, Person], *, arms: Mapping[str, str], request: HttpRequest) -> Listing:
    """The record is open to those who read records in the center of the patient."""
    read = set(centers_where(request.user, may="read_records"))

    def record(patient: Any) -> str:
        return reverse("admin:registry_patient_change", args=[patient.pk]) if patient.center_id in read else ""

    columns = (
        Column(
            name="patient",
            label=gettext_lazy("Patient"),
            value=lambda patient: patient.registry_id,
            url=record,
            sort=("registry_id",),
        ),
        Column(
            name="center",
            label=gettext_lazy("Center"),
            value=lambda patient: patient.center.center_code,
            sort=("center__center_code", "registry_id"),
        ),
        Column(
            name="arm",
            label=gettext_lazy("Arm"),
            value=lambda patient: arms.get(people[patient.registry_id].arm, people[patient.registry_id].arm),
        ),
        Column(
            name="value",
            label=gettext_lazy("Value counted"),
            value=lambda patient: people[patient.registry_id].value,
        ),
    )
    return Listing(
        name="patients-behind",
        title=gettext_lazy("Patients"),
        columns=columns,
        default_sort="patient",
        empty=gettext_lazy("Nobody is counted here."),
    )


def _filters(known: QuerySet[Any]) -> tuple[Typed, Choice]:
    codes = known.order_by("center__center_code").values_list("center__center_code", flat=True).distinct()
    centers = Choice(name="center", label=_("Center"), options=[(code, code) for code in codes], blank=_("All"))
    return Typed(name="q", label=_("Search patients")), centers


def _narrowed(known: QuerySet[Any], *, request: HttpRequest) -> QuerySet[Any]:
    words, center = request.GET.get("q", "").strip(), request.GET.get("center", "")
    found = known.filter(registry_id__icontains=words) if words else known
    return found.filter(center__center_code=center) if center else found
