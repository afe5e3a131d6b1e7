"""Binary endpoints: how often there was a success in each arm, before and after matching."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.engine.design.variables import observed_levels
from analytics.engine.outcomes.risk_rows import CohortRows
from analytics.messages import Message, Notice
from analytics.protocol.plan import AnalysisPlan, ResponsePlan, token_text
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.tests.paired_proportions import PairedCounts, paired_counts
from analytics.stats.tests.proportions import McNemar, Proportion, exact_proportion, mcnemar
from analytics.stats.tests.rate_differences import RateDifference, paired_difference, rate_difference
from analytics.stats.tests.two_sample import TwoSampleTest, compare_counts
from analytics.stats.tests.weighted_rates import Weighted, compare_weighted, weighted_difference, weighted_proportion


@dataclass(frozen=True)
class ArmResponse:
    """One arm: `n` persons, `evaluable` of them with a value, `counts` per value; the rate is of `denominator` persons.

    Counts are of persons also where persons have weights; the proportion is then weighted (`is_weighted`)."""

    n: int
    evaluable: int
    counts: dict[str, int]
    successes: int
    denominator: int
    proportion: Proportion
    is_weighted: bool = False


@dataclass(frozen=True)
class ResponseResult:
    """One binary endpoint in one cohort. `difference` is the focal rate minus the reference rate. `paired` and `paired_difference`, of the
    pairs of which both count, are None unmatched."""

    arms: dict[str, ArmResponse]
    difference: RateDifference
    test: TwoSampleTest
    paired: McNemar | None
    paired_difference: RateDifference | None


@dataclass(frozen=True)
class _Seen:
    """The rows of a cohort: their value, whether it is a success, whether the row counts below the line."""

    value: pd.Series
    is_success: Booleans
    is_counted: Booleans
    weights: Floats | None
    pair: Integers | None


def responses(
    cohorts: dict[str, CohortRows], *, protocol: AnalysisPlan
) -> tuple[dict[str, dict[str, ResponseResult]], list[Notice]]:
    """endpoint → cohort → result, for each binary endpoint of the protocol."""
    results, notices = {}, []
    for name, plan in protocol.responses.items():
        levels = _levels(cohorts["unmatched"].table[f"{name}_value"], plan=plan)
        results[name] = {
            cohort: _response(members.table, name=name, levels=levels, protocol=protocol)
            for cohort, members in cohorts.items()
        }
        notices += list(_about_response(results[name], name=name))
    return results, notices


def _levels(values: pd.Series, *, plan: ResponsePlan) -> tuple[str, ...]:
    """In the order of the protocol, else successes first."""
    if plan.order:
        return tuple(token_text(token) for token in plan.order)
    successes = [token_text(token) for token in plan.success]
    return (*successes, *(level for level in observed_levels(values) if level not in successes))


def _response(table: pd.DataFrame, *, name: str, levels: tuple[str, ...], protocol: AnalysisPlan) -> ResponseResult:
    plan, level = protocol.responses[name], protocol.conventions.level
    value = table[f"{name}_value"]
    is_known = value.notna().to_numpy()
    seen = _Seen(
        value=value,
        is_success=value.isin([token_text(token) for token in plan.success]).to_numpy(),
        is_counted=is_known if plan.denominator == "evaluable" else np.ones_like(is_known),
        weights=table["weight"].to_numpy(dtype=float) if "weight" in table else None,
        pair=table["pair"].to_numpy() if "pair" in table else None,
    )
    labels = (protocol.arms.focal.label, protocol.arms.reference.label)
    arms = {label: _arm(seen, rows=(table["arm"] == label).to_numpy(), levels=levels, level=level) for label in labels}
    is_focal = (table["arm"] == labels[0]).to_numpy()
    pairs = _pairs(seen, focal=is_focal)
    return ResponseResult(
        arms=arms,
        difference=_difference(seen, arms=arms, focal=is_focal, level=level),
        test=_test(seen, arms=arms, focal=is_focal, protocol=protocol),
        paired=None if pairs is None else mcnemar(pairs.only_focal, c=pairs.only_reference, pairs=pairs.pairs),
        paired_difference=None if pairs is None else paired_difference(pairs, level=level),
    )


def _difference(seen: _Seen, *, arms: dict[str, ArmResponse], focal: Booleans, level: float) -> RateDifference:
    if seen.weights is not None:
        return weighted_difference(_weighted(seen, focal=focal, weights=seen.weights), level=level)
    first, second = arms.values()
    return rate_difference(
        first.successes, n_first=first.denominator, second=second.successes, n_second=second.denominator, level=level
    )


def _weighted(seen: _Seen, *, focal: Booleans, weights: Floats) -> Weighted:
    counted = seen.is_counted
    clusters = None if seen.pair is None else seen.pair[counted]
    return Weighted(seen.is_success[counted], focal[counted], weights[counted], clusters)


def _test(seen: _Seen, *, arms: dict[str, ArmResponse], focal: Booleans, protocol: AnalysisPlan) -> TwoSampleTest:
    if seen.weights is not None:
        return compare_weighted(_weighted(seen, focal=focal, weights=seen.weights))
    counts = np.array([[arm.successes for arm in arms.values()], [a.denominator - a.successes for a in arms.values()]])
    return compare_counts(counts, profile=protocol.conventions.profile, seed=protocol.seed)


def _arm(seen: _Seen, *, rows: Booleans, levels: tuple[str, ...], level: float) -> ArmResponse:
    values = seen.value[rows].dropna()
    found = values.value_counts()
    successes, denominator = int(seen.is_success[rows].sum()), int(seen.is_counted[rows].sum())
    proportion = exact_proportion(successes, n=denominator, level=level)
    if seen.weights is not None:
        counted = rows & seen.is_counted
        proportion = weighted_proportion(seen.is_success[counted], weights=seen.weights[counted], level=level)
    return ArmResponse(
        n=int(rows.sum()),
        evaluable=len(values),
        counts={value: int(found.get(value, 0)) for value in levels},
        successes=successes,
        denominator=denominator,
        proportion=proportion,
        is_weighted=seen.weights is not None,
    )


def _pairs(seen: _Seen, *, focal: Booleans) -> PairedCounts | None:
    """The pairs of which both count; None where there are none by design."""
    if seen.pair is None or seen.weights is not None:
        return None
    counted = seen.is_counted
    return paired_counts(seen.is_success[counted], focal=focal[counted], pair=seen.pair[counted])


def _about_response(results: dict[str, ResponseResult], *, name: str) -> Iterator[Notice]:
    for cohort, result in results.items():
        arms = result.arms.items()
        if any(arm.n > arm.evaluable for _, arm in arms):
            en = ", ".join(f"{label} {arm.n - arm.evaluable} of {arm.n}" for label, arm in arms)
            zh = "，".join(f"{label} {arm.n - arm.evaluable}/{arm.n}" for label, arm in arms)
            message = Message(f"{name}: not evaluable: {en}.", f"{name}：无法评价的人数：{zh}。")
            yield Notice("not_evaluable", message, where=f"response.{name}.{cohort}")
