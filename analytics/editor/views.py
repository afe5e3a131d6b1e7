"""Pages of a study that is being written: begin, write with others, see what it says, freeze."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics.editor.acts import TAKEN, acted
from analytics.editor.form import form_sections
from analytics.editor.names import arms_of, covariates_of, endpoints_of, events_of, suggestions
from analytics.editor.submission import posted_content
from analytics.editor.summary import read_draft, read_records
from analytics.editor.words import change_words, diff_words, place_words
from analytics.errors import ProtocolError
from analytics.frame import sha256
from analytics.models import Study, StudyDraft
from analytics.protocol.library import library
from analytics.protocol.population import read_study_protocol
from analytics.protocol.text import parse_protocol
from analytics.report.labels import in_language, is_chinese
from analytics.studies import drafts, versions
from analytics.studies.drafts import Saved
from analytics.studies.readers import sees_patients
from analytics.studies.services import request_run
from registry.access.permissions import centers_where, may
from registry.pages.context import page_context

View = Callable[..., HttpResponse]
Content = dict[str, Any]


def for_writers(view: View) -> View:
    """For those who may run studies."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, verb="run_studies"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "POST"])
@for_writers
def start(request: HttpRequest) -> HttpResponse:
    refusals: list[str] = []
    if request.method == "POST":
        try:
            return redirect(_started(request))
        except ProtocolError as error:
            refusals = [in_language(message) for message in error.messages]
    context = {"library": _library(), "refusals": refusals, "text": request.POST.get("text", "")}
    return render(request, "analytics/editor/start.html", {**page_context(request, title=_("New study")), **context})


@require_POST
@for_writers
def from_study(request: HttpRequest, study_id: int) -> HttpResponse:
    study = get_object_or_404(Study, pk=study_id)
    return redirect(drafts.start_draft(study.protocol, by=_user(request)))


@require_GET
@for_writers
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    found = _draft(request, draft_id=draft_id)
    content = parse_protocol(found.text)
    title = str((content.get("title_zh") if is_chinese() else "") or found)
    context = {"draft": found, **_form_context(content)}
    return render(request, "analytics/editor/draft.html", {**page_context(request, title=title), **context})


