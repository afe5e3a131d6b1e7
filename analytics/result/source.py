"""What the source of a study prints beside what was found here, row by row."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from analytics.result.nulls import Json, month_key, with_reasons

Values = tuple[float | None, float | None, float | None]  # with lower and upper limit


def printed_rows(result: Json) -> list[Json]:
    """Of a whole result with its outcomes; `ours` is null, with a reason, where there is no such number."""
    return [_row(printed, result=result) for printed in result["protocol"].get("printed", ())]


def _row(printed: Json, *, result: Json) -> Json:
    cohort = printed["cohort"] or _of_the_design(result)
    values = OURS[printed["measure"]](printed, cohort=cohort, result=_comparison(printed, result=result))
    keys = ("value", "lower", "upper")
    return {key: printed[key] for key in ("endpoint", "measure", "arm", "months", "note")} | {
        "cohort": cohort,
        "printed": {key: printed[key] for key in keys},
        "ours": with_reasons(dict(zip(keys, values, strict=True)), text=keys[1:]),
    }


def _comparison(printed: Json, *, result: Json) -> Json:
    """The two arms compared, or the first further contrast that has the arm (a hazard ratio: that begins with it)."""
    arm, is_ratio = printed["arm"], printed["measure"] == "hazard_ratio"
    for one in (result, *result.get("contrasts", ())):
        if arm is None or (one["arms"]["focal"] == arm if is_ratio else arm in one["arms"]["n"]):
            return one
    return result


def _of_the_design(result: Json) -> str:
    """The cohort that the design makes, unmatched where it makes none."""
    method = result["protocol"]["design"]["method"]
    return {"none": "unmatched", "weighting": "weighted"}.get(method, "matched")


def _number(printed: Json, *, cohort: str, result: Json) -> Values:
    steps = [row["arms"] for row in result["flow"] if row["arms"]]
    counts = result["arms"]["n"] if cohort == "unmatched" or not steps else steps[-1]
    return counts.get(printed["arm"]), None, None


def _hazard_ratio(printed: Json, *, cohort: str, result: Json) -> Values:
    found = _endpoint(printed, cohort=cohort, result=result).get("hazard_ratio", {})
    return _values(found, keys=("hr", "low", "high"))


def _median(printed: Json, *, cohort: str, result: Json) -> Values:
    arm = _endpoint(printed, cohort=cohort, result=result).get("arms", {}).get(printed["arm"], {})
    return _values(arm, keys=("median", "median_low", "median_high"))


def _rate(printed: Json, *, cohort: str, result: Json) -> Values:
    if printed["months"] is None:
        of = result["response"].get(printed["endpoint"], {}).get(cohort, {})
        return _percent(_values(of.get("arms", {}).get(printed["arm"], {}), keys=("rate", "low", "high")))
    content = _endpoint(printed, cohort=cohort, result=result)
    rates = content.get("arms", {}).get(printed["arm"], {}).get("rates", {})
    reported = rates.get(month_key(printed["months"]))
    return _percent(reported or _on_the_curve(content.get("curves", {}).get(printed["arm"]), months=printed["months"]))


def _on_the_curve(curve: Json | None, *, months: float) -> Values:
    """A month that the protocol does not report, read from the curve; none beyond it."""
    if not curve or not curve["time"] or months > curve["time"][-1]:
        return None, None, None
    place = int(np.searchsorted(curve["time"], months, side="right")) - 1
    if place < 0:
        return 1.0, None, None
    return curve["survival"][place], curve["low"][place], curve["high"][place]


def _endpoint(printed: Json, *, cohort: str, result: Json) -> Json:
    found: Json = result["endpoints"].get(printed["endpoint"], {}).get(cohort, {})
    return found


def _values(found: Json, *, keys: tuple[str, str, str]) -> Values:
    value, low, high = (found.get(key) for key in keys)
    return value, low, high


def _percent(values: Sequence[float | None]) -> Values:
    value, low, high = (None if share is None else 100 * share for share in values)
    return value, low, high


OURS: Mapping[str, Callable[..., Values]] = {
    "n": _number,
    "hazard_ratio": _hazard_ratio,
    "median_months": _median,
    "rate_pct": _rate,
}
