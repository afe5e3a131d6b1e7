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
from analytics.stats.tests.proportions import McNemar, Proportion, exact_proportion, mcnemar
from analytics.stats.tests.two_sample import TwoSampleTest, compare_counts
from analytics.stats.tests.weighted_rates import Weighted, compare_weighted, weighted_proportion


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
    """One binary endpoint in one cohort. `difference` is the focal rate minus the reference rate; `paired` is None unmatched."""

    arms: dict[str, ArmResponse]
    difference: float | None
    test: TwoSampleTest
    paired: McNemar | None


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
    focal, reference = (arms[label] for label in labels)
    rates = focal.proportion.rate, reference.proportion.rate
    is_focal = (table["arm"] == labels[0]).to_numpy()
    return ResponseResult(
        arms=arms,
        difference=None if rates[0] is None or rates[1] is None else rates[0] - rates[1],
        test=_test(seen, arms=arms, focal=is_focal, protocol=protocol),
        paired=_paired(seen, focal=is_focal) if seen.pair is not None and seen.weights is None else None,
    )


def _test(seen: _Seen, *, arms: dict[str, ArmResponse], focal: Booleans, protocol: AnalysisPlan) -> TwoSampleTest:
    if seen.weights is not None:
        counted = seen.is_counted
        clusters = None if seen.pair is None else seen.pair[counted]
        return compare_weighted(Weighted(seen.is_success[counted], focal[counted], seen.weights[counted], clusters))
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


def _paired(seen: _Seen, *, focal: Booleans) -> McNemar:
    """The pairs of which both count."""
    pair = np.zeros(focal.size, dtype=np.int64) if seen.pair is None else seen.pair
    sides = [
        pd.Series(seen.is_success[rows], index=pair[rows])
        for rows in (focal & seen.is_counted, ~focal & seen.is_counted)
    ]
    both = pd.concat(sides, axis=1, join="inner", keys=["focal", "reference"])
    only_focal = int((both["focal"] & ~both["reference"]).sum())
    only_reference = int((~both["focal"] & both["reference"]).sum())
    return mcnemar(only_focal, c=only_reference, pairs=len(both))


def _about_response(results: dict[str, ResponseResult], *, name: str) -> Iterator[Notice]:
    for cohort, result in results.items():
        arms = result.arms.items()
        if any(arm.n > arm.evaluable for _, arm in arms):
            en = ", ".join(f"{label} {arm.n - arm.evaluable} of {arm.n}" for label, arm in arms)
            zh = "，".join(f"{label} {arm.n - arm.evaluable}/{arm.n}" for label, arm in arms)
            message = Message(f"{name}: not evaluable: {en}.", f"{name}：无法评价的人数：{zh}。")
            yield Notice("not_evaluable", message, where=f"response.{name}.{cohort}")
