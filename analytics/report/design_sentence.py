"""The design of a protocol as one sentence, for the study page and the methods paragraph."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from django.utils.translation import gettext as _

from analytics.protocol.design import Caliper, CovariateCaliper, Design
from analytics.report.labels import variable_label

Label = Callable[[str], str]


def design_sentence(design: Design, *, variables: Mapping[str, str] | None = None) -> str:
    """`variables` is the variable that each covariate reads, where it has another name."""
    label = partial(_label, variables=variables or {})
    if design.method == "none":
        return _("The arms are compared without matching or weighting.")
    return _("%(text)s.") % {"text": _(", ").join([_method(design, label=label), *_details(design, label=label)])}


def _label(name: str, *, variables: Mapping[str, str]) -> str:
    return variable_label(variables.get(name, name))


def _method(design: Design, *, label: Label) -> str:
    match design.method:
        case "optimal":
            return _("Optimal 1:1 matching (minimum total distance)")
        case "cem":
            return _("Coarsened exact matching on the covariates, without a propensity score")
        case "subclassification":
            return _("Subclassification on a logistic propensity score (%(count)d subclasses)") % {
                "count": design.subclasses
            }
        case "weighting":
            return _weighting(design)
        case _:
            return _nearest(design, label=label)


def _nearest(design: Design, *, label: Label) -> str:
    if design.distance == "mahalanobis":
        on = _("the Mahalanobis distance of the covariates")
    elif design.mahalanobis:
        names = _(", ").join(map(label, design.mahalanobis))
        on = _("the Mahalanobis distance of %(names)s within the propensity score caliper") % {"names": names}
    else:
        on = _("a logistic propensity score")
    values = {"ratio": design.ratio, "on": on}
    if design.replace:
        return _("1:%(ratio)d nearest-neighbor matching on %(on)s, with replacement") % values
    return _("1:%(ratio)d nearest-neighbor matching on %(on)s, without replacement") % values


def _weighting(design: Design) -> str:
    words = {
        "ATE": _(
            "Stabilized inverse probability weighting from a logistic propensity score, "
            "estimating the effect in all patients (ATE)"
        ),
        "ATT": _("Weighting by the odds of a logistic propensity score, estimating the effect in the focal arm (ATT)"),
        "ATC": _(
            "Weighting by the odds of a logistic propensity score, estimating the effect in the reference arm (ATC)"
        ),
        "ATO": _("Overlap weights from a logistic propensity score"),
        "ATM": _("Matching weights from a logistic propensity score"),
    }[design.estimand]
    if design.weighting.truncate is None:
        return words
    low, high = design.weighting.truncate
    percentiles = {"text": words, "low": f"{100 * low:g}", "high": f"{100 * high:g}"}
    return _("%(text)s, with weights truncated at percentiles %(low)s and %(high)s") % percentiles


def _details(design: Design, *, label: Label) -> Iterator[str]:
    if design.method == "nearest":
        yield from _calipers(design, label=label)
    if design.method in ("nearest", "optimal") and design.exact:
        yield _("with exact matching on %(names)s") % {"names": _(", ").join(map(label, design.exact))}
    if design.discard != "none" and design.method != "cem":
        yield _("excluding patients whose score is outside the range of the other arm")
    if design.estimand == "ATC" and design.method != "weighting":
        yield _("targeting the reference arm (ATC)")


def _calipers(design: Design, *, label: Label) -> Iterator[str]:
    if design.caliper is None or design.caliper.width is None:
        yield _("without a caliper")
    else:
        scale = _("the logit of the score") if design.caliper.scale == "logit" else _("the score")
        yield _("with a caliper of %(caliper)s") % {"caliper": _width(design.caliper, scale=scale)}
    for name, limit in design.limits.items():
        yield _("with a caliper of %(caliper)s") % {"caliper": _width(limit, scale=label(name))}


def _width(caliper: Caliper | CovariateCaliper, *, scale: str) -> str:
    units = {
        "sd": _("standard deviations of"),
        "sd_within_arm": _("pooled within-arm standard deviations of"),
        "raw": _("on"),
    }
    return _("%(width)s %(unit)s %(scale)s") % {
        "width": f"{caliper.width:g}",
        "unit": units[caliper.unit],
        "scale": scale,
    }
