"""The outcomes of a result for those who may see no single patient: curves, ratios, responses, adverse events."""

from bisect import bisect_left, bisect_right
from itertools import groupby
from math import ceil
from typing import Any

from analytics.result.disclosure.classes import SUPPRESSED, Classes, coarse, hidden
from analytics.result.disclosure.design import HIDDEN_OF_A_TEST
from analytics.stats.tests.proportions import exact_proportion

Json = dict[str, Any]
RATIO = ("hr", "low", "high", "se", "p")
LOG_RANK = ("chi2", "df", "p", "stratified_chi2", "stratified_p")
MCNEMAR = ("pairs", "b", "c", "name", "p", "difference", "low", "high")
TIMES = ("median", "median_low", "median_high")
FOLLOW_UP = ("followup_median", "followup_median_crude")
RATE = ("rate", "low", "high")
DIFFERENCE = ("difference", "difference_low", "difference_high")
MEANS = ("tau", "difference", "ratio", "low", "high", "p")


def endpoint_object(content: Json, *, classes: Classes, is_apart: bool = False) -> Json:
    """Ratios only where each arm has enough events; none of several that differ by a few patients."""
    arms, curves = content["arms"], content["curves"]
    is_told = classes.are_enough(arm["events"] for arm in arms.values()) and not is_apart
    ratio = ratio_object(content["hazard_ratio"], is_told=is_told)
    found = {
        "arms": {label: arm_object(arm, curve=curves[label], classes=classes) for label, arm in arms.items()},
        "logrank": log_rank_object(content["logrank"], is_told=is_told),
        "hazard_ratio": ratio,
        "hazard_ratios": [],
        "ph_test": hidden("chi2", "p"),
        "rmst": {"arms": {}, **hidden(*MEANS)},
        "period_hazard_ratios": [],
        "at_risk": at_risk_object(content["at_risk"], classes=classes),
        "pairs": hidden("complete", "broken"),
        "curves": {label: curve_object(curve, n=arms[label]["n"], classes=classes) for label, curve in curves.items()},
    }
    return found | (_competing(content, classes=classes, is_told=is_told) if "cif" in content else {})


def overall_object(content: Json, *, classes: Classes) -> Json:
    """All arms at once."""
    arms, curves = content["arms"], content["curves"]
    is_told = classes.are_enough(arm["events"] for arm in arms.values())
    return {
        "arms": {label: arm_object(arm, curve=curves[label], classes=classes) for label, arm in arms.items()},
        "logrank": log_rank_object(content["logrank"], is_told=is_told),
        "at_risk": at_risk_object(content["at_risk"], classes=classes),
        "curves": {label: curve_object(of, n=arms[label]["n"], classes=classes) for label, of in curves.items()},
    }


def arm_object(arm: Json, *, curve: Json, classes: Classes) -> Json:
    """Times in whole months, where enough events came before them and enough patients are at risk after."""
    found: Json = {"n": classes.at(arm["n"]), "events": classes.at(arm["events"]), "rates": {}}
    is_told = classes.are_enough((arm["events"] / 2, arm["median_at_risk"] or 0)) or arm["median"] is None
    found |= {key: _whole(arm[key]) if is_told else None for key in TIMES}
    found |= {key: _whole(arm[key]) if arm["n"] >= 2 * classes.width else None for key in FOLLOW_UP}
    former = arm.get("why", {})
    why = {key: former.get(key, SUPPRESSED) for key in (*TIMES, *FOLLOW_UP) if found[key] is None}
    for month, rate in arm["rates"].items():
        lost = None if rate[0] is None else 1 - rate[0]
        enough = _at_risk(curve, month=float(month)) >= classes.width
        share = classes.share(lost, n=arm["n"]) if enough else None
        found["rates"][month] = [None if share is None else 1 - share, None, None]
        why[f"rates.{month}"] = former.get(f"rates.{month}", SUPPRESSED) if lost is None else SUPPRESSED
    return found | {"why": why}


def at_risk_object(at_risk: Json, *, classes: Classes) -> Json:
    return {label: classes.all_of(months) for label, months in at_risk.items()}


def curve_object(curve: Json, *, n: float, classes: Classes) -> Json:
    """A point each month while enough are at risk; its height moves by a class of patients at a time."""
    told: Json = {name: [] for name in ("time", "survival", "low", "high", "at_risk", "events", "censored")}
    for month in range(1, ceil(curve["time"][-1]) + 1 if curve["time"] else 0):
        at_risk = _at_risk(curve, month=month)
        if at_risk < classes.width:
            continue
        told["time"].append(float(month))
        told["survival"].append(1 - classes.steps(1 - _height(curve, month=month), n=n))
        told["at_risk"].append(classes.at(at_risk))
        for name, nothing in (("low", None), ("high", None), ("events", 0), ("censored", 0)):
            told[name].append(nothing)
    return told


def ratio_object(ratio: Json, *, is_told: bool) -> Json:
    names = {key: ratio[key] for key in ("method",) if key in ratio}
    if not is_told:
        return names | hidden(*RATIO)
    values = {key: coarse(ratio[key]) for key in ("hr", "low", "high", "p")} | {"se": None}
    return names | values | {"why": {**ratio.get("why", {}), "se": SUPPRESSED}}


