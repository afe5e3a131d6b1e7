"""What a row of the flow says without a number of its own in the JSON."""

from collections.abc import Mapping
from typing import Any

from analytics.result.rows.addresses import address_of, located_number

MISSING = "detail.missing.removed"


def missing_removed(row: Mapping[str, Any]) -> int:
    """How many of those removed could not be judged; nobody where the JSON says nothing of it."""
    found: int | None = row.get("detail", {}).get("missing", {}).get("removed")
    if found is not None:
        return found
    address = address_of(row["removed"])
    return located_number(0, address=address.removesuffix("removed") + MISSING) if address else 0
