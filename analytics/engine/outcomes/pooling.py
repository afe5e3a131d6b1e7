"""The same comparison of several completed tables → one: hazard ratios by Rubin's rules, all else of the first table."""

from collections.abc import Sequence
from dataclasses import replace
from math import exp, log

from analytics.engine.outcomes.outcomes import EndpointResult, Outcomes
from analytics.engine.outcomes.regression import CoxRow, CoxTables
from analytics.engine.outcomes.subgroups import SubgroupRow
from analytics.stats.resampling.imputation import pool
from analytics.stats.survival.cox import HazardRatio


def pool_ratios(ratios: Sequence[HazardRatio], *, events: int, level: float) -> HazardRatio:
    """Barnard and Rubin's degrees of freedom, those of the complete table being the events less 1. Equal ratios stay."""
    first = ratios[0]
    for ratio in ratios:
        if ratio.hr is None:
            return ratio
    if all(ratio == first for ratio in ratios):
        return first
    estimates = [log(ratio.hr) for ratio in ratios if ratio.hr is not None]
    variances = [ratio.se**2 for ratio in ratios if ratio.se is not None]
    found = pool(estimates, variances=variances, df_complete=max(events - 1, 1), level=level)
    if found.estimate is None or found.low is None or found.high is None:
        return HazardRatio(hr=None, low=None, high=None, se=None, p=None, why=found.why)
    return HazardRatio(hr=exp(found.estimate), low=exp(found.low), high=exp(found.high), se=found.se, p=found.p)


def pool_outcomes(tables: Sequence[Outcomes], *, level: float) -> Outcomes:
    """Of each completed table the outcomes; a term that is not in the models of all of them is left out."""
    if len(tables) == 1:
        return tables[0]
    first = tables[0]
    return replace(
        first,
        endpoints={
            name: {cohort: _endpoint([t.endpoints[name][cohort] for t in tables], level=level) for cohort in of}
            for name, of in first.endpoints.items()
        },
        cox={
            name: {cohort: _cox([table.cox[name][cohort] for table in tables], level=level) for cohort in of}
            for name, of in first.cox.items()
        },
        subgroups={
            name: {cohort: _subgroups([t.subgroups[name][cohort] for t in tables], level=level) for cohort in of}
            for name, of in first.subgroups.items()
        },
    )


def _endpoint(results: Sequence[EndpointResult], *, level: float) -> EndpointResult:
    first = results[0]
    events = sum(arm.curve.events for arm in first.arms.values())
    ratios = {
        method: pool_ratios([result.hazard_ratios[method] for result in results], events=events, level=level)
        for method in first.hazard_ratios
    }
    competing = first.competing
    if competing is not None:
        of_all = [result.competing.fine_gray for result in results if result.competing is not None]
        competing = replace(
            competing,
            fine_gray=pool_ratios(of_all, events=events, level=level),
            cause_specific=ratios[first.headline],
        )
    return replace(first, hazard_ratios=ratios, competing=competing)


def _cox(tables: Sequence[CoxTables], *, level: float) -> CoxTables:
    return replace(
        tables[0],
        univariable=_rows([table.univariable for table in tables], level=level),
        multivariable=_rows([table.multivariable for table in tables], level=level),
    )


def _rows(tables: Sequence[tuple[CoxRow, ...]], *, level: float) -> tuple[CoxRow, ...]:
    by_key = [{(row.term, row.level): row for row in table} for table in tables]
    return tuple(
        replace(row, ratio=pool_ratios([rows[key].ratio for rows in by_key], events=row.events, level=level))
        for key, row in by_key[0].items()
        if all(key in rows for rows in by_key)
    )


def _subgroups(tables: Sequence[tuple[SubgroupRow, ...]], *, level: float) -> tuple[SubgroupRow, ...]:
    by_key = [{(row.variable, row.level): row for row in table} for table in tables]
    return tuple(
        replace(
            row,
            ratio=pool_ratios(
                [rows[key].ratio for rows in by_key],
                events=sum(arm.events for arm in row.arms.values()),
                level=level,
            ),
        )
        for key, row in by_key[0].items()
        if all(key in rows for rows in by_key)
    )
