"""Tables of what stands behind the design: the model of the score, the weights, each center before and after."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.report.labels import covariate_label, level_label, reason_label, variable_of
from analytics.report.numbers import ABSENT, number, percent
from analytics.report.tables.table import Row, Table
from analytics.result.rows.addresses import share

Json = Mapping[str, Any]


def design_details(result: Json) -> Iterator[Table]:
    """Those that the design has."""
    if result["propensity"]:
        yield _score(result)
    if result["matching"].get("centers"):
        yield _centers(result)


def _score(result: Json) -> Table:
    score = result["propensity"]
    rows = []
    for term in score["terms"]:
        if term["estimate"] is None:
            cells = (reason_label(term["why"]["estimate"]), ABSENT)
        else:
            cells = (number(term["estimate"], digits=3), number(term["se"], digits=3))
        rows.append(Row(cells=(_term(term["term"], result=result), *cells)))
    auc = ABSENT if score["auc"] is None else number(score["auc"], digits=3)
    notes = [
        _("Logistic regression of the focal arm, %(n)s patients; area under the curve %(auc)s.")
        % {"n": score["n"], "auc": auc}
    ]
    return Table(
        name="score",
        title=_("Propensity score model"),
        head=(_("Term"), _("Log odds ratio"), _("SE")),
        rows=tuple(rows),
        notes=(*notes, *_about_matching(result)),
        is_detail=True,
    )


def _about_matching(result: Json) -> Iterator[str]:
    matching, weights = result["matching"], result["propensity"]["weights"]
    if matching.get("caliper_width") is not None:
        yield _("Caliper width: %(width)s.") % {"width": number(matching["caliper_width"], digits=4)}
    if ties := matching.get("ties"):
        yield _(
            "%(tied)s of %(n)s patients (%(share)s %%) share their score with another patient in their arm (%(distinct)s distinct scores)."
        ) % {"tied": ties["tied"], "n": ties["n"], "share": percent(ties["share"]), "distinct": ties["distinct"]}
    if weights:
        sizes = _(", ").join(f"{label} {number(size)}" for label, size in weights["ess"].items())
        yield _("Weights: mean %(mean)s, largest %(max)s; effective sample size: %(sizes)s.") % {
            "mean": number(weights["mean"], digits=3),
            "max": number(weights["max"], digits=2),
            "sizes": sizes,
        }


def _term(term: str, *, result: Json) -> str:
    if term == "(Intercept)":
        return _("Intercept")
    name, _sign, level = term.partition("=")
    shown = level_label(variable_of(name, result=result), level=level) if level else ""
    return covariate_label(name, result=result) + (f": {shown}" if shown else "")


def _centers(result: Json) -> Table:
    rows = [
        Row(
            cells=(one["center"], str(one["before"]), str(one["after"]), percent(share(one["after"], of=one["before"])))
        )
        for one in result["matching"]["centers"]
    ]
    return Table(
        name="centers",
        title=_("Patients by center"),
        head=(_("Center"), _("Before the design"), _("After the design"), _("Kept, %")),
        rows=tuple(rows),
        is_detail=True,
    )
