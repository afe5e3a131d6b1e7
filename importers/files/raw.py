"""What a file holds before anybody asks what it means: sheets of raw cells with their Excel rows, or one clear refusal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from importers.files.messages import Problem

MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
LARGEST_UNPACKED = 250 * MEGABYTE
MOST_PARTS = 2_000
MOST_COLUMNS = 1_000
MOST_CELLS_IN_RANGE = 12_000_000
NUMBERS = frozenset({bool, int, float})  # kinds of cell of which Python takes 1, 1.0 and True for equal


class WorkbookRefused(Exception):  # it is an answer, in both languages
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{problem.code}: {problem.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSheet:
    """`rows[i]` is Excel row i + 1, its cells from column A. `hidden` says what the reader left out, by (row, column) from 1.

    `notices` are about the sheet as a whole, such as rows that nobody sees in Excel. `labels` are what a data set says of its
    columns besides their names, in their order.
    """

    name: str
    rows: list[list[Any]]
    hidden: Mapping[tuple[int, int], Problem] = field(default_factory=dict)
    merged: tuple[str, ...] = ()
    notices: tuple[Problem, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """A text file, or a data set, is a workbook of one sheet, named as the file is. `notices` are about the file as a whole."""

    sha256: str
    sheets: tuple[RawSheet, ...]
    epoch_1904: bool = False
    is_text: bool = False
    notices: tuple[Problem, ...] = ()


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