def log_rank_object(test: Json, *, is_told: bool) -> Json:
    keys = [key for key in LOG_RANK if key in test]
    found = hidden(*keys)
    if is_told and test["p"] is not None:
        found |= {"df": test["df"], "p": coarse(test["p"])}
        found["why"] = dict.fromkeys(set(keys) - {"df", "p"}, SUPPRESSED)
    return found


def subgroup_rows(rows: list[Json], *, classes: Classes) -> list[Json]:
    """Ratios of a variable only where each of its levels has enough events in each arm: the last could be subtracted."""
    told: list[Json] = []
    for _variable, group in groupby(rows, key=lambda row: row["variable"]):
        levels = list(group)
        if len(levels) > classes.most_parts:
            continue
        is_told = classes.are_enough(arm["events"] for level in levels for arm in level["arms"].values())
        for level in levels:
            arms = {label: classes.all_of(arm) for label, arm in level["arms"].items()}
            ratio = ratio_object(level, is_told=is_told)
            p = coarse(level["interaction_p"]) if is_told else None
            why = ratio.pop("why") | ({} if p is not None else {"interaction_p": SUPPRESSED})
            names = {"variable": level["variable"], "level": level["level"], "arms": arms}
            told.append(names | ratio | {"interaction_p": p, "why": why})
    return told


def response_object(content: Json, *, plan: Json, level: float, classes: Classes) -> Json:
    arms = {
        label: _arm_response(arm, plan=plan, level=level, classes=classes) for label, arm in content["arms"].items()
    }
    nothing = {"test": hidden(*HIDDEN_OF_A_TEST), "mcnemar": hidden(*MCNEMAR)}
    return {"arms": arms, **nothing, **hidden(*DIFFERENCE)}


def safety_rows(rows: list[Json], *, classes: Classes) -> list[Json]:
    """Terms that few patients of either arm had are left out: that somebody had them would be told."""
    return [
        {
            "term": row["term"],
            "class": row["class"],
            "arms": {label: _arm_safety(arm, classes=classes) for label, arm in row["arms"].items()},
            "test": hidden(*HIDDEN_OF_A_TEST),
        }
        for place, row in enumerate(rows)
        if place == 0 or any(arm["patients"]["any"] >= classes.width for arm in row["arms"].values())
    ]


def _arm_safety(arm: Json, *, classes: Classes) -> Json:
    counts = {"n": classes.at(arm["n"]), "patients": classes.all_of(arm["patients"])}
    return counts | {"events": classes.of(arm["events"])} | hidden("per_100_patient_years")


def _arm_response(arm: Json, *, plan: Json, level: float, classes: Classes) -> Json:
    """Rate and limits as they follow from the told counts."""
    counts = {value: classes.at(count) for value, count in arm["counts"].items()}
    if len(counts) > classes.most_parts:
        return {"n": classes.at(arm["n"]), "evaluable": classes.at(arm["n"]), "counts": {}, **hidden(*RATE)}
    n = classes.at(arm["n"])
    evaluable = min(sum(counts.values()), n)
    of = n if plan["denominator"] == "all" else evaluable
    successes = sum(
        counts[value] for value in map(str, plan["success"]) if arm["counts"].get(value, 0) >= classes.width
    )
    found = {"n": n, "evaluable": evaluable, "counts": counts}
    if successes < classes.width:
        return found | hidden(*RATE)
    proportion = exact_proportion(min(successes, of), n=of, level=level)
    return found | {key: getattr(proportion, key) for key in RATE}


def _competing(content: Json, *, classes: Classes, is_told: bool) -> Json:
    sizes = {label: arm["n"] for label, arm in content["arms"].items()}
    curves = content["curves"]
    return {
        "cif": {
            label: {
                code: _incidences(of, curve=curves[label], n=sizes[label], classes=classes)
                for code, of in codes.items()
            }
            for label, codes in content["cif"].items()
        },
        "gray": {code: log_rank_object(test, is_told=is_told) for code, test in content["gray"].items()},
        "fine_gray": ratio_object(content["fine_gray"], is_told=is_told),
        "cause_specific": ratio_object(content["cause_specific"], is_told=is_told),
        "cif_curves": {},
    }


def _incidences(rates: Json, *, curve: Json, n: float, classes: Classes) -> Json:
    months = [month for month in rates if month != "why"]
    told = {
        month: classes.share(rates[month][0], n=n) if _at_risk(curve, month=float(month)) >= classes.width else None
        for month in months
    }
    return {month: [share, None, None] for month, share in told.items()} | {"why": dict.fromkeys(months, SUPPRESSED)}


def _at_risk(curve: Json, *, month: float) -> float:
    """Those whose time is at least this month."""
    place = bisect_left(curve["time"], month - 1e-9)
    return float(curve["at_risk"][place]) if place < len(curve["time"]) else 0.0


def _height(curve: Json, *, month: float) -> float:
    place = bisect_right(curve["time"], month) - 1
    return 1.0 if place < 0 else float(curve["survival"][place])


def _whole(months: float | None) -> float | None:
    return None if months is None else float(round(months))
