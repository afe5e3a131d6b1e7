"""The outcomes of a run stay closed until somebody has judged its design; the same design again stays open."""

import hashlib
import json
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from analytics.models import Run, Study
from registry.access.permissions import centers_where
from registry.access.scope import center_scope

Json = dict[str, Any]

DESIGN = ("flow", "arms", "propensity", "matching", "balance", "baseline")
CLOSED: Json = {"endpoints": {}, "cox": {}, "subgroups": {}, "response": {}, "safety": {}, "sensitivity": []}
OF_OUTCOMES = (
    *CLOSED,
    "immortal_time.",
)  # where notices and checks of outcomes begin; immortal_time alone is of the design


def accept_design(run: Run, *, by: AbstractBaseUser, reason: str) -> None:
    """Who, when and why are kept. Twice is once, and nothing opens what has failed its own checks.

    PermissionDenied unless the person may run studies in every center of it."""
    if not set(run.center_ids) <= set(centers_where(by, may="run_studies")):
        raise PermissionDenied
    with center_scope(run.center_ids, by=by, reason=reason, source="study"):
        found = Run.objects.select_for_update().get(pk=run.pk)
        if found.finished_at and not found.failure and found.accepted_at is None and not is_blocked(found):
            found.accepted_by_id, found.accepted_at = by.pk, timezone.now()
            found.save(update_fields=["accepted_by", "accepted_at"])
            remember_opening(found)


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
