"""What a list says of a finished run, read from its result once: a finished result never changes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import gettext as _

from analytics.models import Run, RunResult
from analytics.report.labels import arm_labels
from analytics.report.numbers import number, ratio
from analytics.report.tables.secondary import by_weight
from analytics.studies.disclosure import as_seen
from analytics.studies.readers import Reader, sees_patients

Json = Mapping[str, Any]
EDITION = 2  # of what is kept: one more whenever it changes
AT_ONCE = 5  # a result may have megabytes


def with_headlines(runs: Sequence[Run], *, by: Reader) -> None:
    """For the runs of one page. Those without a result have none."""
    kept = caches["results"]
    finished = {run.pk: run for run in runs if run.result_sha256}
    keys = {number: _key(run, by=by) for number, run in finished.items()}
    found = kept.get_many(keys.values())
    missing = [number for number, key in keys.items() if key not in found]
    stored = RunResult.objects.filter(run__in=missing).values_list("run_id", "content")
    fresh = {
        keys[number]: headline_of(as_seen(json.loads(text), run=finished[number], by=by))
        for number, text in stored.iterator(chunk_size=AT_ONCE)
    }
    kept.set_many(fresh)
    for run in runs:
        run.headline = (found | fresh).get(keys.get(run.pk, ""))  # type: ignore[attr-defined]


def _key(run: Run, *, by: Reader) -> str:
    """What is kept for those who see single patients is not given to others."""
    seen = "whole" if sees_patients(by, center_ids=run.center_ids) else f"below-{settings.SMALLEST_CELL}"
    return f"headline.{EDITION}.{run.pk}.{run.result_sha256}.{seen}"


def headline_of(result: Json) -> Json:
    """In the shape of a result, so that what names its arms reads it as one."""
    return {
        "protocol": {"arms": result["protocol"]["arms"]},
        "arms": result["arms"],
        "pairs": (result["matching"] or {}).get("n_pairs"),
        "compared": result["flow"][-1]["arms"],
        "largest_smd": largest_difference(result, key="smd_after"),
        "ratios": {name: designed(cohorts)["hazard_ratio"] for name, cohorts in result["endpoints"].items()},
    }


def designed(cohorts: Json) -> Json:
    """What an endpoint is in the cohort that the design makes, or in all where it makes none."""
    content: Json = cohorts[by_weight(cohorts)[0]]
    return content


def largest_difference(result: Json, *, key: str) -> float | None:
    return max((abs(row[key]) for row in result["balance"] if row[key] is not None), default=None)


def sizes(counts: Mapping[str, int], *, result: Json) -> list[str]:
    """Resection 149, Ablation 149."""
    return [f"{label} {counts.get(name, 0)}" for name, label in arm_labels(result).items()]


def sizes_told(run: Any) -> list[str]:
    return sizes(run.headline["compared"], result=run.headline) if run.headline else []


def pairs_told(run: Any) -> int | None:
    return run.headline["pairs"] if run.headline else None


def difference_told(run: Any) -> float | None:
    largest = run.headline["largest_smd"] if run.headline else None
    return None if largest is None else round(largest, 3)


def difference_shown(run: Any) -> str:
    largest = difference_told(run)
    return "" if largest is None else number(largest, digits=2)


def ratios_told(run: Any) -> list[str] | str:
    """None before the design is accepted."""
    if not run.headline:
        return ""
    if not run.shows_outcomes:
        return closed_until_accepted()
    return [f"{name} {ratio(one)}" for name, one in run.headline["ratios"].items()]


def closed_until_accepted() -> str:
    return _("Hidden until the design is accepted")
