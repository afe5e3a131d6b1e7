"""Whatever a clipboard holds: each cell is stored as meant, or refused in words; no value changes unseen."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from tests.registry.admin.test_typed_values import LONG, NO_DATES, PARTIAL_DATES, WHOLE_DATES
from tests.registry.grid.conftest import Grid

pytestmark = pytest.mark.django_db

TEXTS = (
    *("41", "４１", "　41　", "+41", "=41", "<41", "≥41", "4.1e1", "41 g/L", "4.1 g/dL", "41kg", "41 %", "41 furlongs", "-41", "41.2 ", "４１．２"),
    *("=cmd|' /C calc'!A0", "=1+40", "@SUM(1;40)", "=HYPERLINK(\"http://x\")", "+41+0", "#REF!", "#N/A", "#DIV/0!", "TRUE", "FALSE"),
    *("1,5", "1。5", "1，5", "36,8", "0,125", "1·5", "1.2.3", "1 5", "1,234,5", "4\u200b1", "\u200b41", "\ufeff41", "4\t1", "4\n1", "4\r\n1"),
    *("😀", "41😀", "مرحبا", "\u200f41 نعم", "\u202e14", "NaN", "inf", "1e999", "9" * 400, LONG, "0x29", "IV", "一", "四十一"),
    *("ND", "na", "Not done", "N/A", "未做", "null", "None", "-", "?", "'41", '"41"', "41;42", "41-43", "41±2", "1/2", "0", "1"),
    *("POS", "Negative", "阳性", "<script>alert(1)</script>", "'; DROP TABLE registry_labresult; --", "\x0041", "41\x0b"),
    *WHOLE_DATES[:6], *PARTIAL_DATES, *NO_DATES[:7],
)  # fmt: skip
COLUMNS = ("alb", "weight_kg", "staging_date", "ecog_ps", "hbsag_q", "ascites_grade")
FORTY_ONE = {"41", "４１", "　41　", "+41", "4.1e1", "'41".strip("'")}
FRACTION = dict.fromkeys(("41.2", "４１．２"), "41.2")
MEANT = {
    "alb": dict.fromkeys(FORTY_ONE | {"=41", "41 g/L", "4.1 g/dL"}, "41") | FRACTION | {"<41": "<41", "≥41": ">=41"},
    "weight_kg": dict.fromkeys(FORTY_ONE | {"41kg"}, "41") | FRACTION,
    "staging_date": dict.fromkeys((*WHOLE_DATES,), "2023-01-20"),
    "ecog_ps": {"0": "0", "1": "1"},
    "hbsag_q": {"POS": "POS", "Negative": "NEG", "阳性": "POS", "-": "NEG"},
    "ascites_grade": {"0": "0", "None": "0", "1": "1"},
}
MISSING = {"ND": "ND", "na": "NA", "Not done": "ND", "未做": "ND"}


def block(texts: tuple[str, ...]) -> str:
    """As a spreadsheet writes it: one row for each text, the text in every column."""
    target = io.StringIO()
    csv.writer(target, delimiter="\t", lineterminator="\r\n").writerows([text] * len(COLUMNS) for text in texts)
    return target.getvalue()


def test_no_cell_of_a_clipboard_changes_a_value_unseen(entering: Client, visited: Callable) -> None:
    patient = visited(len(TEXTS))
    grid = Grid(entering, patient)
    preview = grid.paste(block(TEXTS), column=COLUMNS[0], columns=list(COLUMNS))
    assert not [note for note in preview["notes"] if "outside" in note]
    told = {(grid.lines.index(cell["line"]), cell["column"]): cell for cell in preview["cells"]}
    assert len(told) == len(TEXTS) * len(COLUMNS)
    accepted, refused, unforeseen = {}, 0, []
    for (row, column), cell in told.items():
        text, meant = TEXTS[row], MEANT[column] | MISSING
        if cell["state"] == "change":
            accepted[cell["line"], column] = cell["new"]
            if cell["new"] != meant.get(text.strip() if text not in meant else text):
                unforeseen.append((column, text, cell["new"]))
        else:
            assert cell["state"] == "problem", (column, text, cell)
            assert cell["says"], (column, text)
            assert all(len(said) < 400 for said in cell["says"]), (column, text)
            refused += 1
    assert not unforeseen
    kept = [edit for edit in preview["edits"] if (edit["line"], edit["column"]) in accepted]
    stored = grid.store(grid.ask(*kept))
    assert stored.json() == {"stored": len(accepted)}
    now = Grid(entering, patient)
    standing = {
        (line, column): text for line, texts in now.seen.items() for column, text in texts.items() if column in COLUMNS
    }
    assert standing == accepted
    print(f"clipboard: {len(accepted)} stored as meant, {refused} refused in words, 0 changed unseen")
    assert len(accepted) >= 50
    assert refused > 400
