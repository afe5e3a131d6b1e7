"""Designs tried on the records of a run before its outcomes are opened, all of them kept: none computes or shows an outcome.

Note [Designs without outcomes]
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
Beside its result a run keeps the rows that its design saw: arms, centers, calendar years and covariates (`DesignData`). The
columns of outcomes are not among them, so whatever is tried on these rows cannot tell of one. A design of some hundred patients
takes milliseconds on them; more than `AT_ONCE` rows, and runs from before the rows were kept, are left to the worker.
"""

import json
from dataclasses import asdict
from typing import Any

import pandas as pd
from django.contrib.auth.models import AbstractBaseUser, User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_noop

from analytics.cohort.reader import cohort_of
from analytics.engine.comparison import Comparison, compare
from analytics.engine.design.imputation import complete
from analytics.errors import AnalysisError
from analytics.frame import AnalysisFrame, FlowRow, sha256
from analytics.messages import Message
from analytics.models import DesignData, DesignTry, Run, Study, StudyDraft
from analytics.protocol.plain_text import rewritten
from analytics.protocol.plan import DEFINING, ENTRY, AnalysisPlan
from analytics.protocol.population import read_study_protocol
from analytics.protocol.redesign import DesignSettings, redesigned, settings_of
from analytics.protocol.text import parse_protocol
from analytics.result.comparison import result_object
from analytics.result.judgment import judged_object
from analytics.snapshots.parquet import from_parquet, to_parquet
from analytics.snapshots.services import load
from analytics.studies.acceptance import design_sha256
from analytics.studies.drafts import start_draft
from analytics.studies.readers import centers_to_analyze
from analytics.studies.versions import outcomes_opened
from registry.access.permissions import centers_where
from registry.access.scope import center_scope
from registry.jobs import queue

AT_ONCE = 5_000  # rows whose design is computed while the page waits
YEAR = "@year"  # no covariate has such a name
OF_THE_DESIGN = ("arm_unknown", "missing_covariate", "matched", "discarded")  # rows of the flow that a design adds
REASON = "tried a design"


def keep_design(run: Run, *, comparison: Comparison) -> None:
    """The rows and the planned design of a run that is being completed, inside its scope."""
    _keep_rows(run, frame=comparison.design.frame, protocol=comparison.protocol)
    DesignTry.objects.create(
        run=run,
        center_ids=run.center_ids,
        tried_by_id=run.requested_by_id,
        is_planned=True,
        settings=asdict(settings_of(comparison.protocol)),
        protocol_sha256=run.protocol_sha256,
        after_outcomes=outcomes_opened(run.study.name),
        found=judged_object(comparison.design),
        design_sha256=run.design_sha256,
    )


def try_design(run: Run, *, settings: DesignSettings, by: AbstractBaseUser) -> DesignTry:
    """Computed now where it is quick, else by the worker. Raises ProtocolError where no protocol can ask for it, PermissionDenied."""
    if not set(run.center_ids) <= set(centers_to_analyze(by)):
        raise PermissionDenied
    text = text_with(run.study, settings=settings)
    read_study_protocol(text)
    with center_scope(run.center_ids, by=by, reason=REASON, source="study"):
        tried = DesignTry(
            run=run,
            center_ids=run.center_ids,
            tried_by_id=by.pk,
            settings=asdict(settings),
            protocol_sha256=sha256(text),
            after_outcomes=outcomes_opened(run.study.name),
        )
        kept = DesignData.objects.filter(run=run, rows__lte=AT_ONCE).exists()
        if kept:
            _fill_in(tried)
        tried.save()
        if not kept:
            tried.job = queue.start("comparison", by=by, task="analytics.try_design", tried=tried.pk, user=by.pk)
            tried.save(update_fields=["job"])
    return tried


def work_on_try(try_id: int, *, user_id: int, progress: queue.Progress) -> None:
    """What the worker does. Twice is once."""
    by = User.objects.get(pk=user_id)
    with center_scope(centers_where(by, may="run_studies"), by=by, reason=REASON, source="job"):
        tried = DesignTry.objects.select_related("run__study", "run__snapshot", "run__result").get(pk=try_id)
        if tried.found is None and not tried.failure:
            progress.report(10, gettext_noop("Reading the records"))
            _prepare(tried.run)
            progress.report(60, gettext_noop("Matching and comparing"))
            _fill_in(tried)
            tried.save(update_fields=["found", "design_sha256", "failure"])
        progress.leads_to(tried.get_absolute_url())


