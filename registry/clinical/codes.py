"""From the codes a record stores to the plain values that clinical definitions take."""


def flag(code: str | None) -> bool | None:
    """True for "1", False for "0"; None for "UNK" and for what was not recorded."""
    return {"1": True, "0": False}.get(code or "")


def grade(code: str | None) -> int | None:
    """The number behind a graded code such as "2"; None for "UNK" and for what was not recorded."""
    return int(code) if code is not None and code.isdecimal() else None
