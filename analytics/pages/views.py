"""Pages of a statistician: studies, one study, one run. Each asks who may see it and shows what services give."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from analytics.editor.views import yaml_response
from analytics.editor.words import diff_words
from analytics.exports.forms import ExportForm
from analytics.frame import sha256
from analytics.models import Export, Run, Study, StudyDraft
from analytics.pages.judgment import judgment_context
from analytics.pages.lists import EXPORT_LIST, RUN_LIST, STUDY_LIST
from analytics.protocol.library import library
from analytics.protocol.population import read_study_protocol
from analytics.report.figures.figure import Figure
from analytics.report.figures.figures import design_figures, outcome_figures
from analytics.report.figures.style import FILE_FORMATS, FULL_WIDTH_MM, WIDTHS_MM
from analytics.report.labels import in_reader_language
from analytics.report.methods import protocol_sections
from analytics.report.plan import plan_facts, plan_paper, plan_sections, plan_target_trial
from analytics.report.presentation import Presentation, present
from analytics.report.tables.tables import to_csv
from analytics.studies import services, versions
from analytics.studies.disclosure import failed_checks_for, result_for, result_text_for
from analytics.studies.readers import centers_to_analyze, sees_patients
from registry.access.permissions import centers_where, may
from registry.lists.listing import ShownList, Typed, list_page
from registry.pages.context import page_context

View = Callable[..., HttpResponseBase]
CACHE_SECONDS = 3600  # a finished result never changes
ROWS = ("events",)  # what may stand below the curves beside the numbers at risk


def for_readers_of_studies(view: View) -> View:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may(request.user, verb="read_studies"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@for_readers_of_studies
def studies(request: HttpRequest) -> HttpResponseBase:
    words = Typed(name="q", label=_("Search studies"))
    runs = Prefetch("runs", queryset=_runs(request), to_attr="readable_runs")
    found = _studies(request.GET.get("q", "").strip()).prefetch_related(runs)
    listed = list_page(request, STUDY_LIST, rows=found, filters=[words])
    if not isinstance(listed, ShownList):
        return listed
    taken_up = {(study.name, study.version) for study in Study.objects.only("name", "version")}
    context = {
        "list": listed,
        "offered": [p for p in library() if (p.id, p.version) not in taken_up],
        "may_run": may(request.user, verb="run_studies"),
        "drafts": StudyDraft.objects.filter(
            center_ids__contained_by=centers_where(_user(request), may="run_studies")
        ).select_related("updated_by"),
    }
    return render(request, "analytics/studies.html", {**page_context(request, title=_("Studies")), **context})


@require_POST
@for_readers_of_studies
def add_study(request: HttpRequest) -> HttpResponse:
    reference = request.POST.get("protocol", "")
    if reference not in {protocol.id for protocol in library()}:
        raise Http404
    return redirect(
        services.add_library_study(reference, by=_user(request), reason=_("Added a study from the library"))
    )


@require_GET
@for_readers_of_studies
def study(request: HttpRequest, study_id: int) -> HttpResponseBase:
    found = get_object_or_404(Study, pk=study_id)
    runs = list_page(request, RUN_LIST, rows=_runs(request).filter(study=found).select_related("requested_by", "job"))
    exported = _exports(request).filter(study=found).select_related("requested_by")
    exports = list_page(request, EXPORT_LIST, rows=exported)
    for file in (runs, exports):
        if not isinstance(file, ShownList):
            return file
    protocol = read_study_protocol(found.protocol)
    context = {
        "study": found,
        "protocol": protocol,
        "note": in_reader_language(protocol.note.model_dump()) if protocol.note else "",
        "sections": protocol_sections(protocol),
        "runs": runs,
        "exports": exports,
        "export_form": ExportForm() if centers_to_analyze(_user(request)) else None,
        "may_run": may(request.user, verb="run_studies"),
        "history": history_on_page(found),
        "may_lock": found.locked_at is None and not versions.outcomes_opened(found.name),
    }
    return render(request, "analytics/study.html", {**page_context(request, title=found.title), **context})


@require_GET
@for_readers_of_studies
def study_yaml(_request: HttpRequest, study_id: int) -> HttpResponse:
    """To the byte: read into a draft and frozen, it has the same hash."""
    found = get_object_or_404(Study, pk=study_id)
    return yaml_response(found.protocol, name=f"{found.name}-{found.version}")


@require_GET
@for_readers_of_studies
def plan(request: HttpRequest, study_id: int) -> HttpResponse:
    found = get_object_or_404(Study, pk=study_id)
    context = {"study": found, "facts": plan_facts(found), "sections": plan_sections(found)}
    context |= {"target_trial": plan_target_trial(found)}
    return render(request, "analytics/plan.html", {**page_context(request, title=_("Study plan")), **context})


@require_GET
@for_readers_of_studies
def plan_pdf(request: HttpRequest, study_id: int) -> HttpResponse:
    found = get_object_or_404(Study, pk=study_id)
    content = plan_paper(found, printed_by=str(request.user))
    name = f"{found.name}-{found.version}-plan.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_POST
@for_readers_of_studies
def start_run(request: HttpRequest, study_id: int) -> HttpResponse:
    found = get_object_or_404(Study, pk=study_id)
    return redirect(services.request_run(found, by=_user(request), reason=_("Requested a run on the study page")))


@require_GET
@for_readers_of_studies
def run(request: HttpRequest, run_id: int) -> HttpResponseBase:
    found = _run(request, run_id=run_id)
    context: dict[str, Any] = {
        "run": found,
        "study": found.study,
        "failures": [in_reader_language(message) for message in found.failure],
        **plan_on_page(found.study),
    }
    if hasattr(found, "result"):
        judged = judgment_context(request, run=found)
        if isinstance(judged, HttpResponseBase):
            return judged
        rows = request.GET.get("rows") if request.GET.get("rows") in ROWS else ""
        context |= judged | {
            "shown": presentation_of(request, run=found),
            "result": result_for(found, by=_user(request)),
            "asks_acceptance": not found.shows_outcomes,
            "blocked_by": [in_reader_language(one["message"]) for one in failed_checks_for(found, by=_user(request))],
            "result_sha256": found.result_sha256,
            "base": found.get_absolute_url(),
            "rows_url": reverse("analytics:rows", args=[found.pk]),
            "file_formats": FILE_FORMATS,
            "widths_mm": WIDTHS_MM,
            "patients_url": _patients_url(request, run=found),
            "rows": rows,
            "rows_query": f"&rows={rows}" if rows else "",
            "former_runs": _former_runs(request, run=found) if _sees_patients(request, run=found) else [],
        }
    elif found.job and found.job.requested_by_id == _user(request).pk:
        context["job"] = found.job
    return render(request, "analytics/run.html", {**page_context(request, title=found.study.title), **context})


@require_GET
@for_readers_of_studies
def result_file(request: HttpRequest, run_id: int) -> HttpResponse:
    found = finished_run(request, run_id=run_id)
    text = result_text_for(found, by=_user(request))
    return download(text, kind="application/json", name=file_name(found, ending="json"))


@require_GET
@for_readers_of_studies
def figure(request: HttpRequest, run_id: int, name: str) -> HttpResponse:
    """Shown on the page; with ?download or ?format it is kept as a file, as wide as a journal asks; with ?rows=events it tells more."""
    found = finished_run(request, run_id=run_id)
    file_format, width = request.GET.get("format", "svg"), request.GET.get("width", str(FULL_WIDTH_MM))
    rows = request.GET.get("rows", "")
    if file_format not in FILE_FORMATS or width not in map(str, WIDTHS_MM) or rows not in ("", *ROWS):
        raise Http404
    wanted = next((figure for figure in _figures(request, run=found) if figure.name == name), None)
    if wanted is None:
        raise Http404
    wanted = wanted.in_detail() if rows else wanted
    if {"download", "format"} & set(request.GET):
        content, kind = wanted.file(file_format, width_mm=int(width)), FILE_FORMATS[file_format].media_type
        return download(content, kind=kind, name=file_name(found, ending=f"{name}-{width}mm.{file_format}"))
    response = HttpResponse(wanted.draw(width_mm=int(width)), content_type="image/svg+xml")
    patch_cache_control(response, private=True, max_age=CACHE_SECONDS)
    return response


@require_GET
@for_readers_of_studies
def table(request: HttpRequest, run_id: int, name: str) -> HttpResponse:
    found = finished_run(request, run_id=run_id)
    wanted = next((table for table in presentation_of(request, run=found).tables if table.name == name), None)
    if wanted is None:
        raise Http404
    return download(to_csv(wanted), kind="text/csv; charset=utf-8", name=file_name(found, ending=f"{name}.csv"))


def history_on_page(study: Study) -> list[dict[str, Any]]:
    """Every version, the latest first, with what became other since the one before."""
    history = versions.versions_of(study.name)
    rows = [
        {
            "study": each,
            "sha256": sha256(each.protocol),
            "changes": diff_words(before.protocol, each.protocol) if before else [],
        }
        for before, each in zip([None, *history], history, strict=False)
    ]
    return rows[::-1]


def plan_on_page(study: Study) -> dict[str, Any]:
    """Whether the plan of a result was locked before its outcomes, and how it was amended since."""
    history = versions.versions_of(study.name)
    locked = next((each for each in history if each.locked_at), None)
    return {"locked": locked, "amendments": versions.amendments(history)}


def _studies(wanted: str) -> QuerySet[Study]:
    found = Study.objects.select_related("owner")
    return (
        found.filter(title_en__icontains=wanted)
        | found.filter(title_zh__icontains=wanted)
        | found.filter(name__icontains=wanted)
    )


def _runs(request: HttpRequest) -> QuerySet[Run]:
    return Run.objects.readable_by(request.user).select_related("job")


def _exports(request: HttpRequest) -> QuerySet[Export]:
    """Each tells how many patients it has, to one."""
    seen = centers_where(request.user, may="read_patient_level")
    return Export.objects.readable_by(request.user).filter(center_ids__contained_by=seen)


def _run(request: HttpRequest, *, run_id: int) -> Run:
    return get_object_or_404(
        _runs(request).select_related("study", "requested_by", "accepted_by", "result", "snapshot"), pk=run_id
    )


def _former_runs(request: HttpRequest, *, run: Run) -> QuerySet[Run]:
    """What a run may be held against: others of the study, in any version, that kept their records and are open."""
    others = _runs(request).filter(study__name=run.study.name, snapshot__cleared_at=None, accepted_at__isnull=False)
    return others.filter(pk__lt=run.pk, snapshot__isnull=False).select_related("study")


def finished_run(request: HttpRequest, *, run_id: int) -> Run:
    found = _run(request, run_id=run_id)
    if not hasattr(found, "result"):
        raise Http404
    return found


def presentation_of(request: HttpRequest, *, run: Run) -> Presentation:
    return present(result_for(run, by=_user(request)), protocol=read_study_protocol(run.study.protocol))


def _figures(request: HttpRequest, *, run: Run) -> list[Figure]:
    """Without the tables, which take longer than the drawing of one."""
    result = result_for(run, by=_user(request))
    return [*design_figures(result), *outcome_figures(result)]


def _patients_url(request: HttpRequest, *, run: Run) -> str:
    """Where the counts of a run lead; "" where they lead nowhere."""
    is_kept = run.snapshot is not None and run.snapshot.cleared_at is None
    return reverse("analytics:patients", args=[run.pk]) if is_kept and _sees_patients(request, run=run) else ""


def _sees_patients(request: HttpRequest, *, run: Run) -> bool:
    return sees_patients(_user(request), center_ids=run.center_ids)


def download(content: str | bytes, *, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def file_name(found: Run, *, ending: str) -> str:
    return f"{found.study.name}-run-{found.pk}.{ending}"


def _user(request: HttpRequest) -> Any:
    return request.user
