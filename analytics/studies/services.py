"""What a person can do with studies: take one up, ask for a run, run it, compare from the command line."""

import json
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, User
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext_noop

from analytics.cohort.extract import Extract, read_extract
from analytics.cohort.reader import active_centers, cohort_of, entities_of, without_losses
from analytics.engine.comparison import Comparison, compare, with_stability
from analytics.errors import AnalysisError
from analytics.frame import AnalysisFrame, sha256
from analytics.messages import Message
from analytics.models import Run, RunResult, Study
from analytics.protocol.library import protocol_text
from analytics.protocol.population import StudyProtocol, read_study_protocol
from analytics.protocol.sensitivity import LostCensored
from analytics.result.comparison import json_text, result_json
from analytics.result.differences import OF_THE_MOMENT, timeless
from analytics.snapshots.services import keep, load
from analytics.studies.acceptance import carry_acceptance, design_sha256, without_outcomes
from analytics.studies.designs import keep_design
from registry.access.permissions import centers_where
from registry.access.scope import center_scope
from registry.jobs import queue
from registry.jobs.progress import Report, unreported

COMPLETED = [
    "read_at",
    "snapshot",
    "data_sha256",
    "result_sha256",
    "design_sha256",
    "finished_at",
    "accepted_by",
    "accepted_at",
]


def add_library_study(reference: str, *, by: AbstractBaseUser, reason: str) -> Study:
    """The study of a library protocol (or of a file), made on first use. Raises ProtocolError, PermissionDenied."""
    centers = _centers_to_run(by)
    text = protocol_text(reference)
    protocol = read_study_protocol(text)
    with center_scope(centers, by=by, reason=reason, source="study"):
        titles = {"title_en": protocol.title, "title_zh": protocol.title_zh}
        study, _ = Study.objects.get_or_create(
            name=protocol.id, version=protocol.version, defaults={**titles, "protocol": text, "owner_id": by.pk}
        )
    return study


def run_comparison(study: Study, *, by: AbstractBaseUser, reason: str, progress: queue.Progress | None = None) -> Run:
    """A run from beginning to end, now. Raises AnalysisError, and then there is no run."""
    with center_scope(_centers_to_run(by), by=by, reason=reason, source="study"):
        run = _new_run(study, by=by)
        _complete(run, by=by, reason=reason, report=progress.report if progress else unreported)
    return run


def request_run(study: Study, *, by: AbstractBaseUser, reason: str) -> Run:
    """Queue a run; the worker does it, and the job shows how far it is."""
    with center_scope(_centers_to_run(by), by=by, reason=reason, source="study"):
        run = _new_run(study, by=by)
        run.job = queue.start("comparison", by=by, task="analytics.run_study", run=run.pk, user=by.pk)
        run.save(update_fields=["job"])
    return run


def work_on_run(run_id: int, *, user_id: int, progress: queue.Progress) -> None:
    """What the worker does. Twice is once: a run that has its result is left as it is."""
    by = User.objects.get(pk=user_id)
    reason = "ran a requested comparison"
    with center_scope(centers_where(by, may="run_studies"), by=by, reason=reason, source="job"):
        run = Run.objects.get(pk=run_id)
        if not run.finished_at:
            try:
                _complete(run, by=by, reason=reason, report=progress.report)
            except AnalysisError as error:
                _fail(run, messages=error.messages)
        progress.leads_to(run.get_absolute_url())


def compare_on_registry(
    reference: str, *, by: str | None, design_only: bool = False, verify: bool = False
) -> Comparison:
    """A library id or a YAML file, compared and not stored: on the centers of the user named, or on every active center."""
    protocol = read_study_protocol(protocol_text(reference))
    return compare_centers(protocol, center_ids=centers_to_compare(by), design_only=design_only, verify=verify)


def centers_to_compare(by: str | None) -> list[int]:
    """Those of the user named, or every active center. Raises AnalysisError."""
    return active_centers() if by is None else _centers_of_named(by)


def compare_centers(
    protocol: StudyProtocol, *, center_ids: list[int], design_only: bool = False, verify: bool = False
) -> Comparison:
    """On the records as they are now; no more is read than the protocol asks for."""
    extract = read_extract(center_ids, entities=entities_of(protocol))
    return compare_extract(extract, protocol=protocol, design_only=design_only, verify=verify)


def compare_extract(
    extract: Extract,
    *,
    protocol: StudyProtocol,
    design_only: bool = False,
    verify: bool = False,
    vary: bool = False,
    report: Report = unreported,
) -> Comparison:
    report(20, gettext_noop("Selecting the patients"))
    cohort = cohort_of(extract, protocol=protocol)
    report(30, gettext_noop("Matching and comparing"))
    comparison = compare(
        cohort.frame,
        protocol=protocol,
        flow=cohort.flow,
        design_only=design_only,
        verify=verify,
        without_losses=None if design_only else _without_losses(extract, protocol=protocol),
    )
    if vary:
        report(60, gettext_noop("Varying the specification"))
        comparison = with_stability(comparison)
    design = replace(comparison.design, notices=(*cohort.warnings, *comparison.design.notices))
    return replace(comparison, design=design)


