"""Numbers of a result as people read them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.labels import arm_labels, reason_label

Json = Mapping[str, Any]
ABSENT = "–"


def number(value: float | None, *, digits: int = 1, why: str = "not_estimable") -> str:
    return reason_label(why) if value is None else f"{value:.{digits}f}"


def percent(share: float | None, *, digits: int = 1) -> str:
    return ABSENT if share is None else f"{100 * share:.{digits}f}"


def p_value(p: float | None) -> str:
    if p is None:
        return ABSENT
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def p_text(p: float | None, *, label: str) -> str:
    shown = p_value(p)
    return f"{label} {shown}" if shown.startswith("<") else f"{label} = {shown}"


def why(content: Json, *, key: str) -> str:
    return str(content.get("why", {}).get(key, "not_estimable"))


def ratio(content: Json) -> str:
    """0.61 (0.44–0.84), or why there is none."""
    if content["hr"] is None:
        return reason_label(why(content, key="hr"))
    return f"{content['hr']:.2f} ({_limit(content, key='low')}–{_limit(content, key='high')})"


def hazard_ratio_text(content: Json, *, result: Json) -> str:
    labels = arm_labels(result)
    focal, reference = labels.values()
    above, below = (focal, reference) if result["arms"]["hr"] == "focal_vs_reference" else (reference, focal)
    return _("Hazard ratio, %(above)s over %(below)s: %(ratio)s, P %(p)s") % {
        "above": above,
        "below": below,
        "ratio": ratio(content),
        "p": p_value(content["p"]),
    }


def cohort_label(cohort: str) -> str:
    return {"unmatched": _("Before matching"), "matched": _("After matching")}.get(cohort, cohort)


def endpoint_label(endpoint: str) -> str:
    known = {"OS": _("Overall survival"), "PFS": _("Progression-free survival")}
    return known.get(endpoint, endpoint)


def _limit(content: Json, *, key: str) -> str:
    return number(content[key], digits=2, why=why(content, key=key))
