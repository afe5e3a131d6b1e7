"""Derived values as an assessment's page and list show them."""

from collections.abc import Mapping

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
)


def _known(assessment: Assessment) -> Derived | None:
    being_entered = getattr(assessment, "derived_now", None)  # of a form that is not saved yet
    return being_entered or (derived_of(assessment) if assessment.pk else None)


def _numbers(known: Derived | None, *, decimals: Mapping[str, int]) -> str:
    given = {name: getattr(known, name) for name in decimals} if known else {}
    return (
        ", ".join(f"{NAMES[name]} {value:.{decimals[name]}f}" for name, value in given.items() if value is not None)
        or NOT_KNOWN
    )


class DerivedColumns:
    @admin.display(description=gettext_lazy("ALBI"))
    def albi(self, assessment: Assessment) -> str:
        known = _known(assessment)
        if known is None or known.albi_score is None:
            return NOT_KNOWN
        grade = _("%(score).2f, grade %(grade)s") % {"score": known.albi_score, "grade": known.albi_grade}
        return f"{grade} (mALBI {known.malbi_grade})" if known.malbi_grade != known.albi_grade else grade

    @admin.display(description=gettext_lazy("Child-Pugh"))
    def child_pugh(self, assessment: Assessment) -> str:
        known = _known(assessment)
        return (known.ctp_subclass if known else None) or NOT_KNOWN

    @admin.display(description="MELD")
    def meld(self, assessment: Assessment) -> str:
        return _numbers(_known(assessment), decimals=SCORES)

    @admin.display(description=gettext_lazy("Body size"))
    def body(self, assessment: Assessment) -> str:
        return _numbers(_known(assessment), decimals={"bmi": 1, "bsa": 2})

    @admin.display(description=gettext_lazy("Fibrosis"))
    def fibrosis(self, assessment: Assessment) -> str:
        return _numbers(_known(assessment), decimals=FIBROSIS)

    @admin.display(description=gettext_lazy("Inflammation"))
    def inflammation(self, assessment: Assessment) -> str:
        return _numbers(_known(assessment), decimals=INFLAMMATION)

    @admin.display(description=gettext_lazy("eGFR (mL/min/1.73 m²)"))
    def kidney(self, assessment: Assessment) -> str:
        known = _known(assessment)
        return NOT_KNOWN if known is None or known.egfr is None else f"{known.egfr:.0f}"

    @admin.display(description=gettext_lazy("AFP above 400 ng/mL"))
    def afp(self, assessment: Assessment) -> str:
        known = _known(assessment)
        return {True: _("Yes"), False: _("No"), None: NOT_KNOWN}[known.afp_gt_400 if known else None]

    @admin.display(description=gettext_lazy("BCLC 2022 (derived)"))
    def bclc(self, assessment: Assessment) -> str:
        known = _known(assessment)
        return (known.bclc_stage if known else None) or NOT_KNOWN

    @admin.display(description=gettext_lazy("CNLC (derived)"))
    def cnlc(self, assessment: Assessment) -> str:
        known = _known(assessment)
        return (known.cnlc_stage if known else None) or NOT_KNOWN

    @admin.display(description=gettext_lazy("AJCC TNM (derived)"))
    def tnm(self, assessment: Assessment) -> str:
        known = _known(assessment)
        parts = (known.ajcc_t, known.ajcc_n, known.ajcc_m) if known else ()
        stage = f": {known.ajcc_stage}" if known and known.ajcc_stage else ""
        return f"{' '.join(part for part in parts if part)}{stage}" or NOT_KNOWN

    @admin.display(description=gettext_lazy("Milan criteria"))
    def milan(self, assessment: Assessment) -> str:
        known = _known(assessment)
        given = known.milan if known else {}
        words = {True: _("within"), False: _("beyond"), None: NOT_KNOWN}
        return (
            "; ".join(
                f"{DiameterBasis(basis).label}: {words[within]}"
                for basis, within in sorted(given.items(), reverse=True)
            )
            or NOT_KNOWN
        )

    @admin.display(description=gettext_lazy("Other transplant criteria (whole lesions)"))
    def criteria(self, assessment: Assessment) -> str:
        known = _known(assessment)
        whole = known.burdens.get(DiameterBasis.WHOLE) if known else None
        words = {True: _("within"), False: _("beyond"), None: NOT_KNOWN}
        return (
            "; ".join(f"{label}: {words[getattr(whole, name)]}" for name, label in CRITERIA.items())
            if whole
            else NOT_KNOWN
        )
