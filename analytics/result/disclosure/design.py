"""The design of a result for those who may see no single patient: flow, arms, Table 1."""

from itertools import groupby
from typing import Any

from analytics.result.disclosure.classes import SUPPRESSED, Classes, Few, coarse, hidden

Json = dict[str, Any]
HIDDEN_OF_A_TEST = ("name", "statistic", "df", "p")
MOMENTS = ("mean", "sd", "median", "q1", "q3", "min", "max")
KEPT_OF_MATCHING = ("method", "scale", "order", "estimand")
COUNTS_OF_MATCHING = ("n_treated", "n_control", "n_pairs")
SMD_STEP = 0.1


def data_object(data: Json, *, arms: Json, classes: Classes) -> Json:
    found = {"source": data["source"], "sha256": data["sha256"], "rows": classes.at(data["rows"])}
    events = data.get("adverse_events")
    told = {} if events is None else {"adverse_events": {**events, "rows": classes.at(events["rows"])}}
    return found | {"n": sum(arms["n"].values())} | told


def arms_object(arms: Json, *, classes: Classes) -> Json:
    return {**{key: arms[key] for key in ("focal", "reference", "hr")}, "n": classes.all_of(arms["n"])}


def flow_rows(rows: list[Json], *, classes: Classes) -> list[Json]:
    """Who left is the difference of those told to remain; where the arms are told, those who remain are their sum."""
    told: list[Json] = []
    for row in rows:
        arms = classes.all_of(row["arms"])
        is_sum = bool(arms) and sum(row["arms"].values()) == row["remaining"]
        remaining = sum(count or 0 for count in arms.values()) if is_sum else classes.at(row["remaining"])
        if told and remaining > told[-1]["remaining"]:
            remaining = told[-1]["remaining"]
        removed = told[-1]["remaining"] - remaining if told else 0
        if told and removed < classes.width:
            removed = Few(classes.width)
        counts = {"removed": removed, "remaining": remaining, "arms": arms}
        names = {key: row[key] for key in ("id", "text", "text_zh")}
        told.append(names | counts | hidden("centers") | _missing(row, removed=removed, classes=classes))
    return told


def _missing(row: Json, *, removed: int, classes: Classes) -> Json:
    """How many of those who left could not be judged."""
    count = (row.get("detail") or {}).get("missing", {}).get("removed", 0)
    return {"detail": {"missing": {"removed": min(classes.at(count), removed)}}} if count else {}


def matching_object(matching: Json, *, classes: Classes) -> Json:
    """Without pairs, strata, weights and what a single center gave."""
    if not matching:
        return {}
    return (
        {key: matching[key] for key in KEPT_OF_MATCHING}
        | {key: classes.of(matching[key]) for key in COUNTS_OF_MATCHING}
        | {"pairs": [], "strata": {}, "weights": {}, "discarded": [], "centers": []}
        | hidden("caliper_width", "total_distance")
    )


def largest_difference(balance: list[Json]) -> Json:
    """All that is told of the balance: between which tenths the largest standardized difference lies."""
    found = {}
    for moment in ("before", "after"):
        sizes = [abs(row[f"smd_{moment}"]) for row in balance if row[f"smd_{moment}"] is not None]
        step = int(max(sizes) / SMD_STEP) if sizes else None
        found[moment] = None if step is None else [round(step * SMD_STEP, 1), round((step + 1) * SMD_STEP, 1)]
    return found


def baseline_rows(rows: list[Json], *, classes: Classes) -> list[Json]:
    """A covariate of more levels than a total may have parts is left out."""
    told: list[Json] = []
    for _covariate, group in groupby(rows, key=lambda row: row["covariate"]):
        levels = list(group)
        if len(levels) < classes.most_parts:  # with those missing
            told += _covariate_rows(levels, classes=classes)
    return told


def _covariate_rows(levels: list[Json], *, classes: Classes) -> list[Json]:
    cohorts = [key for key in levels[0] if key not in ("covariate", "level")]
    told: list[Json] = [{key: level[key] for key in ("covariate", "level")} for level in levels]
    for cohort in cohorts:
        for label in levels[0][cohort]["arms"]:
            summaries = _summaries([level[cohort]["arms"][label] for level in levels], classes=classes)
            for row, summary in zip(told, summaries, strict=True):
                row.setdefault(cohort, {"arms": {}, "test": hidden(*HIDDEN_OF_A_TEST)})["arms"][label] = summary
    return told


def _summaries(levels: list[Json], *, classes: Classes) -> list[Json]:
    """Of one arm: the percentages are of the told counts, or of the told arm where only one level is counted."""
    counts = [classes.of(level["count"]) for level in levels]
    known = sum(count or 0 for count in counts) if len(levels) > 1 else classes.at(levels[0]["n"])
    return [
        _summary(level, count=count, known=known, classes=classes) for level, count in zip(levels, counts, strict=True)
    ]


def _summary(summary: Json, *, count: int | None, known: int, classes: Classes) -> Json:
    """Of continuous values only the quartiles, each with enough patients on both sides: a mean of a few values is a count."""
    sizes = {"n": classes.at(summary["n"]), "missing": classes.at(summary["missing"]) if summary["missing"] else 0}
    if count is not None:
        percent = None if isinstance(count, Few) else min(100.0, 100 * count / known)
        why = dict.fromkeys(MOMENTS, "not_requested") | ({"percent": SUPPRESSED} if percent is None else {})
        return sizes | {"count": count, "percent": percent, **dict.fromkeys(MOMENTS)} | {"why": why}
    n = summary["n"] - summary["missing"]
    told = {
        key: coarse(summary[key], digits=3)
        for key, sides in (("median", 2), ("q1", 4), ("q3", 4))
        if n >= sides * classes.width
    }
    why = dict.fromkeys(("count", "percent"), "not_requested")
    why |= {key: SUPPRESSED for key in MOMENTS if key not in told}
    return sizes | {"count": None, "percent": None, **dict.fromkeys(MOMENTS)} | told | {"why": why}
