"""Tables of what stands behind the headline of each endpoint: every hazard ratio, tests, restricted means, periods."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.report.labels import arm_labels, endpoint_label
from analytics.report.numbers import ABSENT, cohort_label, number, p_value, ratio, ratio_method_label, why
from analytics.report.tables.secondary import by_weight, ratio_head
from analytics.report.tables.table import Row, Table

Json = Mapping[str, Any]


def detail_tables(result: Json) -> Iterator[Table]:
    """None where no outcome was opened; periods only where the hazards are not proportional."""
    if not result["endpoints"]:
        return
    if any(content["hazard_ratios"] for _, content in _contents(result)):
        yield _tests(result)
    if any(content["rmst"]["arms"] for _, content in _contents(result)):
        yield _restricted_means(result)
    if any(content["period_hazard_ratios"] for _, content in _contents(result)):
        yield _periods(result)


def _contents(result: Json) -> Iterator[tuple[tuple[str, str], Json]]:
    """The endpoint and cohort in words, and what was found in it."""
    for endpoint, cohorts in result["endpoints"].items():
        for cohort in by_weight(cohorts):
            yield (endpoint_label(endpoint, result=result), cohort_label(cohort, result=result)), cohorts[cohort]


def _tests(result: Json) -> Table:
    rows = []
    for title, content in _contents(result):
        logrank, drift = content["logrank"], content["ph_test"]
        tests = tuple(p_value(p) for p in (logrank["p"], logrank["stratified_p"], drift["p"]))
        for place, one in enumerate(content["hazard_ratios"]):
            cells = (ratio_method_label(one["method"]), ratio(one), p_value(one["p"]))
            rows.append(Row(cells=(*title, *cells, *(tests if place == 0 else ("",) * 3))))
    head = (_("Endpoint"), _("Cohort"), _("Standard errors or model"), ratio_head(result), _("P"))
    return Table(
        name="hazard-ratios",
        title=_("All hazard ratios and tests"),
        head=(*head, _("Log-rank P"), _("Stratified log-rank P"), _("P for proportional hazards")),
        rows=tuple(rows),
        notes=(
            _("The stratified log-rank test compares within matched pairs or strata."),
            _(
                "The test of proportional hazards is that of Grambsch and Therneau for the arm; a small P speaks against a constant ratio."
            ),
        ),
        text_columns=3,
        is_detail=True,
    )


def _restricted_means(result: Json) -> Table:
    rows = []
    for title, content in _contents(result):
        means = content["rmst"]
        contrast = (_difference(means), _quotient(means), p_value(means["p"]))
        for place, (name, label) in enumerate(arm_labels(result).items()):
            arm = means["arms"].get(name)
            mean = ABSENT if arm is None else f"{number(arm['rmst'])} ({number(arm['se'])})"
            horizon = number(means["tau"]) if means["tau"] is not None else ABSENT
            rows.append(Row(cells=(*title, label, horizon, mean, *(contrast if place == 0 else ("",) * 3))))
    focal, reference = arm_labels(result).values()
    level = {"level": 100 * result["protocol"]["conventions"]["level"]}
    head = (_("Endpoint"), _("Cohort"), _("Arm"), _("Up to month"), _("Restricted mean, months (SE)"))
    return Table(
        name="restricted-means",
        title=_("Restricted mean survival times"),
        head=(*head, _("Difference (%(level)g%% CI)") % level, _("Ratio"), _("P")),
        rows=tuple(rows),
        notes=(
            _("Difference: %(focal)s minus %(reference)s; ratio: %(focal)s over %(reference)s.")
            % {"focal": focal, "reference": reference},
        ),
        text_columns=3,
        is_detail=True,
    )


def _difference(means: Json) -> str:
    if means["difference"] is None:
        return number(None, why=why(means, key="difference"))
    limits = {key: ABSENT if means[key] is None else number(means[key]) for key in ("low", "high")}
    interval = _("%(low)s to %(high)s") % limits
    return f"{number(means['difference'])} ({interval})"


def _quotient(means: Json) -> str:
    return ABSENT if means["ratio"] is None else number(means["ratio"], digits=2)


def period_text(period: Json) -> str:
    """The last period has no end."""
    start, end = f"{period['start']:g}", period["end"]
    if end is None:
        return _("from month %(start)s") % {"start": start}
    return _("months %(start)s to %(end)s") % {"start": start, "end": f"{end:g}"}


def _periods(result: Json) -> Table:
    rows = []
    for title, content in _contents(result):
        for one in content["period_hazard_ratios"]:
            rows.append(
                Row(cells=(*title, period_text(one), str(one["n"]), str(one["events"]), ratio(one), p_value(one["p"])))
            )
    return Table(
        name="period-hazard-ratios",
        title=_("Hazard ratios by period"),
        head=(_("Endpoint"), _("Cohort"), _("Period"), _("n"), _("Events"), ratio_head(result), _("P")),
        rows=tuple(rows),
        notes=(
            _("Shown where the test of proportional hazards has P < 0.05; n is those at risk when the period starts."),
        ),
        text_columns=3,
    )
