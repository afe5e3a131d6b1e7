"""The list of patients: how each stands, and what may be done with many at once."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext

from registry.admin.permissions import centers
from registry.admin.search import RecordList
from registry.admin.types import PageBase
from registry.choices import RecordStatus
from registry.errors import Refused
from registry.models import Patient
from registry.pages.context import page_context
from registry.queries import may_be_assigned
from registry.records.bulk import BULK_ACTS, MOST, BulkAct, carried_out, previewed
from registry.records.states import in_state, states_of


class StateFilter(SimpleListFilter):
    title = gettext_lazy("State of all records")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(RecordStatus.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        state = self.value()
        return in_state(queryset, state=state) if state else queryset


class PatientList(RecordList):
    """Reads how the patients of the page stand, and of no others."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        patients: list[Any] = list(self.result_list)  # type: ignore[has-type]
        states = states_of([patient.pk for patient in patients])
        for patient in patients:
            patient.whole = states[patient.pk]
        self.result_list = patients


class PatientListAdmin(PageBase):
    """Columns and acts of the list."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PatientList]:
        return PatientList

    @admin.display(description=gettext_lazy("State"))
    def whole_state(self, patient: Any) -> str:
        state = patient.whole.state
        return format_html('<span class="caliper-state caliper-state-{}">{}</span>', state.lower(), state.label)

    @admin.display(description=gettext_lazy("Queries"))
    def open_queries(self, patient: Any) -> str:
        if not patient.whole.queries:
            return "0"
        address = f"{reverse('queries:queries')}?patient={patient.pk}"
        return format_html('<a class="caliper-link" href="{}">{}</a>', address, patient.whole.queries)

    @admin.display(description=gettext_lazy("Last change"))
    def last_change(self, patient: Any) -> Any:
        return timezone.localdate(patient.whole.changed_at) if patient.whole.changed_at else None

    @admin.action(description=gettext_lazy("Submit all drafts of the selected patients"), permissions=("change",))
    def submit_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return _to_preview("submit", queryset=queryset)

    @admin.action(description=gettext_lazy("Verify all records of the selected patients"), permissions=("change",))
    def verify_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return _to_preview("verify", queryset=queryset)

    @admin.action(description=gettext_lazy("Lock all records of the selected patients"), permissions=("change",))
    def lock_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return _to_preview("lock", queryset=queryset)

    @admin.action(description=gettext_lazy("Assign the queries of the selected patients"), permissions=("change",))
    def assign_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return _to_preview("assign", queryset=queryset)


@login_required
def bulk_page(request: HttpRequest, name: str) -> HttpResponse:
    """First what would happen to each patient, then, confirmed, what did."""
    act = BULK_ACTS.get(name)
    if act is None:
        raise Http404
    own = centers(request, may=act.verb)
    if not own:
        raise PermissionDenied
    ids = [each for each in request.GET.get("ids", "").split(",") if each.isdecimal()][: MOST + 1]
    patients = Patient.objects.filter(pk__in=ids, center_id__in=own).select_related("center").order_by("local_id")
    refusal = ""
    if request.method == "POST":
        try:
            return _carry_out(request, act=act, patients=patients)
        except Refused as refused:
            refusal = str(refused)
    return _preview(request, act=act, patients=patients, refusal=refusal)


def _preview(request: HttpRequest, *, act: BulkAct, patients: QuerySet[Patient], refusal: str) -> HttpResponse:
    try:
        lines = previewed(act, patients=patients, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("admin:registry_patient_changelist")
    shown = {
        "act": act,
        "will": [line for line in lines if not line.why_not],
        "will_not": [line for line in lines if line.why_not],
        "people": _people(patients) if act.needs == "to" else [],
        "refusal": refusal,
        "words": request.POST.get("words", ""),
    }
    return render(request, "registry/bulk.html", {**page_context(request, title=act.label), **shown})


def _carry_out(request: HttpRequest, *, act: BulkAct, patients: QuerySet[Patient]) -> HttpResponseRedirect:
    given: dict[str, Any] = {}
    if act.needs == "reason":
        given["reason"] = request.POST.get("words", "")
    if act.needs == "to":
        people = {str(person.pk): person for person in _people(patients)}
        given["to"] = people.get(request.POST.get("to", ""))
    lines = carried_out(act, patients=patients, by=request.user, **given)
    done = [line for line in lines if not line.why_not]
    text = ngettext("Done for %(count)d patient.", "Done for %(count)d patients.", len(done)) % {"count": len(done)}
    messages.success(request, text)
    for line in [line for line in lines if line.why_not][:10]:
        messages.warning(request, f"{line.patient.local_id}: {line.why_not}")
    return redirect("admin:registry_patient_changelist")


def _people(patients: QuerySet[Patient]) -> list[Any]:
    """Who may answer in every center of these patients."""
    groups = [set(may_be_assigned(center)) for center in {patient.center_id for patient in patients}]
    everywhere = set.intersection(*groups) if groups else set()
    return sorted(everywhere, key=lambda person: person.get_username())


def _to_preview(name: str, *, queryset: QuerySet) -> HttpResponseRedirect:
    ids = ",".join(str(pk) for pk in queryset.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    return redirect(f"{reverse('bulk_page', args=[name])}?ids={ids}")
