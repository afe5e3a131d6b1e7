"""Numbers of a result as people read them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from analytics.report.labels import (
    Label,
    all_arm_labels,
    arm_labels,
    covariate_label,
    endpoint_label,
    in_reader_language,
    is_chinese,
    level_of,
    reason_label,
    variable_of,
)
from analytics.result.rows.addresses import said
from registry.clinical.adverse_events import ctcae

Json = Mapping[str, Any]
ABSENT, MINUS = "–", "\N{MINUS SIGN}"
ROUGH = "§"  # a chi-squared P where a count below 5 is expected
SETTINGS: Mapping[str, Label] = {
    "caliper": gettext_lazy("Alternative caliper"),
    "weighting": gettext_lazy("Weighting"),
    "doubly_adjusted": gettext_lazy("Double adjustment"),
    "center_stratified": gettext_lazy("Stratified by center"),
    "leave_one_center_out": gettext_lazy("Leave-one-center-out"),
    "landmark": gettext_lazy("Landmark analysis"),
    "complete_case": gettext_lazy("Complete-case analysis"),
    "imputation": gettext_lazy("Multiple imputation"),
    "missing_level": gettext_lazy("Missing as a separate category"),
    "e_value": gettext_lazy("E-value"),
    "convention": gettext_lazy("Alternative conventions"),
    "bootstrap": gettext_lazy("Bootstrap"),
    "lost_censored": gettext_lazy("Censoring at loss to follow-up"),
    "tied_scores": gettext_lazy("Tied scores in random order"),
    "aft": gettext_lazy("Accelerated failure time (Weibull)"),
}
LEVEL = r"(?:[^\s,;:.，；：、。（）]|\.(?=\d))+"


def number(value: float | None, *, digits: int = 1, why: str = "not_estimable") -> str:
    """A minus sign, not a hyphen, before what is below zero; nothing before a zero."""
    if value is None:
        return reason_label(why)
    text = f"{float(value):.{digits}f}"
    return said(text.lstrip("-") if not float(text) else text.replace("-", MINUS), of=value)


def percent(share: float | None, *, digits: int = 1) -> str:
    return ABSENT if share is None else said(f"{100 * share:.{digits}f}", of=share)


def p_value(p: float | None) -> str:
    if p is None:
        return ABSENT
    return said("<0.001" if p < 0.001 else f"{float(p):.3f}", of=p)


def test_p(test: Json) -> str:
    """Of a test, marked where it is rough."""
    return p_value(test["p"]) + (f" {ROUGH}" if "warning" in test else "")


def rough_notes(cells: Iterable[str]) -> tuple[str, ...]:
    """What the mark stands for, where it is in the cells."""
    if not any(ROUGH in cell for cell in cells):
        return ()
    text = _("%(mark)s A count below 5 is expected, so this chi-squared P value is only approximate.")
    return (text % {"mark": ROUGH},)


def test_notes(names: Iterable[str]) -> tuple[str, ...]:
    """Which tests the P values are of, where there are any."""
    told = _("; ").join(map(method_label, sorted(names)))
    return (_("Tests: %(names)s.") % {"names": told},) if told else ()


def p_text(p: float | None, *, label: str) -> str:
    sign = "" if p is not None and p < 0.001 else "= "
    return f"{label} {sign}{p_value(p)}"


def why(content: Json, *, key: str) -> str:
    return str(content.get("why", {}).get(key, "not_estimable"))


def ratio(content: Json) -> str:
    """0.61 (0.44–0.84), or why there is none."""
    if content["hr"] is None:
        return reason_label(why(content, key="hr"))
    return f"{content['hr']:.2f} ({_limit(content, key='low')}–{_limit(content, key='high')})"


def time_ratio(content: Json) -> str:
    """As `ratio`, of times."""
    return ratio({**content, "hr": content["ratio"]})


def hazard_ratio_text(content: Json, *, result: Json) -> str:
    labels = arm_labels(result)
    focal, reference = labels.values()
    above, below = (focal, reference) if result["arms"]["hr"] == "focal_vs_reference" else (reference, focal)
    return _("Hazard ratio, %(above)s vs %(below)s: %(ratio)s, %(p)s") % {
        "above": above,
        "below": below,
        "ratio": ratio(content),
        "p": p_text(content["p"], label="P"),
    }


def is_weighted(result: Json) -> bool:
    return (result.get("matching") or {}).get("method") == "weighting"


def cohort_label(cohort: str, *, result: Json) -> str:
    before = _("Before weighting") if is_weighted(result) else _("Before matching")
    known = {"unmatched": before, "matched": _("After matching"), "weighted": _("After weighting")}
    return known.get(cohort, cohort)


def setting_label(kind: str) -> str:
    """A kind of sensitivity analysis."""
    return str(SETTINGS.get(kind, kind))


def setting_name(key: str) -> str:
    """A setting of a sensitivity analysis, before its value."""
    known = {
        "width": pgettext("sensitivity setting", "width"),
        "unit": pgettext("sensitivity setting", "unit"),
        "scale": pgettext("sensitivity setting", "scale"),
        "type": pgettext("sensitivity setting", "weights"),
        "truncate": pgettext("sensitivity setting", "truncated at"),
        "estimand": pgettext("sensitivity setting", "estimand"),
        "center": pgettext("sensitivity setting", "without"),
        "months": pgettext("sensitivity setting", "month"),
        "covariates": pgettext("sensitivity setting", "covariates"),
        "m": pgettext("sensitivity setting", "imputations"),
        "n": pgettext("sensitivity setting", "draws"),
        "failed": pgettext("sensitivity setting", "failed"),
        "distribution": pgettext("sensitivity setting", "distribution"),
        "shape": pgettext("sensitivity setting", "shape"),
        "left_out": pgettext("sensitivity setting", "left out"),
        "event_share": pgettext("sensitivity setting", "share with the event"),
        "converted": pgettext("sensitivity setting", "converted to a risk ratio"),
        "profile": pgettext("sensitivity setting", "tests as in"),
        "km_ci": pgettext("sensitivity setting", "confidence limits"),
        "smd": pgettext("sensitivity setting", "standardized by"),
        "quantile": pgettext("sensitivity setting", "quantile type"),
        "ph": pgettext("sensitivity setting", "time scale"),
        "level": pgettext("sensitivity setting", "level"),
        "balance_p": pgettext("sensitivity setting", "P in the balance"),
    }
    return known.get(key, key)


def setting_value(value: str) -> str:
    """A value of a setting that is a word of the protocol."""
    known = {
        "person": pgettext("sensitivity setting", "patients"),
        "pair": pgettext("sensitivity setting", "matched pairs"),
        "sd": pgettext("sensitivity setting", "standard deviations"),
        "sd_within_arm": pgettext("sensitivity setting", "standard deviations within arms"),
        "raw": pgettext("sensitivity setting", "own unit"),
        "logit": pgettext("sensitivity setting", "logit of the score"),
        "ps": pgettext("sensitivity setting", "propensity score"),
        "siptw": pgettext("sensitivity setting", "stabilized inverse probability"),
        "overlap": pgettext("sensitivity setting", "overlap"),
        "matching": pgettext("sensitivity setting", "matching weights"),
        "weibull": "Weibull",
        "r": "R",
        "spss": "SPSS",
        "matchit": "MatchIt",
    }
    return known.get(value, value)


def ratio_method_label(method: str) -> str:
    """What a hazard ratio of the arms rests on."""
    known = {
        "naive": _("Model-based"),
        "cluster_pair": _("Clustered by matched pair"),
        "strata_pair": _("Stratified by matched pair"),
        "robust": _("Robust"),
        "strata_stratum": _("Stratified by stratum"),
        "corrected": _("Corrected for small samples"),
    }
    return known.get(method, method)


def method_label(name: str) -> str:
    """A statistical test, as the engine names it."""
    known = {
        "Welch t": _("Welch t test"),
        "Wilcoxon rank-sum": _("Wilcoxon rank-sum test"),
        "chi-squared, Pearson": _("Pearson chi-squared test"),
        "chi-squared, Yates": _("chi-squared test with Yates correction"),
        "Fisher exact": _("Fisher exact test"),
        "Fisher, Monte Carlo": _("Fisher exact test (Monte Carlo)"),
        "Student t": _("Student t test"),
        "Mann-Whitney, asymptotic": _("Mann-Whitney U test (asymptotic)"),
        "Wald, weighted": _("Wald test (weighted)"),
        "McNemar, exact": _("exact McNemar test"),
        "McNemar, corrected": _("McNemar test (continuity-corrected)"),
    }
    return known.get(name, name)


def summary_kind_label(kind: str) -> str:
    return {
        "mean": _("mean (SD)"),
        "median": _("median (IQR)"),
        "median_range": _("median (range)"),
        "range": _("range"),
    }[kind]


def place_label(where: str, *, result: Json) -> str:
    """`endpoints.PPS.matched` is "Endpoints · Post-progression survival · After matching"."""
    known = {
        "flow": _("Patient flow"),
        "missing_covariate": _("Missing covariate data"),
        "baseline": _("Baseline characteristics"),
        "propensity": _("Propensity score"),
        "matching": _("Matching"),
        "balance": _("Balance"),
        "immortal_time": _("Immortal time"),
        "endpoints": _("Endpoints"),
        "response": _("Responses"),
        "safety": _("Adverse events"),
        "cox": _("Cox models"),
        "subgroups": _("Subgroups"),
        "sensitivity": _("Sensitivity analyses"),
        "weights": _("Weights"),
        "gray": _("Gray's test"),
        "ccw": _("Clone-censor-weight"),
        "protocol": _("Protocol"),
        "arms": _("Comparison arms"),
        "data": _("Data"),
        **{kind: setting_label(kind) for kind in SETTINGS},
        "univariable": _("Univariable"),
        "multivariable": _("Multivariable"),
    }
    steps = {row["id"]: in_reader_language({"en": row["text"], "zh": row["text_zh"]}) for row in result["flow"]}
    parts = where.split(".")
    if parts[0] == "flow":
        known |= steps
    return " · ".join(
        known.get(part) or cohort_label(endpoint_label(part, result=result), result=result) for part in parts
    )


def value_label(value: str) -> str:
    """The value of a binary endpoint; responses keep their international codes."""
    return {"major": _("major"), "minor": _("minor"), "none": _("none")}.get(value, value)


def cause_label(code: str) -> str:
    """A competing event: death of a study on the registry, else the code of the file."""
    return _("death") if code == "death" else code


def term_label(term: str) -> str:
    found = ctcae.lookup(term) if is_chinese() else None
    return found.term_zh if found else term


def class_label(name: str) -> str:
    """A system organ class of CTCAE."""
    zh = {term.soc: term.soc_zh for term in ctcae.terms()} if is_chinese() else {}
    return zh.get(name, name)


def notice_text(message: Mapping[str, str], *, result: Json) -> str:
    """The engine names arms, covariates and endpoints as the protocol does; a person reads their labels."""
    text = in_reader_language(message)
    if is_chinese():
        for name, label in all_arm_labels(result).items():
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", label, text, flags=re.ASCII)
    for name in result["response"]:
        text = re.sub(
            rf"(?<![\w.]){re.escape(name)}(?![\w.])", endpoint_label(name, result=result), text, flags=re.ASCII
        )
    text = re.sub(r"(sensitivity analysis |敏感性分析 )(\w+)", lambda told: told[1] + _kind_in_quotes(told[2]), text)
    names = ["arm", *(covariate["name"] for covariate in result["protocol"]["covariates"])]
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))

    def named(found: re.Match[str]) -> str:
        name, level = found.groups()
        if name == "arm" and level is None:
            return name
        label = covariate_label(name, result=result)
        return level_of(label, level=level, variable=variable_of(name, result=result)) if level else label

    return re.sub(rf"(?<![\w.])({listed})(?:=({LEVEL}))?(?![\w=]|\.\w)", named, text, flags=re.ASCII)


def _kind_in_quotes(kind: str) -> str:
    return _("“%(name)s”") % {"name": setting_label(kind)}


def _limit(content: Json, *, key: str) -> str:
    return number(content[key], digits=2, why=why(content, key=key))
