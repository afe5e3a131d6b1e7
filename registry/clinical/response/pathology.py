"""What the resected specimen says, and whether the operation was a conversion. A missing input gives no verdict."""

from collections.abc import Iterable

MAJOR_RESPONSE_PCT = 10.0  # of viable tumor; some use 30
RESECTABLE = "RES"
CONVERTING = frozenset({"TAT", "SYS", "RT"})  # types of treatment that can make a tumor resectable


def pathological_complete_response(viable_pcts: Iterable[float | None]) -> bool | None:
    """Whether no viable tumor is left in any resected nodule, thrombus or node; each given in percent, or one for all.

    >>> pathological_complete_response([0, 0])
    True
    """
    found = tuple(viable_pcts)
    if any(found):
        return False
    return None if not found or None in found else True


def major_pathological_response(viable_pct: float | None, *, most_pct: float = MAJOR_RESPONSE_PCT) -> bool | None:
    """Whether at most 10 % of the tumor is viable. The cut is not agreed: 30 is in use as well."""
    return None if viable_pct is None else viable_pct <= most_pct


def conversion_surgery(resectability_at_index: str | None, *, earlier_types: Iterable[str]) -> bool | None:
    """Whether a resection followed conversion: not resectable at index, and treated before in this strategy.

    `earlier_types` are the types of treatment given before: TAT, SYS and RT count.
    """
    if resectability_at_index in {None, "UNK"}:
        return None
    return resectability_at_index != RESECTABLE and bool(CONVERTING & set(earlier_types))
