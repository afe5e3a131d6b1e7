"""What the variables, levels and arms of a result are called, in the reader's language."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from analytics.engine.design.variables import MISSING_LEVEL
from analytics.messages import Message
from analytics.protocol.endpoints.catalog import TIMES, label_of
from analytics.protocol.endpoints.declaration import TIME_ZERO, Start
from analytics.protocol.events import Noun
from registry.derived.variables import DERIVED_VARIABLES, DerivedVariable
from registry.records.laboratory_values import shown_unit
from registry.workbook.sheets import Column, sheets

Label = str | Promise

DERIVED: Mapping[str, Label] = {
    "age_at_index": gettext_lazy("Age at first treatment (years)"),
    "albi_score": gettext_lazy("ALBI score"),
    "albi_grade": gettext_lazy("ALBI grade"),
    "ctp_score": gettext_lazy("Child-Pugh score"),
    "diameter_class": gettext_lazy("Largest diameter (cm)"),
    "number_class": gettext_lazy("Number of tumors"),
    "within_milan": gettext_lazy("Within the Milan criteria"),
    "haic_relation": gettext_lazy("Timing of systemic therapy relative to HAIC"),
    "cycles": gettext_lazy("HAIC cycles"),
    "targeted.found": gettext_lazy("Targeted therapy before progression"),
    "immunotherapy.found": gettext_lazy("Immunotherapy before progression"),
    "targeted_or_immunotherapy.found": gettext_lazy("Targeted therapy or immunotherapy before progression"),
    "died": gettext_lazy("Died"),
    "distance": gettext_lazy("Propensity score"),
    "arm": gettext_lazy("Arm"),
}
DERIVED_LEVELS: Mapping[str, Mapping[str, Label]] = {
    "haic_relation": {
        "SI": gettext_lazy("simultaneous (SI)"),
        "SE": gettext_lazy("sequential (SE)"),
        "PRE": gettext_lazy("before HAIC (PRE)"),
        "IND": gettext_lazy("indeterminate (IND)"),
    },
    "number_class": {"single": gettext_lazy("single"), "multiple": gettext_lazy("multiple")},
}
CLAIMS: Mapping[str, Label] = {"true": gettext_lazy("Yes"), "false": gettext_lazy("No")}
VIABLE = "viable_"
BASIS_PREFIXES = ("whole_", VIABLE)
UNKNOWN = "UNK"
OTHER_THAN = "not "  # how the engine names what a binary covariate is when it is not its positive level

REASONS: Mapping[str, Label] = {
    "not_reached": gettext_lazy("not reached"),
    "infinite": gettext_lazy("infinite"),
    "not_estimable": gettext_lazy("not estimable"),
    "separation": gettext_lazy("separation"),
    "no_events": gettext_lazy("no events"),
    "too_few_events": gettext_lazy("too few events"),
    "beyond_follow_up": gettext_lazy("beyond follow-up"),
    "suppressed": gettext_lazy("suppressed"),
    "not_requested": gettext_lazy("not requested"),
    "other_version": gettext_lazy("other CTCAE version"),
    "several_versions": gettext_lazy("several CTCAE versions"),
}
NOUNS: Mapping[Noun, Label] = {
    Noun.TRANSARTERIAL: gettext_lazy("transarterial session"),
    Noun.ARTERIAL_AGENT: gettext_lazy("intra-arterial agent"),
    Noun.RESECTION: gettext_lazy("resection"),
    Noun.ABLATION: gettext_lazy("ablation"),
    Noun.ABLATED_LESION: gettext_lazy("ablated lesion"),
    Noun.RADIOTHERAPY: gettext_lazy("radiotherapy"),
    Noun.TRANSPLANT: gettext_lazy("transplant"),
    Noun.OTHER_TREATMENT: gettext_lazy("other treatment"),
    Noun.ASSESSMENT: gettext_lazy("assessment"),
    Noun.PROGRESSION: gettext_lazy("progression"),
    Noun.SYSTEMIC: gettext_lazy("systemic agent"),
    Noun.IMAGING: gettext_lazy("imaging"),
    Noun.LESION: gettext_lazy("lesion"),
    Noun.ADVERSE_EVENT: gettext_lazy("adverse event"),
    Noun.FOLLOW_UP: gettext_lazy("follow-up"),
    Noun.HAIC_COURSE: gettext_lazy("course of HAIC"),
    Noun.COMBINATION: gettext_lazy("start of combination therapy"),
}


def variable_label(name: str) -> str:
    """`baseline.alb` is "Albumin (g/L)". What is read of viable tumor alone says so, for a table may hold it beside the whole
    tumor. A variable that only a flat table knows keeps its own name."""
    text = _plain_label(name)
    is_of_viable_tumor = name.rpartition(".")[2] == f"{VIABLE}{_plain(name)}" and text != name
    return _("%(variable)s, viable tumor") % {"variable": text} if is_of_viable_tumor else text


def _plain_label(name: str) -> str:
    plain = _plain(name)
    if name in DERIVED or plain in DERIVED:
        return str(DERIVED[name if name in DERIVED else plain])
    column = variable_column(name)
    if column is None:
        return _derived_label(plain) or name
    unit = shown_unit(column.range.unit) if column.range else ""
    return f"{column.label} ({unit})" if unit else str(column.label)


def level_label(name: str, *, level: str) -> str:
    if level == MISSING_LEVEL:
        return _("Missing")
    codes = codes_of(name) or ({} if variable_column(name) else CLAIMS)
    if level in codes or not level.startswith(OTHER_THAN):
        return str(codes.get(level, level))
    one = level.removeprefix(OTHER_THAN)
    others = [str(label) for code, label in codes.items() if code not in (one, UNKNOWN)]
    return others[0] if one in codes and len(others) == 1 else _("not %(level)s") % {"level": codes.get(one, one)}


def codes_of(name: str) -> Mapping[str, Label]:
    """The vocabulary of a variable, entered or derived; none where it has no codes."""
    column = variable_column(name)
    return column.codes if column else DERIVED_LEVELS.get(_plain(name), {})


def level_of(name: str, *, level: str, variable: str) -> str:
    """`name` and its level as one label."""
    return f"{name}{_(': ')}{level_label(variable, level=level)}"


def _derived_label(plain: str) -> str:
    """Of what the registry derives, as the codebook calls it; "" for others."""
    variable = _derived_variables().get(plain)
    if variable is None:
        return ""
    unit = shown_unit(variable.unit).replace("m2", "m²")
    return f"{variable.label} ({unit})" if unit else str(variable.label)


def variable_column(name: str) -> Column | None:
    """Where `baseline.alb` is entered; None for what is derived, and for what only a flat table knows."""
    return _columns().get(_plain(name))


def variable_of(name: str, *, result: Mapping[str, Any]) -> str:
    """The variable of the registry that a covariate of the result reads."""
    covariates = result["protocol"]["covariates"]
    return next((c.get("variable") or name for c in covariates if c["name"] == name), name)


def covariate_label(name: str, *, result: Mapping[str, Any]) -> str:
    """A covariate by its variable; a count or exposure of the study as its protocol calls it."""
    variable, population = variable_of(name, result=result), result["protocol"].get("population", {})
    quantity = population.get("counts", {}).get(variable) or population.get("exposures", {}).get(variable)
    text = quantity.get("text") if quantity else None
    return in_reader_language(text) if text else variable_label(variable)


def arm_labels(result: Mapping[str, Any]) -> dict[str, str]:
    """The label of each arm compared, focal first, as the reader's language has it."""
    arms = result["protocol"]["arms"]
    return _arm_labels(arms["focal"], arms["reference"])


