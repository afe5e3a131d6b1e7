"""The outcomes of a run stay closed until somebody has judged its design; the same design again stays open."""

import hashlib
import json
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from analytics.errors import AnalysisError
from analytics.messages import Message
from analytics.models import DesignDecision, Run, Study
from registry.access.permissions import centers_where
from registry.access.scope import center_scope

Json = dict[str, Any]

LONGEST_REASON = 500
DESIGN = ("flow", "arms", "propensity", "matching", "balance", "baseline")
CLOSED: Json = {"endpoints": {}, "cox": {}, "subgroups": {}, "response": {}, "safety": {}, "sensitivity": []}
OF_OUTCOMES = (
    *CLOSED,
    "immortal_time.",
)  # where notices and checks of outcomes begin; immortal_time alone is of the design


def accept_design(run: Run, *, by: AbstractBaseUser, reason: str) -> None:
    """Who, when and why are kept. Twice is once, and nothing opens what has failed its own checks.

    PermissionDenied unless the person may run studies in every center of it; AnalysisError without a reason."""
    _demand(run, by=by, reason=reason)
    with center_scope(run.center_ids, by=by, reason=reason, source="study"):
        found = Run.objects.select_for_update().get(pk=run.pk)
        if found.finished_at and not found.failure and found.accepted_at is None and not is_blocked(found):
            found.accepted_by_id, found.accepted_at = by.pk, timezone.now()
            found.save(update_fields=["accepted_by", "accepted_at"])
            _record(found, act=DesignDecision.Act.ACCEPTED, by=by.pk, reason=reason)
            remember_opening(found)


def revoke_acceptance(run: Run, *, by: AbstractBaseUser, reason: str) -> list[Run]:
    """Hides the outcomes again: of this run and of all that show the same design. That they were open once stays known.

    PermissionDenied, AnalysisError as for an acceptance. The runs that were closed."""
    _demand(run, by=by, reason=reason)
    with center_scope(centers := centers_where(by, may="run_studies"), by=by, reason=reason, source="study"):
        open_runs = Run.objects.filter(center_ids__contained_by=centers, accepted_at__isnull=False)
        same = open_runs.filter(pk=run.pk)
        if run.design_sha256:
            same = open_runs.filter(study__name=run.study.name, design_sha256=run.design_sha256)
        closed = list(same.select_for_update().order_by("pk"))
        for found in closed:
            remember_opening(found)
            found.accepted_by_id = found.accepted_at = None
            found.save(update_fields=["accepted_by", "accepted_at"])
            _record(found, act=DesignDecision.Act.REVOKED, by=by.pk, reason=reason)
    return closed


def _demand(run: Run, *, by: AbstractBaseUser, reason: str) -> None:
    if not set(run.center_ids) <= set(centers_where(by, may="run_studies")):
        raise PermissionDenied
    if not reason.strip():
        raise AnalysisError(
            Message(
                en="No reason was given. State in a few words why; it is kept with your name and the time.",
                zh="未填写理由。请简要说明；理由将与姓名和时间一并保存。",
            )
        )


def _record(run: Run, *, act: DesignDecision.Act, by: int, reason: str) -> None:
    DesignDecision.objects.create(
        run=run,
        center_ids=run.center_ids,
        act=act,
        decided_by_id=by,
        decided_at=timezone.now(),
        reason=reason.strip()[:LONGEST_REASON],
        design_sha256=run.design_sha256,
    )


def remember_opening(run: Run) -> None:
    """The study knows since when outcomes have been open, also for those who may not see this run."""
    study = Study.objects.select_for_update().get(pk=run.study_id)
    if study.outcomes_opened_at is None:
        study.outcomes_opened_at = run.accepted_at
        study.save(update_fields=["outcomes_opened_at"])


def is_blocked(run: Run) -> bool:
    """Whether the result, or one of its contrasts, has failed a check of its own: it never becomes final."""
    return bool(failed_checks(json.loads(run.result.content)))


def failed_checks(result: Json) -> list[Json]:
    return [notice for one in (result, *result.get("contrasts", [])) for notice in one["checks"] if not notice["ok"]]


def carry_acceptance(run: Run) -> None:
    """A run whose design is one that was accepted before (of the study in any version) opens as that one did."""
    same = Run.objects.filter(study__name=run.study.name, design_sha256=run.design_sha256, accepted_at__isnull=False)
    if run.design_sha256 and not is_blocked(run) and (earlier := same.order_by("accepted_at").first()):
        run.accepted_by_id, run.accepted_at = earlier.accepted_by_id, earlier.accepted_at
        judged = DesignDecision.objects.filter(run=earlier).exclude(act=DesignDecision.Act.REVOKED).last()
        reason = judged.reason if judged else f"accepted with run {earlier.pk}"
        _record(run, act=DesignDecision.Act.CARRIED, by=earlier.accepted_by_id or run.requested_by_id, reason=reason)
        remember_opening(run)


def design_sha256(result: Json) -> str:
    """Of who is compared, how they are matched and how alike they are; nothing of any outcome enters it."""
    parts = [{key: one[key] for key in DESIGN} for one in (result, *result.get("contrasts", []))]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def without_outcomes(result: Json) -> Json:
    """The result as `--design-only` would have given it."""
    found = result | CLOSED
    for key in ("warnings", "checks"):
        found[key] = [notice for notice in result[key] if not notice["where"].startswith(OF_OUTCOMES)]
        found[key] += [notice for notice in result[key] if notice["code"] == "immortal_time"]
    if "immortal_time" in result:
        guaranteed = result["immortal_time"]["guaranteed"]
        found["immortal_time"] = {"guaranteed": guaranteed, "naive": None, "rezero": None, "landmark": []}
        found["immortal_time"] |= {"time_dependent": None, "ccw": None}
        why = {key: "not_requested" for key, value in found["immortal_time"].items() if value is None}
        found["immortal_time"]["why"] = why
    for key in ("overall", "verification", "printed", "stability", "centers", "histories", "patient_level"):
        found.pop(key, None)
    if "contrasts" in result:
        found["contrasts"] = [without_outcomes(one) for one in result["contrasts"]]
    return found
