"""The guided page: from any workbook of a hospital to a mapping, step by step, on its real rows."""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from importers.files.raw import WorkbookRefused
from importers.pages.guide import codes, columns, constants, finish, kinds, sheet, units, words
from importers.pages.guide.draft import keep_draft
from importers.pages.guide.grid import grid_of
from importers.pages.guide.names import spoken
from importers.pages.guide.outcome import outcome_of
from importers.pages.guide.workspace import Workspace, workspace_of
from importers.pages.views import found_uploads
from registry.errors import Refused
from registry.pages.context import page_context


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A part of the page: `module.shown` says what it shows, `module.taken` takes what was chosen into the draft."""

    name: str
    label: str | Promise
    module: ModuleType


STEPS = (
    Step(name="sheet", label=gettext_lazy("Sheet and headers"), module=sheet),
    Step(name="kinds", label=gettext_lazy("Records"), module=kinds),
    Step(name="columns", label=gettext_lazy("Columns"), module=columns),
    Step(name="codes", label=gettext_lazy("Codes"), module=codes),
    Step(name="units", label=gettext_lazy("Units"), module=units),
    Step(name="words", label=gettext_lazy("Missing values"), module=words),
    Step(name="constants", label=gettext_lazy("Constants and dates"), module=constants),
    Step(name="finish", label=gettext_lazy("Save"), module=finish),
)
LIVE = "X-Live"  # the page asks what the draft makes of the file, while somebody goes on typing


@login_required
@require_http_methods(["GET", "POST"])
def guide(request: HttpRequest, upload_id: int, step: str = STEPS[0].name) -> HttpResponse:
    uploads = found_uploads(request)
    if request.method == "POST":  # two requests of one page follow each other, and neither takes back the other's draft
        uploads = uploads.select_for_update(of=("self",))
    found = get_object_or_404(uploads, pk=upload_id)
    chosen = next((one for one in STEPS if one.name == step), None)
    if chosen is None:
        raise Http404
    if not found.can_be_mapped:
        messages.error(request, _("This upload is no longer pending."))
        return redirect("importers:upload", upload_id=found.pk)
    try:
        work = workspace_of(found)
    except WorkbookRefused as refused:
        messages.error(request, spoken((refused.problem.en, refused.problem.zh)))
        return redirect("importers:upload", upload_id=found.pk)
    return (
        _posted(request, work=work, step=chosen) if request.method == "POST" else _page(request, work=work, step=chosen)
    )


def _posted(request: HttpRequest, *, work: Workspace, step: Step) -> HttpResponse:
    given, is_live = request.POST.copy(), bool(request.headers.get(LIVE))
    if is_live:
        given.pop("text", None)  # half written; it is taken when the step is left
    try:
        step.module.taken(work, given=given)
    except Refused as refused:
        messages.error(request, str(refused))
        return _page(request, work=workspace_of(work.upload), step=step, typed=given.get("text"))
    keep_draft(work.upload, content=work.content)
    if is_live:
        work = workspace_of(work.upload)
        return render(request, "importers/guide/_outcome.html", {"outcome": outcome_of(work), "grid": grid_of(work)})
    if request.POST.get("go") == "save":
        return _saved(request, work=work)
    names = [one.name for one in STEPS]
    to = request.POST.get("go", "")
    return redirect("importers:guide", upload_id=work.upload.pk, step=to if to in names else step.name)


def _saved(request: HttpRequest, *, work: Workspace) -> HttpResponse:
    try:
        saved = finish.save(work, note=request.POST.get("note", "")[:200], by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("importers:guide", upload_id=work.upload.pk, step="finish")
    messages.info(
        request,
        _("Mapping “{name}”, version {version}, is saved. The file is being checked with it.").format(
            name=saved.name, version=saved.version
        ),
    )
    return redirect("importers:upload", upload_id=work.upload.pk)


def _page(request: HttpRequest, *, work: Workspace, step: Step, typed: str | None = None) -> HttpResponse:
    """`typed` is a text that could not be read: it is given back to be corrected."""
    number = [one.name for one in STEPS].index(step.name)
    context: dict[str, Any] = {
        **page_context(request, title=_("Map workbook {name}").format(name=work.upload.filename)),
        "upload": work.upload,
        "steps": STEPS,
        "step": step,
        "number": number + 1,
        "before": STEPS[number - 1] if number else None,
        "after": STEPS[number + 1] if number + 1 < len(STEPS) else None,
        "step_template": f"importers/guide/{step.name}.html",
        "grid": grid_of(work),
        "outcome": outcome_of(work),
        **step.module.shown(work),
        **({} if typed is None else {"text": typed, "is_refused": True}),
    }
    return render(request, "importers/guide/page.html", context, status=200 if typed is None else 400)
