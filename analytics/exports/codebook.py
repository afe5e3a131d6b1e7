"""What each column of an exported data set means, as rows of text."""

from collections.abc import Iterator

from analytics.exports.dataset import DataSet, ExportColumn
from registry.spreadsheet import harmless

CODEBOOK_HEAD = ("name", "label_en", "label_zh", "unit", "codes", "type", "source")
BETWEEN_CODES = " | "


def codebook_rows(data: DataSet) -> Iterator[tuple[str, ...]]:
    for column in data.columns:
        cells = (
            column.name,
            column.label.en,
            column.label.zh,
            column.unit,
            _codes(column),
            column.kind.value,
            column.source,
        )
        yield tuple(harmless(cell) for cell in cells)


def _codes(column: ExportColumn) -> str:
    """M = Male 男 | F = Female 女"""
    return BETWEEN_CODES.join(
        f"{code} = {text.en}" if text.en == text.zh else f"{code} = {text.en} {text.zh}"
        for code, text in column.codes.items()
    )
