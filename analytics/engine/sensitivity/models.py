"""Sensitivity analyses that keep the design: other models of its cohort, a landmark, confounding unmeasured, bootstrap."""

from collections.abc import Callable, Iterator
from math import exp
from typing import Any

import numpy as np

from analytics.engine.outcomes.bootstrap import bootstrap_pairs, bootstrap_persons
from analytics.engine.outcomes.headline import largest_difference
from analytics.engine.outcomes.immortal_time import fit_fair, landmark_ratio, waits_of
from analytics.engine.outcomes.regression import adjusted_arm, strata_codes
from analytics.engine.outcomes.risk_rows import FROM_THE_START, Observed, numerator_arm
from analytics.engine.sensitivity.base import Base, SensitivityRow, Settings, refusal, require_centers, settings_of
from analytics.protocol.plan import CENTER, DEFINING
from analytics.protocol.sensitivity import (
    AcceleratedFailure,
    BootstrapCheck,
    CenterStratified,
    DoublyAdjusted,
    EValueCheck,
    LandmarkCheck,
)
from analytics.stats.survival.accelerated_failure import weibull_effect
from analytics.stats.survival.cox import HazardRatio, hazard_ratio
from analytics.stats.survival.immortal_time import Episodes
from analytics.stats.tests import e_value as e_values


def doubly_adjusted(base: Base, check: DoublyAdjusted) -> list[SensitivityRow]:
    names = check.covariates or tuple(covariate.name for covariate in base.protocol.score_covariates)
    if not names:
        raise refusal("there are no covariates to adjust for", zh="没有可校正的协变量")

    def ratio(name: str) -> tuple[HazardRatio, tuple[int, int]]:
        seen = base.observed(name)
        table = base.cohort.table.iloc[seen.rows]
        found, _ = adjusted_arm(table, seen=seen.models, names=names, protocol=base.protocol)
        return found, counts(seen)

    return _on_the_cohort(base, check, ratio=ratio, settings={"covariates": list(names)})


def center_stratified(base: Base, check: CenterStratified) -> list[SensitivityRow]:
    require_centers(base)

    def ratio(name: str) -> tuple[HazardRatio, tuple[int, int]]:
        seen = base.observed(name)
        table = base.cohort.table.iloc[seen.rows]
        code = strata_codes(table, names=(CENTER,), protocol=base.protocol)
        models = seen.models.at(code >= 0)
        X = numerator_arm(models.focal, protocol=base.protocol)[:, None]
        fit = models.fit(X, ties=base.protocol.cox.ties, strata=code[code >= 0])
        return hazard_ratio(fit, level=base.protocol.conventions.level), counts(seen)

    return _on_the_cohort(base, check, ratio=ratio, settings={})


def landmark(base: Base, check: LandmarkCheck) -> Iterator[SensitivityRow]:
    for month in check.months:
        for name in base.protocol.survival_endpoints:
            if DEFINING in base.cohort.table:
                waits = waits_of(base.cohort, endpoint=name, protocol=base.protocol)
                found = landmark_ratio(waits, month=month, protocol=base.protocol)
            else:
                seen = base.observed(name)
                found = fit_fair(_followed_beyond(seen, month=month), seen=seen, protocol=base.protocol)
            yield SensitivityRow(
                check.kind, {"months": month}, name, found.focal, found.n - found.focal, ratio=found.ratio
            )


def _followed_beyond(seen: Observed, *, month: float) -> Episodes:
    rows = np.flatnonzero(seen.time > month)
    left = seen.time.size - rows.size
    entry = None if seen.entry is None else np.maximum(seen.entry[rows] - month, FROM_THE_START)
    return Episodes(rows, entry, seen.time[rows] - month, seen.event[rows], focal=seen.focal[rows], left_out=left)


def accelerated_failure(base: Base, check: AcceleratedFailure) -> Iterator[SensitivityRow]:
    """A time of 0 has no logarithm: whoever has one is left out, counted."""
    if any(base.observed(name).entry is not None for name in base.protocol.survival_endpoints):
        raise refusal("delayed entry is not available in the Weibull model", zh="Weibull 模型不支持延迟进入")
    for name in base.protocol.survival_endpoints:
        seen = base.observed(name)
        models = seen.models.at(seen.time > 0)
        found = weibull_effect(
            models.time,
            event=models.event,
            arm=numerator_arm(models.focal, protocol=base.protocol),
            weights=models.weights,
            robust=models.robust,
            clusters=models.who,
            level=base.protocol.conventions.level,
        )
        focal = int(models.focal.sum())
        settings: Settings = {"distribution": "weibull", "shape": found.shape, "left_out": seen.time.size - models.n}
        yield SensitivityRow(
            check.kind,
            settings,
            name,
            focal,
            models.n - focal,
            ratio=found.hazard_ratio,
            max_smd=largest_difference(base.design),
            time_ratio=found.time_ratio,
        )


def e_value(base: Base, check: EValueCheck) -> Iterator[SensitivityRow]:
    for name, result in base.results.items():
        ratio = result.hazard_ratios[result.headline]
        seen = base.observed(name)
        focal, reference = counts(seen)
        smd = largest_difference(base.design)
        if ratio.hr is None or ratio.low is None or ratio.high is None:
            yield SensitivityRow(check.kind, {}, name, focal, reference, ratio=ratio, max_smd=smd)
            continue
        share = float(seen.event.mean())
        found = e_values.e_value(ratio.hr, low=ratio.low, high=ratio.high, event_share=share)
        yield SensitivityRow(
            check.kind,
            {"event_share": share, "converted": found.converted},
            name,
            focal,
            reference,
            ratio=ratio,
            max_smd=smd,
            value=found.point,
            value_limit=found.limit,
        )


def bootstrap(base: Base, check: BootstrapCheck) -> Iterator[SensitivityRow]:
    for name, result in base.results.items():
        seen, headline = base.observed(name), result.hazard_ratios[result.headline]
        if check.unit == "pair":
            found = bootstrap_pairs(seen, n=check.n, protocol=base.protocol)
        else:
            found = bootstrap_persons(base.design, endpoint=name, n=check.n)
        low, high = (None if limit is None else exp(limit) for limit in (found.low, found.high))
        why = found.why or headline.why
        ratio = HazardRatio(headline.hr, low=low, high=high, se=found.se, p=None, why=why)
        focal, reference = counts(seen)
        smd, settings = largest_difference(base.design), settings_of(check) | {"failed": found.failed}
        yield SensitivityRow(check.kind, settings, name, focal, reference, ratio=ratio, max_smd=smd, value=found.se)


def _on_the_cohort(
    base: Base, check: Any, *, ratio: Callable[[str], tuple[HazardRatio, tuple[int, int]]], settings: Settings
) -> list[SensitivityRow]:
    """Rows of analyses that keep the design; `ratio` gives the ratio and the persons per arm."""
    rows = []
    for name in base.protocol.survival_endpoints:
        found, (focal, reference) = ratio(name)
        smd = largest_difference(base.design)
        rows.append(SensitivityRow(check.kind, settings, name, focal, reference, ratio=found, max_smd=smd))
    return rows


def counts(seen: Observed) -> tuple[int, int]:
    return int(seen.focal.sum()), int((~seen.focal).sum())
