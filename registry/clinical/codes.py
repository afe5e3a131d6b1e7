"""From the codes a record stores to the plain values that clinical definitions take."""


def flag(code: str | None) -> bool | None:
    """True for "1", False for "0"; None for "UNK" and for what was not recorded."""
    return {"1": True, "0": False}.get(code or "")


def grade(code: str | None) -> int | None:
    """The number behind a graded code such as "2"; None for "UNK" and for what was not recorded."""
    return int(code) if code is not None and code.isdecimal() else None


def any_of(*claims: bool | None) -> bool | None:
    """True where one claim is true; False where all are false; None where an unknown one decides."""
    if any(claims):
        return True
    return None if None in claims else False


def exceeds(value: float | None, *, limit: float, comparator: str = "=") -> bool | None:
    """Whether a result lies above a limit, read with its comparator: "<400" never exceeds 400, ">400" does, ">20" may.

    None where the result leaves it open. The limit itself does not exceed.

    >>> exceeds(121_000, limit=400, comparator=">")
    True
    """
    if value is None:
        return None
    if comparator in {"<", "<="}:
        return False if value <= limit else None
    if comparator == ">":
        return True if value >= limit else None
    if comparator == ">=":
        return True if value > limit else None
    return value > limit


def reaches(value: float | None, *, limit: float, comparator: str = "=") -> bool | None:
    """Whether a result is at least a limit, read with its comparator: "<10" never reaches 10, ">10" does, ">5" may.

    >>> reaches(9.9, limit=10), reaches(10.0, limit=10), reaches(5.0, limit=10, comparator=">")
    (False, True, None)
    """
    if value is None:
        return None
    if comparator == "<":
        return False if value <= limit else None
    if comparator == "<=":
        return False if value < limit else None
    if comparator in {">", ">="}:
        return True if value >= limit else None
    return value >= limit
