"""The median of every analyte over all centers: numbers of the registry as a whole, by which no patient can be told."""

from django.core.cache import cache
from django.db import connection

from registry.access.scope import center_scope
from registry.models import Center, LabResult

CACHED_SECONDS = 24 * 60 * 60
FEWEST_RESULTS = 30  # fewer could be those of one center, or of a few patients


def medians_of_all_centers() -> dict[str, float]:
    """Of the results without comparator, as they were at most a day ago. It opens a scope of its own, which ends with it."""
    return dict(cache.get_or_set("registry.medians", _medians, CACHED_SECONDS) or {})


def _medians() -> dict[str, float]:
    table = connection.ops.quote_name(LabResult._meta.db_table)
    with center_scope(Center.objects.values_list("pk", flat=True)), connection.cursor() as cursor:
        cursor.execute(
            "SELECT analyte_code, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) "
            f"FROM {table} WHERE value IS NOT NULL AND comparator = '=' AND withdrawn_at IS NULL "
            "GROUP BY analyte_code HAVING count(*) >= %s",
            [FEWEST_RESULTS],
        )
        return {analyte: float(found) for analyte, found in cursor.fetchall()}
