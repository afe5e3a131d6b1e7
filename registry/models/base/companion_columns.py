"""The columns beside a variable: why it is missing, and how exactly a date is known."""

from functools import cache

from django.apps import apps

from registry.models.base.record import MISSING_REASON, PRECISION, may_be_missing

__all__ = ["MISSING_REASON", "PRECISION", "with_reason"]


@cache
def with_reason(entity: str) -> frozenset[str]:
    """The variables of a record beside which the registry keeps why they are missing."""
    return frozenset(field.name for field in may_be_missing(apps.get_model("registry", entity)))