def take_design(tried: DesignTry, *, by: AbstractBaseUser) -> StudyDraft:
    """A draft of the next version of the study with this design. PermissionDenied."""
    study = tried.run.study
    text = text_with(study, settings=settings_from(tried.settings))
    content = parse_protocol(text) | {"version": next_version(study)}
    return start_draft(rewritten(content, before=text), by=by)


def text_with(study: Study, *, settings: DesignSettings) -> str:
    """The protocol of the study with this design; to the byte as it is where the design is the planned one."""
    return rewritten(redesigned(parse_protocol(study.protocol), settings=settings), before=study.protocol)


def settings_from(stored: dict[str, Any]) -> DesignSettings:
    return DesignSettings(**{**stored, "covariates": tuple(stored["covariates"])})


def next_version(study: Study) -> str:
    """One more than the highest number among its versions; where they are no numbers, a number behind this one."""
    taken = set(Study.objects.filter(name=study.name).values_list("version", flat=True))
    if all(version.isdecimal() for version in taken):
        return str(max(map(int, taken)) + 1)
    return next(name for n in range(2, len(taken) + 3) if (name := f"{study.version}-{n}"[-20:]) not in taken)


def _fill_in(tried: DesignTry) -> None:
    try:
        comparison = _compared(tried)
    except AnalysisError as error:
        tried.failure = [{"en": message.en, "zh": message.zh} for message in error.messages]
        return
    tried.found = judged_object(comparison.design)
    tried.design_sha256 = design_sha256(result_object(comparison))


def _compared(tried: DesignTry) -> Comparison:
    protocol = read_study_protocol(text_with(tried.run.study, settings=settings_from(tried.settings)))
    result = json.loads(tried.run.result.content)
    flow = [_flow_row(row) for row in result["flow"] if row["id"] not in OF_THE_DESIGN]
    return compare(_kept_frame(tried.run, data=result["data"]), protocol=protocol, flow=flow, design_only=True)


def _flow_row(row: dict[str, Any]) -> FlowRow:
    words = Message(en=row["text"], zh=row["text_zh"])
    counts = {key: row.get(key) for key in ("removed", "remaining", "arms", "centers", "detail")}
    return FlowRow(id=row["id"], text=words, **counts)  # type: ignore[arg-type]  # JSON of these very fields


def _kept_frame(run: Run, *, data: dict[str, Any]) -> AnalysisFrame:
    content = DesignData.objects.get(run=run).content
    if content is None:
        raise AnalysisError(
            Message(
                en="The records that this run compared were cleared after the time they are kept. Run the study again.",
                zh="该次运行所比较的记录已按保存期限清除；请重新运行该研究。",
            )
        )
    table = from_parquet(bytes(content))
    years = {who: int(year) for who, year in zip(table["id"], table[YEAR], strict=True) if pd.notna(year)}
    table = table.drop(columns=YEAR)
    return AnalysisFrame(table=table, source=data["source"], sha256=data["sha256"], rows=data["rows"], years=years)


def _prepare(run: Run) -> None:
    """A run from before the rows were kept has its snapshot."""
    if DesignData.objects.filter(run=run).exists():
        return
    if run.snapshot is None:
        raise AnalysisError(
            Message(
                en="This run was made before runs kept the records they read. Run the study again.",
                zh="该次运行早于“保存所读取记录”功能；请重新运行该研究。",
            )
        )
    protocol = read_study_protocol(run.study.protocol)
    frame = complete(cohort_of(load(run.snapshot), protocol=protocol).frame, protocol=protocol)[0]
    _keep_rows(run, frame=frame, protocol=protocol)


def _keep_rows(run: Run, *, frame: AnalysisFrame, protocol: AnalysisPlan) -> None:
    """Note [Designs without outcomes]."""
    seen = ["id", "arm", "center", DEFINING, ENTRY, *(covariate.name for covariate in protocol.covariates)]
    table = frame.table[[name for name in dict.fromkeys(seen) if name in frame.table]].copy()
    table[YEAR] = table["id"].map(frame.years or {}).astype(float)
    DesignData.objects.create(run=run, center_ids=run.center_ids, rows=len(table), content=to_parquet(table))
