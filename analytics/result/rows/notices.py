"""What the engine says of a result, as rows: each warning and each self-check has an address."""

from collections.abc import Iterator, Mapping
from typing import Any

from analytics.messages import Message
from analytics.result.rows.row import ResultRow
from analytics.result.rows.shapes import segment

LABELS = {"warnings": Message("Warning", "警示"), "checks": Message("Self-check", "自检")}
FUNCTIONS = {"warnings": "analytics.engine.comparison.compare", "checks": "analytics.engine.self_checks.check"}


def notice_address(notice: Mapping[str, Any], *, part: str) -> str:
    return ".".join(filter(None, (part, segment(notice["where"]), notice["code"])))


def notices(result: Mapping[str, Any]) -> Iterator[ResultRow]:
    """Of several with one place and one code the sentences follow each other."""
    for part in LABELS:
        said: dict[str, list[Mapping[str, Any]]] = {}
        for notice in result[part]:
            said.setdefault(notice_address(notice, part=part), []).append(notice)
        yield from (_row(address, part=part, told=told) for address, told in said.items())


def _row(address: str, *, part: str, told: list[Mapping[str, Any]]) -> ResultRow:
    en, zh = (" ".join(one["message"][language] for one in told) for language in ("en", "zh"))
    return ResultRow(
        address=address,
        analysis=part,
        statistic=told[0]["code"],
        label=LABELS[part],
        value=None,
        function=FUNCTIONS[part],
        r="",
        sentence=Message(en, zh),
    )
