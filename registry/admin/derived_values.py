"""Derived values as an assessment's page and list show them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.choices import DiameterBasis
from registry.derived.assessment import Derived, derived_of
from registry.models import Assessment

NOT_KNOWN = "–"

# How many decimals a derived number is shown with; it is classified before it is rounded.
SCORES = {"meld": 0, "meld_na": 0, "meld_3": 0}
FIBROSIS = {"fib4": 2, "apri": 2}
BEFORE_EMBOLIZATION = {"hap": "HAP", "mhap": "mHAP", "mhap_ii": "mHAP-II"}
INFLAMMATION = {"nlr": 2, "plr": 1, "lmr": 2, "sii": 0, "pni": 1}
NAMES = {
    **{"bmi": gettext_lazy("BMI"), "bsa": gettext_lazy("BSA")},
    **{"meld": "MELD", "meld_na": "MELD-Na", "meld_3": "MELD 3.0", "fib4": "FIB-4", "apri": "APRI"},
    **{"nlr": "NLR", "plr": "PLR", "lmr": "LMR", "sii": "SII", "pni": "PNI"},
}
CRITERIA = {
    "within_ucsf": "UCSF",
    "within_up_to_seven": gettext_lazy("Up-to-seven"),
    "within_hangzhou": gettext_lazy("Hangzhou"),
}
ON_THE_PAGE = (
    ("albi", "child_pugh", "meld", "body"),
    ("fibrosis", "inflammation", "kidney", "afp"),
    ("bclc", "cnlc", "tnm"),
    ("milan", "criteria"),
    ("embolization", "six_and_twelve", "substage", "crafity"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`text` is "" where the value is not known."""

    label: Any
    text: Callable[[Derived], str]


def text_of(name: str, *, known: Derived | None) -> str:
    return (COLUMNS[name].text(known) if known else "") or NOT_KNOWN


def _numbers(known: Derived, *, decimals: Mapping[str, int]) -> str:
    given = {name: getattr(known, name) for name in decimals}
    return ", ".join(f"{NAMES[name]} {value:.{decimals[name]}f}" for name, value in given.items() if value is not None)


def _albi(known: Derived) -> str:
    if known.albi_score is None:
        return ""
    grade = _("%(score).2f, grade %(grade)s") % {"score": known.albi_score, "grade": known.albi_grade}
    return f"{grade} (mALBI {known.malbi_grade})" if known.malbi_grade != known.albi_grade else grade


def _afp(known: Derived) -> str:
    return {True: _("Yes"), False: _("No"), None: ""}[known.afp_gt_400]


def _tnm(known: Derived) -> str:
    parts = (known.ajcc_t, known.ajcc_n, known.ajcc_m)
    stage = f": {known.ajcc_stage}" if known.ajcc_stage else ""
    return f"{' '.join(part for part in parts if part)}{stage}"


def _milan(known: Derived) -> str:
    shown = sorted(known.milan.items(), reverse=True)
    return "; ".join(f"{DiameterBasis(basis).label}: {_within(claim)}" for basis, claim in shown)


def _criteria(known: Derived) -> str:
    whole = known.burdens.get(DiameterBasis.WHOLE)
    return "; ".join(f"{label}: {_within(getattr(whole, name))}" for name, label in CRITERIA.items()) if whole else ""


def _embolization(known: Derived) -> str:
    """Such as HAP 2 (C)."""
    points = {name: getattr(known, f"{name}_score") for name in BEFORE_EMBOLIZATION}
    shown = (
        f"{BEFORE_EMBOLIZATION[name]} {score} ({getattr(known, f'{name}_class')})"
        for name, score in points.items()
        if score is not None
    )
    return ", ".join(shown)


def _six_and_twelve(known: Derived) -> str:
    stratum = (known.six_and_twelve_class or "").replace("<=", "≤")
    return stratum if known.six_and_twelve is None else f"{known.six_and_twelve:.1f} ({stratum})"


def _substage(known: Derived) -> str:
    parts = {"Bolondi": known.bclc_b_bolondi, "Kinki": known.bclc_b_kinki}
    return ", ".join(f"{name} {stage}" for name, stage in parts.items() if stage)


def _within(claim: bool | None) -> str:  # noqa: FBT001
    return {True: _("within"), False: _("beyond"), None: NOT_KNOWN}[claim]


COLUMNS = {
    "albi": Column(label=gettext_lazy("ALBI"), text=_albi),
    "child_pugh": Column(label=gettext_lazy("Child-Pugh"), text=lambda known: known.ctp_subclass or ""),
    "meld": Column(label=gettext_lazy("MELD scores"), text=lambda known: _numbers(known, decimals=SCORES)),
    "body": Column(label=gettext_lazy("Body size"), text=lambda known: _numbers(known, decimals={"bmi": 1, "bsa": 2})),
    "fibrosis": Column(label=gettext_lazy("Fibrosis"), text=lambda known: _numbers(known, decimals=FIBROSIS)),
    "inflammation": Column(
        label=gettext_lazy("Inflammation"), text=lambda known: _numbers(known, decimals=INFLAMMATION)
    ),
    "kidney": Column(
        label=gettext_lazy("Renal function (eGFR, mL/min/1.73 m²)"),
        text=lambda known: "" if known.egfr is None else f"{known.egfr:.0f}",
    ),
    "afp": Column(label=gettext_lazy("AFP above 400 ng/mL"), text=_afp),
    "bclc": Column(label=gettext_lazy("BCLC 2022 (derived)"), text=lambda known: known.bclc_stage or ""),
    "cnlc": Column(label=gettext_lazy("CNLC (derived)"), text=lambda known: known.cnlc_stage or ""),
    "tnm": Column(label=gettext_lazy("AJCC TNM (derived)"), text=_tnm),
    "milan": Column(label=gettext_lazy("Milan criteria"), text=_milan),
    "embolization": Column(label=gettext_lazy("Before embolization"), text=_embolization),
    "six_and_twelve": Column(label=gettext_lazy("Six-and-twelve score"), text=_six_and_twelve),
    "substage": Column(label=gettext_lazy("BCLC B substage"), text=_substage),
    "crafity": Column(
        label=gettext_lazy("CRAFITY score"),
        text=lambda known: "" if known.crafity_score is None else str(known.crafity_score),
    ),
    "criteria": Column(label=gettext_lazy("Other transplant criteria (whole lesions)"), text=_criteria),
}


def _column(name: str) -> Any:
    @admin.display(description=COLUMNS[name].label)
    def column(_admin: Any, assessment: Assessment) -> str:
        return text_of(name, known=derived_of(assessment) if assessment.pk else None)

    return column


class DerivedColumns:
    albi, child_pugh, meld, body = _column("albi"), _column("child_pugh"), _column("meld"), _column("body")
    fibrosis, inflammation = _column("fibrosis"), _column("inflammation")
    kidney, afp = _column("kidney"), _column("afp")
    bclc, cnlc, tnm = _column("bclc"), _column("cnlc"), _column("tnm")
    milan, criteria = _column("milan"), _column("criteria")
    embolization, six_and_twelve = _column("embolization"), _column("six_and_twelve")
    substage, crafity = _column("substage"), _column("crafity")
