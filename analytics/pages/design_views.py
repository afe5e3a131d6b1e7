"""The judgment of a design: others are tried beside it, one of them is taken, the acceptance is given and revoked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from analytics.editor.views import for_writers
from analytics.editor.words import diff_words
from analytics.errors import AnalysisError
from analytics.models import DesignTry, Run
from analytics.pages.design_form import DesignForm
from analytics.pages.design_list import arm_names, by_arm, covariates_told, design_told, with_protocols
from analytics.pages.views import for_readers_of_studies
from analytics.protocol.population import read_study_protocol
from analytics.report.labels import in_language, in_reader_language, level_label, variable_label
from analytics.report.numbers import ABSENT, number, percent
from analytics.report.tables.table import Row, Table
from analytics.studies.acceptance import accept_design, revoke_acceptance
from analytics.studies.designs import settings_from, take_design, text_with, try_design
from analytics.studies.readers import centers_to_analyze
from registry.pages.context import page_context


@require_POST
@for_readers_of_studies
def accept(request: HttpRequest, run_id: int) -> HttpResponse:
    found = _finished(request, run_id=run_id)
    try:
        accept_design(found, by=_user(request), reason=request.POST.get("reason", ""))
    except AnalysisError as error:
        return _refused(request, error=error, back=f"{found.get_absolute_url()}#judgment")
    return redirect(f"{found.get_absolute_url()}#outcomes")


@require_POST
@for_readers_of_studies
def revoke(request: HttpRequest, run_id: int) -> HttpResponse:
    found = _finished(request, run_id=run_id)
    try:
        closed = revoke_acceptance(found, by=_user(request), reason=request.POST.get("reason", ""))
    except AnalysisError as error:
        return _refused(request, error=error, back=f"{found.get_absolute_url()}#judgment")
    if len(closed) > 1:
        numbers = _(", ").join(str(run.pk) for run in closed)
        messages.info(request, _("Runs with this design, all closed again: %(numbers)s.") % {"numbers": numbers})
    return redirect(f"{found.get_absolute_url()}#judgment")


@require_POST
@for_writers
def try_one(request: HttpRequest, run_id: int) -> HttpResponse:
    found = _finished(request, run_id=run_id)
    if not set(found.center_ids) <= set(centers_to_analyze(request.user)):
        raise PermissionDenied
    back = f"{found.get_absolute_url()}#designs"
    form = DesignForm(read_study_protocol(found.study.protocol), data=request.POST)
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"{form.fields[name].label}: {' '.join(map(str, errors))}")
        return redirect(back)
    try:
        tried = try_design(found, settings=form.settings, by=_user(request))
    except AnalysisError as error:
        return _refused(request, error=error, back=back)
    return redirect(tried if tried.job_id else back)


@require_GET
@for_writers
def design_try(request: HttpRequest, try_id: int) -> HttpResponse:
    tried: Any = _tried(request, try_id=try_id)
    with_protocols([tried])
    study = tried.run.study
    context = {
        "tried": tried,
        "run": tried.run,
        "study": study,
        "job": tried.job if tried.found is None and not tried.failure else None,
        "failures": [in_reader_language(message) for message in tried.failure],
        "design": design_told(tried),
        "covariates": covariates_told(tried),
        "changes": diff_words(study.protocol, text_with(study, settings=settings_from(tried.settings))),
        "warnings": [in_reader_language(one["message"]) for one in (tried.found or {}).get("warnings", ())],
        "facts": _facts(tried) if tried.found else [],
        "tables": _tables(tried) if tried.found else [],
    }
    title = _("Design tried for %(study)s") % {"study": study.title}
    return render(request, "analytics/design_try.html", {**page_context(request, title=title), **context})


@require_POST
@for_writers
def take(request: HttpRequest, try_id: int) -> HttpResponse:
    draft = take_design(_tried(request, try_id=try_id), by=_user(request))
    return redirect("analytics:freeze", draft.pk)


def _facts(tried: Any) -> list[tuple[str, str]]:
    found = tried.found
    told = [
        (_("Patients compared"), _("; ").join(by_arm(tried, counts=found["n"]))),
        (_("Pairs"), _number(found["pairs"], digits=0)),
        (_("Kept, %"), percent(found["kept"])),
        (_("Effective sample size"), _("; ").join(by_arm(tried, counts=found["ess"]))),
        (_("Largest SMD"), _number(found["largest_smd"], digits=3)),
        (_("Area under the curve of the score"), _number(found["auc"], digits=3)),
        (_("Tied scores, %"), ABSENT if found["tied"] is None else percent(found["tied"])),
    ]
    return [(label, text) for label, text in told if text != ABSENT]


def _tables(tried: Any) -> list[Table]:
    reads = {one.name: one.reads for one in tried.plan.covariates}
    balance = [
        Row(
            cells=(
                variable_label(reads.get(row["covariate"], row["covariate"])),
                level_label(reads.get(row["covariate"], ""), level=row["level"]) if row["level"] else "",
                _number(row["before"], digits=3),
                _number(row["after"], digits=3),
            )
        )
        for row in tried.found["balance"]
    ]
    head = (_("Covariate"), _("Level"), _("SMD before"), _("SMD after"))
    found = [Table(name="balance", title=_("Balance"), head=head, rows=tuple(balance), text_columns=2)]
    for name, title, first in (
        ("centers", _("Patients by center"), _("Center")),
        ("periods", _("Patients by year of time zero"), _("Years")),
    ):
        if places := tried.found[name]:
            found.append(_places(tried, places=places, name=name, title=title, first=first))
    return found


def _places(tried: Any, *, places: list[Any], name: str, title: str, first: str) -> Table:
    arms = arm_names(tried.plan)
    rows = [
        Row(
            cells=(
                place["name"],
                *(str(place["before"][arm]) for arm in arms),
                *(str(place["after"][arm]) for arm in arms),
                percent(sum(place["after"].values()) / sum(place["before"].values())),
            )
        )
        for place in places
    ]
    groups = (("", 1), (_("Before the design"), 2), (_("After the design"), 2), ("", 1))
    head = (first, *arms.values(), *arms.values(), _("Kept, %"))
    return Table(name=name, title=title, head=head, rows=tuple(rows), groups=groups)


def _number(value: float | None, *, digits: int) -> str:
    return ABSENT if value is None else number(value, digits=digits)


def _finished(request: HttpRequest, *, run_id: int) -> Run:
    runs = Run.objects.readable_by(request.user).filter(result__isnull=False)
    return get_object_or_404(runs.select_related("study", "result", "snapshot"), pk=run_id)


def _tried(request: HttpRequest, *, try_id: int) -> DesignTry:
    """For those who may run studies in all of its centers: it counts patients by center."""
    mine = centers_to_analyze(request.user)
    tries = DesignTry.objects.filter(center_ids__contained_by=mine).select_related("run__study", "tried_by", "job")
    return get_object_or_404(tries, pk=try_id)


def _refused(request: HttpRequest, *, error: AnalysisError, back: str) -> HttpResponse:
    for message in error.messages:
        messages.error(request, in_language(message))
    return redirect(back)


def _user(request: HttpRequest) -> Any:
    return request.user