def _without_losses(extract: Extract, *, protocol: StudyProtocol) -> AnalysisFrame | None:
    """Selected only where a sensitivity analysis asks for it."""
    other = without_losses(protocol)
    if other is None or not any(isinstance(check, LostCensored) for check in protocol.sensitivity):
        return None
    return cohort_of(extract, protocol=other).frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """A run computed again on the records it read. `text` is the new result; `software` names what differs in versions."""

    text: str
    is_equal: bool
    software: dict[str, tuple[str, str]]


def repeat_run(run: Run, *, report: Report = unreported) -> Repetition:
    """Equal means to the letter, but for when it was computed and for how long. AnalysisError where the records were cleared.

    Call it inside a scope of the centers of the run."""
    if run.snapshot is None:
        raise AnalysisError(
            Message(
                en="This run was made before runs kept the records they read, so it cannot be repeated on them. Run the study again.",
                zh="该次运行早于“保存所读取记录”功能，无法在原数据上重复；请重新运行该研究。",
            )
        )
    report(5, gettext_noop("Reading the records"))
    protocol = read_study_protocol(run.study.protocol)
    comparison = compare_extract(load(run.snapshot), protocol=protocol, verify=True, vary=True, report=report)
    text = result_json(comparison)
    former, new = stored_result(run), json.loads(text)
    software = {
        key: (str(value), str(new["software"].get(key)))
        for key, value in former["software"].items()
        if key not in OF_THE_MOMENT and value != new["software"].get(key)
    }
    is_equal = json_text(timeless(former)) == json_text(timeless(new))
    return Repetition(text=text, is_equal=is_equal, software=software)


def stored_result(run: Run) -> dict[str, Any]:
    """The whole result of a finished run, for those who tell it to nobody; pages take `shown_result`."""
    content: dict[str, Any] = json.loads(run.result.content)
    return content


def shown_result(run: Run) -> dict[str, Any]:
    """The result as far as it may be seen: without its outcomes until the design is accepted."""
    content = stored_result(run)
    return content if run.shows_outcomes else without_outcomes(content)


def _centers_to_run(by: AbstractBaseUser) -> list[int]:
    centers = centers_where(by, may="run_studies")
    if not centers:
        raise PermissionDenied
    return centers


def _centers_of_named(username: str) -> list[int]:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise AnalysisError(Message(en=f"There is no user named {username}.", zh=f"没有名为 {username} 的用户。"))
    centers = centers_where(user, may="run_studies")
    if not centers:
        raise AnalysisError(
            Message(
                en=f"{username} is not permitted to run studies in any center.",
                zh=f"{username} 无权在任何中心运行研究。",
            )
        )
    return centers


def _new_run(study: Study, *, by: AbstractBaseUser) -> Run:
    return Run.objects.create(
        study=study, requested_by_id=by.pk, center_ids=_centers_to_run(by), protocol_sha256=sha256(study.protocol)
    )


def _complete(run: Run, *, by: AbstractBaseUser, reason: str, report: Report) -> None:
    """Its centers are those it was asked for, less what the person has lost since: then nothing is run."""
    if not set(run.center_ids) <= set(_centers_to_run(by)):
        raise PermissionDenied
    protocol = read_study_protocol(run.study.protocol)
    report(5, gettext_noop("Reading the records"))
    run.read_at, extract = timezone.now(), read_extract(run.center_ids)
    comparison = compare_extract(extract, protocol=protocol, verify=True, vary=True, report=report)
    text = result_json(comparison)
    report(90, gettext_noop("Storing the result"))
    with center_scope(run.center_ids, by=by, reason=reason, source="study"):
        RunResult.objects.create(run=run, center_ids=run.center_ids, content=text)
        run.snapshot = keep(extract, center_ids=run.center_ids)
        run.data_sha256, run.result_sha256 = comparison.design.frame.sha256, sha256(text)
        run.design_sha256, run.finished_at = design_sha256(json.loads(text)), timezone.now()
        keep_design(run, comparison=comparison)
        carry_acceptance(run)
        run.save(update_fields=COMPLETED)


def _fail(run: Run, *, messages: tuple[Message, ...]) -> None:
    run.failure = [{"en": message.en, "zh": message.zh} for message in messages]
    run.finished_at = timezone.now()
    run.save(update_fields=["failure", "finished_at"])
