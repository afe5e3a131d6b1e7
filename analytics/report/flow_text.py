"""The words of a row of the flow."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.report.labels import is_chinese
from analytics.result.rows.flow import missing_removed

Row = Mapping[str, Any]


def row_text(row: Row) -> str:
    return str(row.get("text_zh") or row["text"]) if is_chinese() else str(row["text"])


def missing_of(row: Row) -> int:
    """How many of those removed left because the row could not be decided for them."""
    return missing_removed(row)


def removed_text(row: Row) -> str:
    if not row["removed"]:
        return _("none excluded")
    missing = missing_of(row)
    if missing:
        return _("%(removed)s excluded (%(missing)s for missing data)") % {
            "removed": row["removed"],
            "missing": missing,
        }
    return _("%(removed)s excluded") % {"removed": row["removed"]}
