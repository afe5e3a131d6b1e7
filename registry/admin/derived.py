"""Derived values as an assessment's page and list show them."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.choices import DiameterBasis
from registry.derived import derived_of
from registry.models import Assessment

NOT_KNOWN = "–"


class DerivedColumns:
    @admin.display(description=gettext_lazy("ALBI"))
    def albi(self, assessment: Assessment) -> str:
        known = derived_of(assessment) if assessment.pk else None
        if known is None or known.albi_score is None:
            return NOT_KNOWN
        return _("%(score).2f, grade %(grade)s") % {"score": known.albi_score, "grade": known.albi_grade}

    @admin.display(description=gettext_lazy("Child-Pugh"))
    def child_pugh(self, assessment: Assessment) -> str:
        known = derived_of(assessment) if assessment.pk else None
        if known is None or known.child_pugh_score is None:
            return NOT_KNOWN
        return f"{known.child_pugh_class}{known.child_pugh_score}"

    @admin.display(description=gettext_lazy("BCLC 2022, derived"))
    def bclc(self, assessment: Assessment) -> str:
        return (derived_of(assessment).bclc_stage if assessment.pk else None) or NOT_KNOWN

    @admin.display(description=gettext_lazy("Milan criteria"))
    def milan(self, assessment: Assessment) -> str:
        known = derived_of(assessment).milan if assessment.pk else {}
        words = {True: _("within"), False: _("beyond"), None: NOT_KNOWN}
        return (
            "; ".join(
                f"{DiameterBasis(basis).label}: {words[within]}"
                for basis, within in sorted(known.items(), reverse=True)
            )
            or NOT_KNOWN
        )