def all_arm_labels(result: Mapping[str, Any]) -> dict[str, str]:
    """With the arms beside the two, of further contrasts."""
    arms = result["protocol"]["arms"]
    return _arm_labels(arms["focal"], arms["reference"], *arms.get("others", ()))


def endpoint_label(name: str, *, result: Mapping[str, Any]) -> str:
    """An endpoint of a result, by its kind, as the reader's language has it."""
    plans = result["protocol"]["endpoints"]
    return in_language(label_of(name, kinds={each: plan.get("kind") for each, plan in plans.items()}))


def start_of(result: Mapping[str, Any], *, endpoint: str) -> Start:
    """What the time of an endpoint is counted from; that of a flat table says nothing of it."""
    kind = result["protocol"]["endpoints"][endpoint].get("kind")
    return TIMES[kind].start if kind else TIME_ZERO


def in_language(message: Message) -> str:
    """The sentence in the language of the person."""
    return message.zh if is_chinese() else message.en


def in_reader_language(message: Mapping[str, str]) -> str:
    return message["zh"] if is_chinese() else message["en"]


def reason_label(reason: str) -> str:
    return str(REASONS.get(reason, reason))


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _arm_labels(*plans: Mapping[str, Any]) -> dict[str, str]:
    key = "label_zh" if is_chinese() else "label"
    return {plan["label"]: plan.get(key) or plan["label"] for plan in plans}


def _plain(name: str) -> str:
    plain = name.rpartition(".")[2]
    if plain in _columns():
        return plain
    prefix = next((prefix for prefix in BASIS_PREFIXES if plain.startswith(prefix)), "")
    return plain.removeprefix(prefix)


@cache
def _derived_variables() -> Mapping[str, DerivedVariable]:
    return {variable.name: variable for variable in DERIVED_VARIABLES}


@cache
def _columns() -> Mapping[str, Column]:
    return {column.name: column for sheet in reversed(sheets()) for column in sheet.columns}