@require_POST
@for_writers
def live(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Saves what the form holds after an act, if there was one, and tells what it says; the fields anew where they change."""
    found = _draft(request, draft_id=draft_id)
    base = request.POST.get("@base", "").replace("\r\n", "\n")
    before = parse_protocol(base)
    focus, is_drawn = "", "@draw" in request.POST
    try:
        if "@text" in request.POST:
            saved = drafts.save_text(found, text=_posted_text(request), **_seen(request, base=base))
            is_drawn = True
        else:
            content = posted_content(request.POST, before=before)
            if act := request.POST.get("@act", ""):
                name, variant = request.POST.get("@name", ""), request.POST.get("@variant", "")
                content, focus = acted(content, act=act, name=name, variant=variant)
                is_drawn = True
            saved = drafts.save_draft(found, content=content, **_seen(request, base=base))
    except ProtocolError as error:
        return JsonResponse({"refusal": " ".join(in_language(message) for message in error.messages)})
    return JsonResponse(_told(request, saved=saved, focus=focus, is_drawn=is_drawn or saved.merged is not None))


@require_GET
@for_writers
def names(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Variables that may stand in a field, by what was typed; `scope` are the nouns whose records it is about."""
    found = _draft(request, draft_id=draft_id)
    scope = tuple(filter(None, request.GET.get("scope", "").split(",")))
    listed = suggestions(request.GET.get("q", "")[:100], scope=scope, content=parse_protocol(found.text))
    return JsonResponse({"names": listed})


@require_GET
@for_writers
def records(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Reads what counting needs into memory, beside the saving."""
    found = _draft(request, draft_id=draft_id)
    if sees_patients(_user(request), center_ids=found.center_ids):
        read_records(parse_protocol(found.text), center_ids=found.center_ids)
    return JsonResponse({})


@require_GET
@for_writers
def draft_yaml(request: HttpRequest, draft_id: int) -> HttpResponse:
    found = _draft(request, draft_id=draft_id)
    name = str(parse_protocol(found.text).get("id") or "study")
    return yaml_response(found.text, name=name)


@require_http_methods(["GET", "POST"])
@for_writers
def freeze(request: HttpRequest, draft_id: int) -> HttpResponse:
    found = _draft(request, draft_id=draft_id)
    refusals: list[str] = []
    if request.method == "POST":
        try:
            study = versions.freeze_draft(found, by=_user(request), reason=request.POST.get("reason", ""))
            if request.POST.get("lock"):
                versions.lock_plan(study, by=_user(request))
            if "run" in (request.POST.get("lock"), *request.POST):
                return redirect(request_run(study, by=_user(request), reason=_("Requested a run on the freeze page")))
            return redirect(study)
        except ProtocolError as error:
            refusals = [in_language(message) for message in error.messages]
    try:
        protocol = read_study_protocol(found.text)
    except ProtocolError:
        return redirect(found)
    history = versions.versions_of(protocol.id)
    context = {
        "draft": found,
        "name": protocol.id,
        "version": protocol.version,
        "sha256": sha256(found.text),
        "before": history[-1] if history else None,
        "changes": diff_words(history[-1].protocol, found.text) if history else [],
        "needs_reason": versions.needs_reason(protocol.id),
        "may_lock": not versions.outcomes_opened(protocol.id),
        "reason": request.POST.get("reason", ""),
        "refusals": refusals,
    }
    title = _("Freeze a version")
    return render(request, "analytics/editor/freeze.html", {**page_context(request, title=title), **context})


@require_POST
@for_writers
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    drafts.discard_draft(_draft(request, draft_id=draft_id), by=_user(request))
    return redirect("analytics:studies")


@require_POST
@for_writers
def lock(request: HttpRequest, study_id: int) -> HttpResponse:
    study = get_object_or_404(Study, pk=study_id)
    try:
        versions.lock_plan(study, by=_user(request))
    except ProtocolError as error:
        for message in error.messages:
            messages.error(request, in_language(message))
    return redirect(study)


def yaml_response(text: str, *, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"'}
    return HttpResponse(text.encode(), content_type="application/yaml; charset=utf-8", headers=headers)


def _library() -> list[tuple[str, str]]:
    return [(p.id, f"{(p.title_zh if is_chinese() else '') or p.title} ({p.id})") for p in library()]


def _started(request: HttpRequest) -> StudyDraft:
    by, source = _user(request), request.POST.get("from")
    if source == "library":
        reference = request.POST.get("protocol", "")
        if reference not in {protocol.id for protocol in library()}:
            raise Http404
        return drafts.start_from_library(reference, by=by)
    if source == "text":
        return drafts.start_draft(_posted_text(request, name="text"), by=by)
    return drafts.start_empty(by=by)


def _posted_text(request: HttpRequest, *, name: str = "@text") -> str:
    """A file, if one was sent, else what stands in the box; browsers send line ends of their own."""
    file = request.FILES.get("file")
    if file is not None:
        return file.read().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    return str(request.POST.get(name, "")).replace("\r\n", "\n")


def _seen(request: HttpRequest, *, base: str) -> dict[str, Any]:
    edition = request.POST.get("@edition", "")
    return {"edition": int(edition) if edition.isdigit() else 0, "base": base, "by": _user(request)}


def _told(request: HttpRequest, *, saved: Saved, focus: str, is_drawn: bool) -> dict[str, Any]:
    is_counted = sees_patients(_user(request), center_ids=saved.draft.center_ids)
    reading = read_draft(saved.content, center_ids=saved.draft.center_ids if is_counted else None)
    merged = saved.merged
    panel = {
        "reading": reading,
        "is_counted": is_counted,
        "problems": [(name, place_words(_steps(name)), text) for name, text in reading.problems],
        "merged": merged,
        "saved_by": saved.draft.updated_by,
        "theirs": [change_words(change) for change in merged.theirs] if merged else [],
        "clashes": [change_words(change) for change in merged.clashes] if merged else [],
    }
    form = render_to_string("analytics/editor/_form.html", _form_context(saved.content), request) if is_drawn else None
    return {
        "edition": saved.draft.edition,
        "text": saved.draft.text,
        "form": form,
        "focus": focus,
        "merged": merged is not None,
        "is_counting": reading.is_counting,
        "panel": render_to_string("analytics/editor/_panel.html", panel, request),
        "problems": [{"name": name, "text": text} for name, text in reading.problems],
        "counts": {row.name: row.remaining for row in reading.rows if row.name},
    }


def _steps(name: str) -> list[str | int]:
    return [int(step) if step.isdigit() else step for step in name.split(".") if step]


def _form_context(content: Content) -> dict[str, Any]:
    known = {"events": events_of, "covariates": covariates_of, "endpoints": endpoints_of, "arms": arms_of}
    return {
        "sections": form_sections(content),
        "taken": TAKEN,
        "library": _library(),
        "known_names": [(source, list(names_of(content))) for source, names_of in known.items()],
    }


def _draft(request: HttpRequest, *, draft_id: int) -> StudyDraft:
    mine = centers_where(request.user, may="run_studies")
    visible = StudyDraft.objects.filter(center_ids__contained_by=mine).select_related("updated_by")
    return get_object_or_404(visible, pk=draft_id)


def _user(request: HttpRequest) -> Any:
    return request.user
