"""The sheet in the browser: its page, the preview, storing and undoing."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from registry.admin.permissions import allows, centers
from registry.admin.record_links import page_of
from registry.choices import ChangeReason
from registry.errors import Refused
from registry.grid.block import MOST_CELLS, Placement, View, day_of, place, read_block, turned
from registry.grid.block import Place as SeenLine
from registry.grid.columns import names_of
from registry.grid.entries import entry_of
from registry.grid.kinds import KINDS, GridKind
from registry.grid.preview import Edit, Preview, preview_of
from registry.grid.services import Outdated, Why, store_edits
from registry.grid.sheet import Sheet, SheetLine, sheet_of
from registry.grid.undo import MOST_NAMED, Undone, last_act, undo_act
from registry.grid.words import words
from registry.models import Patient
from registry.pages.context import page_context
from registry.pages.patient_header import GRID

LONGEST_BLOCK = 200_000
SHAPES: dict[str, type] = {"seen": dict, "lines": list, "columns": list}  # of what the script of the page says


@login_required
@require_GET
def sheet_page(request: HttpRequest, patient_id: int, name: str = "visits") -> HttpResponse:
    patient, kind = _asked(request, patient_id=patient_id, name=name)
    sheet = sheet_of(patient, kind=kind)
    may_enter = allows(request, verb="enter_records", center=patient.center_id)
    context = {
        "patient": patient,
        "kind": kind,
        "kinds": [(each, reverse("patient_grid", args=[patient.pk, each.name])) for each in KINDS.values()],
        "sheet": sheet,
        "told": _told(sheet, may_enter=may_enter),
        "may_enter": may_enter and not sheet.closed,
        "act": last_act(patient, kind=kind) if may_enter else None,
        "reasons": ChangeReason.choices,
    }
    title = _("Grid for %(patient)s") % {"patient": patient.local_id}
    page = page_context(request, title=title, patient=patient, part=GRID)
    return render(request, "registry/grid/sheet.html", {**page, **context})


@login_required
@require_POST
def preview_page(request: HttpRequest, patient_id: int, name: str) -> JsonResponse:
    patient, kind = _asked(request, patient_id=patient_id, name=name)
    _demand_entry(request, patient)
    asked, edits = _posted(request)
    if len(str(asked.get("block", ""))) > LONGEST_BLOCK:
        text = _("This block is too large. Paste at most %(most)d characters at once.") % {"most": LONGEST_BLOCK}
        return JsonResponse({"refusal": text}, status=409)
    sheet = sheet_of(patient, kind=kind)
    placement = _placed(asked, sheet=sheet, edits=edits) if asked.get("block") else None
    if placement:
        edits = [*edits, *_pasted(placement, edits=edits, shown=asked.get("seen", {}))]
    preview = preview_of(sheet, edits=edits, request=request)
    return JsonResponse({**_shown(preview, edits=edits), "notes": _notes(placement) if placement else []})


@login_required
@require_POST
def store_page(request: HttpRequest, patient_id: int, name: str) -> JsonResponse:
    patient, kind = _asked(request, patient_id=patient_id, name=name)
    _demand_entry(request, patient)
    asked, edits = _posted(request)
    why = Why(code=str(asked.get("reason_code", "")), words=str(asked.get("reason_words", "")))
    seen = str(asked.get("digest", ""))
    try:
        done = store_edits(patient, kind=kind, edits=edits, seen=seen, why=why, request=request)
    except Outdated as outdated:
        return JsonResponse({**_shown(outdated.preview, edits=edits), "notes": [str(outdated)]}, status=409)
    except Refused as refused:
        return JsonResponse({"refusal": str(refused)}, status=409)
    text = ngettext("%(n)d value was stored.", "%(n)d values were stored.", done.changes) % {"n": done.changes}
    messages.success(request, text)
    return JsonResponse({"stored": done.changes})


@login_required
@require_POST
def undo_page(request: HttpRequest, patient_id: int, name: str) -> HttpResponse:
    patient, kind = _asked(request, patient_id=patient_id, name=name)
    _demand_entry(request, patient)
    why = Why(code=request.POST.get("_reason_code", ""), words=request.POST.get("_reason_words", ""))
    try:
        undone = undo_act(patient, kind=kind, context=request.POST.get("context", ""), why=why, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        _tell_undone(request, undone)
    return redirect("patient_grid", patient.pk, kind.name)


def _tell_undone(request: HttpRequest, undone: Undone) -> None:
    count, verified = undone.records, undone.verified
    text = ngettext("%(n)d record is as it was before.", "%(n)d records are as they were before.", count) % {"n": count}
    if verified:
        again = ngettext("%(n)d of them is verified again.", "%(n)d of them are verified again.", verified)
        text = f"{text} {again % {'n': verified}}"
    messages.success(request, text)
    if undone.unverified:
        names = ", ".join(undone.unverified[:MOST_NAMED])
        left = _("Not verified again, because something else on the form was changed or is queried: %(records)s. Verify it once that is settled.")  # fmt: skip
        messages.warning(request, left % {"records": names})


def _asked(request: HttpRequest, *, patient_id: int, name: str) -> tuple[Patient, GridKind]:
    readable = centers(request, may="read_records")
    if not readable:
        raise PermissionDenied
    patient = Patient.objects.filter(pk=patient_id, center_id__in=readable).select_related("center").first()
    if patient is None or name not in KINDS:
        raise Http404
    return patient, KINDS[name]


def _demand_entry(request: HttpRequest, patient: Patient) -> None:
    if not allows(request, verb="enter_records", center=patient.center_id):
        raise PermissionDenied


def _posted(request: HttpRequest) -> tuple[dict[str, Any], list[Edit]]:
    """What the page says: its view, and the cells typed into so far. What is no such thing is not looked at."""
    try:
        asked = json.loads(request.POST.get("asked", "{}"))
        edits = [
            Edit(**{part: str(each.get(part, "")) for part in ("line", "column", "text", "seen")})
            for each in asked.get("edits", [])
        ]
    except (ValueError, AttributeError, TypeError):
        raise Http404 from None
    if len(edits) > MOST_CELLS or not _is_shaped(asked):
        raise Http404
    return asked, edits


def _is_shaped(asked: dict[str, Any]) -> bool:
    whole = all(isinstance(asked.get(name, kind()), kind) for name, kind in SHAPES.items())
    return whole and all(isinstance(each, dict) for each in asked.get("seen", {}).values())


def _placed(asked: dict[str, Any], *, sheet: Sheet, edits: list[Edit]) -> Placement:
    block = read_block(str(asked["block"]))
    if asked.get("turned"):
        block = turned(block)
    days = {line.id: line.day for line in sheet.lines}
    days |= {edit.line: day_of(edit.text) for edit in edits if edit.column == sheet.kind.day}
    columns = [str(name) for name in asked.get("columns", ())]
    view = View(
        lines=[SeenLine(line=str(name), day=days.get(str(name))) for name in asked.get("lines", ())],
        columns=[name for name in columns if sheet.column(name)],
        day_column=sheet.kind.day,
        dates={column.id for column in sheet.columns if column.is_date},
        names=names_of(sheet.columns, kind=sheet.kind),
        is_value=_is_value(sheet),
    )
    return place(block, line=str(asked.get("line", "")), column=str(asked.get("column", "")), view=view)


def _is_value(sheet: Sheet) -> Callable[[str], bool]:
    """Whether a text says a code or a missing reason somewhere in this sheet."""

    def says(text: str) -> bool:
        return any(
            entry.reason or (column.codes and not entry.problem)
            for column in sheet.columns
            if column.codes or column.may_be_missing
            for entry in [entry_of(column, text=text)]
        )

    return says


def _pasted(placement: Placement, *, edits: list[Edit], shown: dict[str, dict[str, str]]) -> list[Edit]:
    """`shown` is what the page shows as stored: the preview says so where that stands no longer."""
    typed = {(edit.line, edit.column): edit.seen for edit in edits}
    return [
        Edit(
            line=cell.line,
            column=cell.column,
            text=cell.text,
            seen=typed.get((cell.line, cell.column), str(shown.get(cell.line, {}).get(cell.column, ""))),
        )
        for cell in placement.cells
    ]


def _notes(placement: Placement) -> list[str]:
    notes = []
    if placement.outside:
        text = ngettext("%(n)d cell lies outside the grid and was left out.", "%(n)d cells lie outside the grid and were left out.", placement.outside)  # fmt: skip
        notes.append(text % {"n": placement.outside})
    if placement.unknown:
        notes.append(_("Unknown headings: %(names)s.") % {"names": ", ".join(name[:40] for name in placement.unknown)})
    if placement.twofold:
        days = ", ".join(placement.twofold)
        notes.append(
            _("These dates belong to more than one row, so their rows were left out: %(days)s.") % {"days": days}
        )
    if placement.blank:
        text = ngettext("%(n)d empty cell changes nothing.", "%(n)d empty cells change nothing.", placement.blank)
        notes.append(text % {"n": placement.blank})
    return notes


def _shown(preview: Preview, *, edits: list[Edit]) -> dict[str, Any]:
    return {
        "edits": [asdict(edit) for edit in {(edit.line, edit.column): edit for edit in edits}.values()],
        "cells": [asdict(cell) for cell in preview.cells],
        "lines": [asdict(line) for line in preview.lines],
        "corrected": preview.corrected,
        "changes": preview.changes,
        "held_up": preview.held_up,
        "digest": preview.digest,
    }


def _told(sheet: Sheet, *, may_enter: bool) -> dict[str, Any]:
    """What the script of the page needs to know."""
    filled, shown = sheet.filled, {sheet.kind.day, *sheet.kind.shown}
    return {
        "columns": [
            {
                "id": column.id,
                "title": column.title,
                "isDay": column.is_day,
                "isCode": bool(column.codes),
                "isShown": column.id in shown or column.id in filled,
                "codes": {code: str(label) for code, label in column.codes},
            }
            for column in sheet.columns
        ],
        "lines": [_told_line(line, sheet=sheet) for line in sheet.lines],
        "mayEnter": may_enter and not sheet.closed,
        "words": words(),
        "preview": reverse("patient_grid_preview", args=[sheet.patient.pk, sheet.kind.name]),
        "store": reverse("patient_grid_store", args=[sheet.patient.pk, sheet.kind.name]),
    }


def _told_line(line: SheetLine, *, sheet: Sheet) -> dict[str, Any]:
    return {
        "id": line.id,
        "label": line.label,
        "closed": sheet.closed or line.closed,
        "address": page_of(line.record),
        "texts": {name: text for name, text in line.texts.items() if text},
    }
