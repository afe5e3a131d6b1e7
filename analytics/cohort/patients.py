"""The patients of the registry by the identifiers that a result knows them by."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from registry.models import Patient


def patients_called(registry_ids: Iterable[str]) -> QuerySet[Any]:
    """Those that the scope shows, with no more of each than a list of a study may show."""
    found = Patient.objects.filter(registry_id__in=list(registry_ids)).select_related("center")
    return found.only("registry_id", "center__center_code", "center__center_name_en", "center__center_name_zh")
