"""The cells of one column of text: missing or not, which code, what number."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.errors import DataError
from analytics.messages import Message
from analytics.protocol.plan import Token, token_text

MISSING = {"", "NA", "NaN"}
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
MOST_LINES_LISTED = 100
MOST_EXAMPLES = 5
LONGEST_EXAMPLE = 20
LARGEST, SMALLEST = 1e13, 1e-13  # beyond, a hazard ratio per unit is 1 to the last digit, or no number


@dataclass(frozen=True)
class Column:
    """A column as text exactly as in the file, with the line each cell stands in."""

    name: str
    cells: tuple[str, ...]
    lines: tuple[int, ...]

    def distinct(self, places: Sequence[int]) -> list[str]:
        """Different values at these places; numbers that are equal count once."""
        return list({_key(self.cells[place].strip()): self.cells[place].strip() for place in places}.values())

    def examples(self, places: Sequence[int] | None = None) -> str:
        """A few of the different values found, shortened, for a message to the owner of the file."""
        values = self.distinct(range(len(self.cells)) if places is None else places)
        values = [value for value in values if value]
        shown = [value if len(value) <= LONGEST_EXAMPLE else f"{value[:LONGEST_EXAMPLE]}…" for value in values]
        return ", ".join(shown[:MOST_EXAMPLES]) + (" …" if len(shown) > MOST_EXAMPLES else "") or "–"

    def fault(self, code: str, *, en: str, zh: str, places: Sequence[int] = ()) -> DataError:
        rows = tuple(self.lines[place] for place in places[:MOST_LINES_LISTED])
        return DataError(code=code, message=Message(en=en, zh=zh), column=self.name, rows=rows)


def is_missing(cell: str) -> bool:
    """Blank, NA and NaN; a token that the protocol lists is asked for first."""
    return cell.strip() in MISSING


def choose(column: Column, *, tokens: Sequence[Token]) -> np.ndarray:
    """For each cell the place of its token, -1 where none: first as written, then as a number (1 is 1.0)."""
    texts = [token_text(token) for token in tokens]
    by_text = {text: place for place, text in reversed(list(enumerate(texts)))}
    by_key = {_key(text): place for place, text in reversed(list(enumerate(texts)))}
    switches = {place for place, token in enumerate(tokens) if isinstance(token, bool)}
    known: dict[str, int] = {}
    for cell in set(column.cells):
        text = cell.strip()
        place = by_text.get(text, by_text.get(text.lower(), -1) if switches else -1)
        known[cell] = place if place >= 0 or text in MISSING else by_key.get(_key(text), -1)
    return np.array([known[cell] for cell in column.cells], dtype=np.int64)


def numbers(column: Column, *, faults: list[DataError]) -> np.ndarray:
    """The cells as numbers with a decimal point, NaN where missing; text among them is added to `faults`."""
    values = np.full(len(column.cells), np.nan)
    wrong = []
    for place, cell in enumerate(column.cells):
        value = _number(cell.strip())
        if value is not None:
            values[place] = value
        elif not is_missing(cell):
            wrong.append(place)
    if wrong:
        found, line = column.examples(wrong), column.lines[wrong[0]]
        en = f"{len(wrong)} cell(s) in the numeric column {column.name} contain text ({found}), first on line {line}."
        zh = f"数值列 {column.name} 中有 {len(wrong)} 个单元格为文本（{found}）；首先出现在第 {line} 行。"
        faults.append(column.fault("text_in_number_column", en=en, zh=zh, places=wrong))
    _refuse_what_cannot_be_squared(values, column=column, faults=faults)
    return values


def _refuse_what_cannot_be_squared(values: np.ndarray, *, column: Column, faults: list[DataError]) -> None:
    size = np.abs(values)
    wrong = np.flatnonzero((size > LARGEST) | ((size > 0) & (size < SMALLEST))).tolist()
    if wrong:
        found, line = column.examples(wrong), column.lines[wrong[0]]
        en = (
            f"{len(wrong)} cell(s) in the numeric column {column.name} are too large or too small for computation ({found}), "
            f"first on line {line}. Check the unit."
        )
        zh = f"数值列 {column.name} 中有 {len(wrong)} 个单元格的数值过大或过小，无法计算（{found}）；首先出现在第 {line} 行。请检查单位。"
        faults.append(column.fault("number_out_of_range", en=en, zh=zh, places=wrong))


def _number(text: str) -> float | None:
    if not NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def _key(text: str) -> float | str:
    number = _number(text)
    return text if number is None else number
