"""Tables of what is asked beyond the arms: subgroups, sensitivity analyses, fair starts, competing events."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from analytics.engine.design.variables import MISSING_LEVEL
from analytics.engine.sensitivity.ties import TIED_SCORES
from analytics.report.labels import arm_labels, covariate_label, endpoint_label, level_of, variable_of
from analytics.report.numbers import (
    ABSENT,
    cause_label,
    cohort_label,
    number,
    p_value,
    percent,
    ratio,
    setting_label,
    setting_name,
    setting_value,
    time_ratio,
)
from analytics.report.tables.table import Row, Table

Json = Mapping[str, Any]


def further_tables(result: Json) -> Iterator[Table]:
    """Those that have something to tell."""
    for endpoint, cohorts in result["subgroups"].items():
        yield from (_subgroups(result, endpoint=endpoint, cohort=cohort) for cohort in by_weight(cohorts))
    fair = result.get("immortal_time", {}).get("endpoints", {})
    if fair:
        yield _fair_starts(fair, result=result)
    if any("cif" in content for cohorts in result["endpoints"].values() for content in cohorts.values()):
        yield _competing(result)
    if result["sensitivity"]:
        yield _sensitivity(result)


def by_weight(cohorts: Json) -> list[str]:
    """That of the design first."""
    return sorted(cohorts, key=lambda cohort: (cohort == "unmatched", cohort))


def balance_label(row: Json, *, result: Json) -> str:
    """A covariate, or a level of it; what the score takes the logarithm of is balanced as such."""
    name, variable = covariate_label(row["covariate"], result=result), variable_of(row["covariate"], result=result)
    if row["level"] is not None:
        return level_of(name, level=row["level"], variable=variable)
    logs = {covariate["name"] for covariate in result["protocol"]["covariates"] if covariate["log"]}
    return _("logarithm of %(name)s") % {"name": name} if row["covariate"] in logs else name


def shown_balance(result: Json) -> list[Json]:
    """Of two levels that make up a covariate the second: the first is its mirror image."""
    levels: dict[str, list[str]] = {}
    for row in result["balance"]:
        if row["level"] not in (None, MISSING_LEVEL):
            levels.setdefault(row["covariate"], []).append(row["level"])
    mirrored = {(name, of[0]) for name, of in levels.items() if len(of) == 2}
    return [row for row in result["balance"] if (row["covariate"], row["level"]) not in mirrored]


def ratio_head(result: Json) -> str:
    return _("Hazard ratio (%(level)g%% CI)") % {"level": 100 * result["protocol"]["conventions"]["level"]}


def _subgroups(result: Json, *, endpoint: str, cohort: str) -> Table:
    arms = arm_labels(result)
    rows = []
    for row in result["subgroups"][endpoint][cohort]:
        counts = [f"{row['arms'][name]['events']}/{row['arms'][name]['n']}" for name in arms]
        variable = variable_of(row["variable"], result=result)
        text = level_of(covariate_label(row["variable"], result=result), level=row["level"], variable=variable)
        rows.append(Row(cells=(text, *counts, ratio(row), p_value(row["p"]), p_value(row["interaction_p"]))))
    head = (_("Subgroup"), *(_("%(arm)s, events/n") % {"arm": label} for label in arms.values()))
    return Table(
        name=f"subgroups-{endpoint.lower()}-{cohort}",
        title=" · ".join(
            [_("Subgroups"), endpoint_label(endpoint, result=result), cohort_label(cohort, result=result)]
        ),
        head=(*head, ratio_head(result), _("P"), _("P for interaction")),
        rows=tuple(rows),
        notes=(_("Hazard ratios are not shown when either arm has fewer than five events."),),
        is_detail=True,
    )


def _fair_starts(fair: Json, *, result: Json) -> Table:
    rows = []
    for endpoint, cohorts in fair.items():
        for cohort in by_weight(cohorts):
            title = (endpoint_label(endpoint, result=result), cohort_label(cohort, result=result))
            rows += [Row(cells=(*title, *cells)) for cells in _ways(cohorts[cohort])]
    return Table(
        name="immortal-time",
        title=_("Analyses addressing immortal time bias"),
        head=(_("Endpoint"), _("Cohort"), _("Analysis"), _("n"), _("Events"), ratio_head(result), _("P")),
        rows=tuple(rows),
        text_columns=3,
    )


def _ways(content: Json) -> Iterator[tuple[str, ...]]:
    for text, one in fair_ways(content):
        yield text, str(one["n"]), str(one["events"]), ratio(one), p_value(one["p"])


def fair_ways(content: Json) -> list[tuple[str, Json]]:
    """The naive analysis and each way around immortal time that was asked for, in words."""
    known = {
        "naive": _("Naive analysis (biased)"),
        "rezero": _("Time zero reset to the arm-defining event"),
        "time_dependent": _("Arm as a time-dependent covariate"),
        "ccw": _("Clone-censor-weight"),
    }
    found = [(text, content[key]) for key, text in known.items() if content[key] is not None]
    return found + [
        (_("Landmark at %(month)s months") % {"month": f"{one['months']:g}"}, one) for one in content["landmark"]
    ]


def _competing(result: Json) -> Table:
    rows = []
    for endpoint, cohorts in result["endpoints"].items():
        for cohort in by_weight(cohorts):
            content = cohorts[cohort]
            if "cif" not in content:
                continue
            title = (endpoint_label(endpoint, result=result), cohort_label(cohort, result=result))
            rows += [Row(cells=(*title, *cells)) for cells in _incidences(content, result=result)]
    level = {"level": 100 * result["protocol"]["conventions"]["level"]}
    head = (_("Endpoint"), _("Cohort"), _("Event"), _("Arm"))
    incidence = _("Cumulative incidence by month, %% (%(level)g%% CI)") % level
    return Table(
        name="competing-events",
        title=_("Competing events"),
        head=(
            *head,
            incidence,
            _("Gray's test, P"),
            _("Fine-Gray subdistribution hazard ratio"),
            _("Cause-specific hazard ratio"),
        ),
        rows=tuple(rows),
        text_columns=4,
    )


def _incidences(content: Json, *, result: Json) -> Iterator[tuple[str, ...]]:
    """The event of interest, of which the ratios are, then those that compete with it."""
    for order, code in enumerate(content["gray"]):
        event = _("event of interest") if order == 0 else _("competing event: %(code)s") % {"code": cause_label(code)}
        for place, (name, label) in enumerate(arm_labels(result).items()):
            rates = content["cif"][name][code]
            shown = "; ".join(
                _incidence(month, rate=rate) for month, rate in rates.items() if month != "why" and rate[0] is not None
            )
            ratios = (ratio(content[key]) if order == 0 else "" for key in ("fine_gray", "cause_specific"))
            tests = (p_value(content["gray"][code]["p"]), *ratios) if place == 0 else ("",) * 3
            yield event, label, shown or ABSENT, *tests


def _incidence(month: str, *, rate: list[float | None]) -> str:
    limits = "" if rate[1] is None else f" ({percent(rate[1])}–{percent(rate[2])})"
    return f"{month}: {percent(rate[0])}{limits}"


def _sensitivity(result: Json) -> Table:
    rows = []
    for row in result["sensitivity"]:
        settings = settings_text(row, result=result)
        counts = [ABSENT if row[key] is None else str(row[key]) for key in ("n_treated", "n_control")]
        smd = ABSENT if row["max_smd"] is None else number(row["max_smd"], digits=3)
        title = (setting_label(row["kind"]), settings or ABSENT, endpoint_label(row["endpoint"], result=result))
        rows.append(Row(cells=(*title, *counts, ratio(row), p_value(row["p"]), smd, _further(row))))
    arms = list(arm_labels(result).values())
    head = (_("Analysis"), _("Settings"), _("Endpoint"), *arms, ratio_head(result), _("P"), _("Largest SMD"))
    kinds = {row["kind"] for row in result["sensitivity"]}
    return Table(
        name="sensitivity",
        title=_("Sensitivity analyses"),
        head=(*head, _("Further result")),
        rows=tuple(rows),
        notes=(
            *((_time_ratio_note(result),) if "aft" in kinds else ()),
            *((_ties_note(result),) if TIED_SCORES in kinds else ()),
        ),
        text_columns=3,
        is_detail=True,
    )


def settings_text(row: Json, *, result: Json, without: Sequence[str] = ()) -> str:
    """The settings of a sensitivity analysis with their names; "" where it has none."""
    return _(", ").join(
        f"{setting_name(key)} {_shown(value, key=key, result=result)}"
        for key, value in row["settings"].items()
        if value is not None and key not in without
    )


def _further(row: Json) -> str:
    """What only this kind of analysis gives, named."""
    if "time_ratio" in row:
        return _("time ratio %(value)s") % {"value": time_ratio(row["time_ratio"])}
    if "range" in row:
        found = row["range"]
        return _("range %(low)s–%(high)s") % {key: f"{found[of]:.2f}" for key, of in (("low", "min"), ("high", "max"))}
    if row["value"] is None:
        return ABSENT
    value = number(row["value"], digits=2)
    if row["kind"] == "bootstrap":
        return _("SE of log hazard ratio %(value)s") % {"value": value}
    if row["value_limit"] is None:
        return _("E-value %(value)s") % {"value": value}
    limit = number(row["value_limit"], digits=2)
    return _("E-value %(value)s, of the confidence limit %(limit)s") % {"value": value, "limit": limit}


def _ties_note(result: Json) -> str:
    ties = result["matching"]["ties"]
    return _(
        "Tied scores in random order: the matching repeated %(draws)s times with patients of equal score in random order; "
        "median hazard ratio, 2.5th to 97.5th percentile, and range. %(tied)s of %(n)s patients (%(share)s %%) share their "
        "score with another patient in their arm."
    ) % {
        "draws": next(row["settings"]["n"] for row in result["sensitivity"] if row["kind"] == TIED_SCORES),
        "tied": ties["tied"],
        "n": ties["n"],
        "share": percent(ties["share"]),
    }


def _time_ratio_note(result: Json) -> str:
    focal, reference = arm_labels(result).values()
    above, below = (focal, reference) if result["arms"]["hr"] == "focal_vs_reference" else (reference, focal)
    return _(
        "Time ratio (Weibull model): time to event with %(above)s relative to %(below)s; above 1 means longer. "
        "The hazard ratio in the same row is from the same model."
    ) % {"above": above, "below": below}


def _shown(value: object, *, key: str, result: Json) -> str:
    if key == "covariates" and isinstance(value, list):
        return _(", ").join(covariate_label(name, result=result) for name in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, float):
        return f"{value:g}"
    values = value if isinstance(value, list) else [value]
    return _(", ").join(setting_value(str(one)) for one in values)
