"""Codes of a column that differ from others in capitals or spaces alone: two spellings of one value, or two values."""

from collections.abc import Iterable, Iterator

from analytics.flat.cells import Column, is_missing
from analytics.flat.protocol import TableProtocol
from analytics.messages import Message, Notice
from analytics.protocol.plan import token_text


def about_spellings(columns: dict[str, Column], *, protocol: TableProtocol) -> tuple[Notice, ...]:
    """Of the arm and of each categorical covariate; the values stay as they are. Those that the protocol lists are meant so."""
    listed: dict[str, set[str]] = {protocol.table.arm: set()}
    for arm in protocol.arms.all_arms:
        listed[protocol.table.arm] |= set(map(token_text, arm.value))
    for one in protocol.covariates:
        if one.type == "categorical":
            listed.setdefault(one.reads, set()).update(map(token_text, one.levels))
    return tuple(
        _notice(name, values=values)
        for name, known in listed.items()
        for values in _alike(columns.get(name))
        if not set(values) <= known
    )


def _alike(column: Column | None) -> Iterator[list[str]]:
    """Each group of different texts that are one text without regard to capitals and spaces."""
    if column is None:
        return
    groups: dict[str, set[str]] = {}
    for cell in set(column.cells):
        if not is_missing(cell):
            groups.setdefault("".join(cell.split()).casefold(), set()).add(cell.strip())
    yield from (sorted(group) for group in groups.values() if len(group) > 1)


def _notice(name: str, *, values: Iterable[str]) -> Notice:
    listed = ", ".join(values)
    en = f"Column {name} contains values that differ only in capitals or spaces and are treated as different: {listed}."
    zh = f"列 {name} 中有仅大小写或空格不同的值，按不同的值处理：{listed}。"
    return Notice("spellings", Message(en, zh), where="data")
