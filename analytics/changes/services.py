"""Why did it change: asked for two runs of a study, computed by the worker, kept."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_noop

from analytics.changes.cells import ChangedRecord, Fate, changed_records
from analytics.changes.split import Split, Walk, walk
from analytics.cohort.extract import Extract
from analytics.errors import AnalysisError
from analytics.messages import Message
from analytics.models import Run, RunChange
from analytics.protocol.population import read_study_protocol
from analytics.snapshots.services import load
from analytics.studies.readers import centers_to_analyze
from registry.access.permissions import centers_where
from registry.access.scope import center_scope
from registry.jobs import queue
from registry.jobs.progress import Report, unreported
from registry.records.history import latest_writes

Json = dict[str, Any]
REASON = "asked why a result changed"


def request_change(former: Run, *, later: Run, by: AbstractBaseUser) -> RunChange:
    """The change between these runs; the worker computes it unless it is there. PermissionDenied, AnalysisError."""
    centers = sorted({*former.center_ids, *later.center_ids})
    if not set(centers) <= set(centers_to_analyze(by)):
        raise PermissionDenied
    _refuse_incomparable(former, later=later)
    refuse_closed(former, later)
    with center_scope(centers, by=by, reason=REASON, source="study"):
        found, is_new = RunChange.objects.get_or_create(
            former=former, later=later, defaults={"center_ids": centers, "requested_by_id": by.pk}
        )
        if is_new or (found.content is None and (found.failure or not found.job or found.job.is_over)):
            found.job = queue.start("comparison", by=by, task="analytics.explain_change", change=found.pk, user=by.pk)
            found.failure = []
            found.save(update_fields=["job", "failure"])
    return found


def work_on_change(change_id: int, *, user_id: int, progress: queue.Progress) -> None:
    """What the worker does. Twice is once."""
    by = User.objects.get(pk=user_id)
    with center_scope(centers_where(by, may="run_studies"), by=by, reason=REASON, source="job"):
        change = RunChange.objects.select_related("former__snapshot", "later__snapshot").get(pk=change_id)
        if change.content is None:
            try:
                change.content = explain(change.former, later=change.later, report=progress.report)
            except AnalysisError as error:
                change.failure = [{"en": message.en, "zh": message.zh} for message in error.messages]
            change.save(update_fields=["content", "failure"])
        progress.leads_to(change.get_absolute_url())


def explain(former: Run, *, later: Run, report: Report = unreported) -> Json:
    """Inside a scope of the centers of both."""
    _refuse_incomparable(former, later=later)
    report(5, gettext_noop("Reading the records"))
    before, after = (load(run.snapshot) for run in (former, later) if run.snapshot)
    protocols = [read_study_protocol(run.study.protocol) for run in (former, later)]
    report(30, gettext_noop("Computing the steps between the two runs"))
    found = walk(before, after, former=protocols[0], later=protocols[1])
    report(80, gettext_noop("Looking up who changed what"))
    return {
        "endpoints": {name: _split_object(split) for name, split in found.splits.items()},
        **_patients(found),
        "records": _with_writes(_records(before, after, found=found)),
    }


def refuse_closed(*runs: Run) -> None:
    """AnalysisError where the outcomes of one of them are hidden."""
    if closed := next((run for run in runs if not run.shows_outcomes), None):
        raise AnalysisError(
            Message(
                en=f"The outcomes of run {closed.pk} are still hidden. Accept its design first.",
                zh=f"运行 {closed.pk} 的结局尚未开放，请先接受其设计。",
            )
        )


def _refuse_incomparable(former: Run, *, later: Run) -> None:
    if former.study.name != later.study.name or former.pk == later.pk:
        raise AnalysisError(Message("Choose two runs of the same study.", "请选择同一研究的两次运行。"))
    for run in (former, later):
        if run.snapshot_id is None:
            raise AnalysisError(
                Message(
                    en=f"Run {run.pk} has kept no records: it failed, or was made before runs kept what they read. Choose another run.",
                    zh=f"运行 {run.pk} 未保存所读取的记录（运行失败，或早于该功能）。请选择其他运行。",
                )
            )


def _split_object(split: Split) -> Json:
    stages = [
        stage and {"n_focal": stage.n_focal, "n_reference": stage.n_reference, "log_hr": stage.log_hazard_ratio}
        for stage in split.stages
    ]
    return {"stages": stages, "whole": split.whole, "parts": {part.value: value for part, value in split.parts.items()}}


def _patients(found: Walk) -> Json:
    """Of the compared ones: who came, who went, and whose row of the analysis is another one."""
    first, last = (
        frame.table[frame.table["arm"].notna()].set_index("id") for frame in (found.frames[0], found.frames[-1])
    )
    shared = first.index.intersection(last.index)
    columns = [name for name in first.columns if name in last.columns]
    one, other = (table.loc[shared, columns].astype(object) for table in (first, last))
    differs = ((one != other) & ~(one.isna() & other.isna())).any(axis=1)
    return {
        "came": sorted(last.index.difference(first.index)),
        "went": sorted(first.index.difference(last.index)),
        "changed": sorted(shared[differs]),
        "n": [len(first), len(last)],
    }


def _records(before: Extract, after: Extract, *, found: Walk) -> list[ChangedRecord]:
    who = {str(name) for frame in (found.frames[0], found.frames[-1]) for name in frame.table["id"]}
    return changed_records(before, after, patients=who)


def _with_writes(records: list[ChangedRecord]) -> list[Json]:
    """Each with the event of the trail that made it what it is now."""
    of_entity: dict[str, list[int]] = {}
    for record in records:
        of_entity.setdefault(record.entity, []).append(record.record_id)
    events = {entity: latest_writes(entity, record_ids=ids) for entity, ids in of_entity.items()}
    return [_record_object(record, events=events[record.entity]) for record in records]


def _record_object(record: ChangedRecord, *, events: dict[tuple[int, str], int]) -> Json:
    whole = events.get((record.record_id, ""))
    return {
        "entity": record.entity,
        "record": record.record_id,
        "patient": record.patient,
        "fate": record.fate.value,
        "event": whole,
        "cells": [
            {
                "variable": cell.variable,
                "old": _plain(cell.old),
                "new": _plain(cell.new),
                "event": events.get((record.record_id, cell.variable), whole) if record.fate == Fate.CHANGED else whole,
            }
            for cell in record.cells
        ],
    }


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
