"""Rule V-B13: study numbers that differ only as people mistype one, in case, spaces or leading zeros, may be one patient's."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from importers.files import messages
from importers.files.findings import Collector, Place
from importers.files.identifiers import likeness
from importers.layout.tables import Table

KEY = "local_id"


def report_like_identifiers(tables: Mapping[str, Table], *, stored: Collection[str], collector: Collector) -> None:
    """Each spelling is asked about once, at the first of its rows, beside the one that is stored or came before it."""
    seen: dict[str, tuple[str, Place | None]] = {likeness(identifier): (identifier, None) for identifier in stored}
    for identifier, place in _first_places(tables.values()):
        if identifier in stored:
            continue
        other, where = seen.setdefault(likeness(identifier), (identifier, place))
        if other != identifier:
            en, zh = _where(where)
            problem = messages.LIKE_IDENTIFIER.about(found=identifier, other=other, where=en, where_zh=zh)
            collector.add(problem, at=place, found=identifier)


def _first_places(tables: Iterable[Table]) -> Iterator[tuple[str, Place]]:
    met: set[str] = set()
    for table in tables:
        for row, cell in zip(table.rows, table.cells.get(KEY, ()), strict=False):
            if isinstance(cell.value, str) and cell.value not in met:
                met.add(cell.value)
                yield cell.value, table.place(row, name=KEY)


def _where(place: Place | None) -> tuple[str, str]:
    if place is None:
        return "in the registry", "已登记"
    return f"sheet {place.sheet}, row {place.row}", f"工作表 {place.sheet} 第 {place.row} 行"
