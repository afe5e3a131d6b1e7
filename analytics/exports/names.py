"""Column names that every statistics program takes: letters, digits and _, at most 32 characters, none twice."""

import re
from collections.abc import Iterable

LONGEST_NAME = 32  # Stata's and SAS's limit
RESERVED = {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}  # SPSS keeps these


def column_names(wanted: Iterable[str]) -> list[str]:
    """The names in the order asked for; programs that ignore case see no name twice either."""
    taken: list[str] = []
    for name in wanted:
        taken.append(_free(_plain(name), taken=set(taken)))
    return taken


def _plain(name: str) -> str:
    plain = re.sub(r"[^0-9a-z]+", "_", name.lower()).strip("_")
    if not plain[:1].isalpha() or plain in RESERVED:
        plain = f"v_{plain}"
    return plain[:LONGEST_NAME].rstrip("_")


def _free(name: str, *, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        ending = f"_{number}"
        free = f"{name[: LONGEST_NAME - len(ending)]}{ending}"
    return free
