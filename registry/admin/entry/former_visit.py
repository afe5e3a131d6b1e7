"""The visit before, as far as it may be copied: what the page of an assessment offers for its own boxes."""

from typing import Any

from django.utils.translation import gettext as _

from registry.clinical.carried_over import MAY_BE_COPIED
from registry.models import Assessment
from registry.models.hierarchy import entity_of

ASSESSMENT, BURDENS = "assessment", "tumorburden_set"


def former_visit(record: Any, *, patient: Any) -> dict[str, Any]:
    """Its title and what it says, by the names of the boxes; nothing for other pages, and for the first visit."""
    before = _before(record, patient=patient) if isinstance(record, Assessment) and patient else None
    if before is None:
        return {}
    boxes = _said(before)
    for number, burden in enumerate(before.tumorburden_set.order_by("pk")):
        boxes |= {f"{BURDENS}-{number}-{name}": value for name, value in _said(burden).items()}
    return {"title": _("Copy from %(visit)s") % {"visit": before.assessment_date.isoformat()}, "boxes": boxes}


def _before(record: Assessment, *, patient: Any) -> Assessment | None:
    visits = Assessment.objects.filter(patient=patient).exclude(pk=record.pk)
    if record.pk:
        visits = visits.filter(assessment_date__lt=record.assessment_date)
    return visits.order_by("-assessment_date", "-pk").first()


def _said(record: Any) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in MAY_BE_COPIED[entity_of(record)]}
    return {name: _typed(value) for name, value in values.items() if value not in (None, "", [])}


def _typed(value: Any) -> Any:
    """As it would be typed; several codes as such."""
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, list) else str(value)
