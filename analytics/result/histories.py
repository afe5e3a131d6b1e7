"""What a registry tells beside a comparison as JSON objects: what is counted, and what is of single patients."""

from collections.abc import Mapping
from math import exp

from analytics.engine.outcomes.centers import CenterRatios
from analytics.engine.outcomes.histories import Course, Told
from analytics.result.nulls import Json, with_reasons
from analytics.result.safety import test_object
from analytics.result.secondary_analyses import subgroup_object
from analytics.stats.tests.baseline import Summary
from analytics.stats.tests.heterogeneity import Heterogeneity

OF_TIMES = ("n", "missing", "mean", "sd", "median", "q1", "q3", "min", "max")


def center_ratios_object(found: CenterRatios) -> Json:
    values: Json = {
        "rows": [subgroup_object(row) for row in found.rows],
        "heterogeneity": None if found.spread is None else _heterogeneity(found.spread),
    }
    return with_reasons(values, why="too_few_events")


def _heterogeneity(found: Heterogeneity) -> Json:
    """`hr` with its limits is the mean under random effects, tau2 of the logarithm."""
    return {
        "method": "DerSimonian-Laird",
        "k": found.k,
        "q": found.q,
        "df": found.df,
        "p": found.p,
        "i2": found.i2,
        "tau2": found.tau2,
        "hr": exp(found.mean),
        "low": exp(found.low),
        "high": exp(found.high),
        "se": found.se,
    }


def histories_object(found: Told) -> Json:
    """Counts and summaries, cohort → arm."""
    return {
        "after_progression": {
            cohort: {
                label: {"n": arm.n, "progressed": arm.progressed, "unrecorded": arm.unrecorded, "kinds": arm.kinds}
                for label, arm in arms.items()
            }
            for cohort, arms in found.after_progression.items()
        },
        "downstaging": {
            cohort: {label: _summaries(of) for label, of in arms.items()} for cohort, arms in found.downstaging.items()
        },
        "complications": {
            cohort: [
                {
                    "kind": row.kind,
                    "term": "any" if row.term is None else row.term,
                    "arms": {label: {"n": row.n[label], "patients": row.patients[label]} for label in row.n},
                    "test": test_object(row.test),
                }
                for row in rows
            ]
            for cohort, rows in found.complications.items()
        },
    }


def patients_object(found: Told) -> Json:
    """Of single patients, without their names: for those who may see such."""
    return {
        "changes": {
            cohort: {label: list(values) for label, values in arms.items()} for cohort, arms in found.changes.items()
        },
        "courses": {label: [_course(one) for one in of] for label, of in found.courses.items()},
    }


def _summaries(found: Mapping[str, Summary]) -> Json:
    return {
        name: with_reasons({key: getattr(summary, key) for key in OF_TIMES}, why="not_estimable")
        for name, summary in found.items()
    }


def _course(course: Course) -> Json:
    return {
        "followed_months": course.followed_months,
        "died": course.died,
        "progression_months": course.progression_months,
        "treatments": [[one.kind, one.start_months, one.end_months] for one in course.treatments],
    }
