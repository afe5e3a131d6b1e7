"""Exports of hospitals spoiled at random: headers, rows, sheets and cells that no mapping was written for."""

import csv
import datetime
import io
import random
from typing import Any

import openpyxl

from demo.foreign.visits import hospital_visits

EXPORT = hospital_visits(patients=6, visits=24)
HEADERS = (
    "",
    None,
    "{n}",
    "AE{n}",
    "#",
    " / ",
    "=1+1",
    "'; DROP TABLE",
    "研究编号",
    "研究编号 #2",
    "性\u200b别",
    "\u202e别性",
    "A" * 5000,
    3.0,
    True,
    datetime.date(2019, 1, 1),
    "(C)",
    "*",
    "姓名",
)
CELLS = (
    None,
    "",
    "?",
    "未检出",
    "35.2↓",
    "H",
    "↑↓",
    "1e400",
    "9" * 400,
    -1e308,
    True,
    False,
    0,
    "0*0*0",
    "2019-02-30",
    "30/02/2019",
    "99/99/9999",
    datetime.date(1900, 1, 1),
    datetime.datetime.fromisoformat("2099-12-31T23:59"),
    datetime.time(1, 2),
    "=HYPERLINK()",
    "\u0000".strip("\u0000"),
    "A" * 30_000,
    "LY00001",
    "below",
    "refuse",
)
NAMES = ("Sheet1", "sheet1", "Sheet2", "01_患者_patient", "assessment", "x" * 31, "00_summary")


def spoiled_export(seed: int) -> tuple[bytes, str]:
    """Its bytes and name. Some stay as they were."""
    draw = random.Random(seed)
    rows: list[list[Any]] = [list(row) for row in (*EXPORT.head, EXPORT.headers, *EXPORT.rows)]
    for _ in range(draw.randrange(6)):
        draw.choice((_header, _cell, _cell, _row, _column, _move))(rows, draw)
    if draw.random() < 0.2:
        return _as_text(rows, draw), draw.choice(("export.csv", "Sheet1.csv", "a:b.csv", "00_summary.csv"))
    return _as_workbook(rows, draw), "export.xlsx"


def _header(rows: list[list[Any]], draw: random.Random) -> None:
    if len(rows) > 1 and rows[1]:
        rows[1][draw.randrange(len(rows[1]))] = draw.choice(HEADERS)


def _cell(rows: list[list[Any]], draw: random.Random) -> None:
    row = rows[draw.randrange(len(rows))] if rows else []
    if row:
        row[draw.randrange(len(row))] = draw.choice(CELLS)


def _row(rows: list[list[Any]], draw: random.Random) -> None:
    if rows:
        at = draw.randrange(len(rows))
        rows[at:at] = draw.choice(([], [[]], [rows[at]], [["#", "x"]], [list(EXPORT.headers)]))
        if draw.random() < 0.3:
            del rows[draw.randrange(len(rows))]


def _column(rows: list[list[Any]], draw: random.Random) -> None:
    """Taken out, or filled with one thing."""
    at, value = draw.randrange(len(EXPORT.headers)), draw.choice(CELLS)
    is_gone = draw.random() < 0.5
    for row in rows[1:]:
        if at < len(row):
            if is_gone:
                del row[at]
            elif row is not rows[1]:
                row[at] = value


def _move(rows: list[list[Any]], draw: random.Random) -> None:
    rows[0:0] = [["title"]] * draw.randrange(40)


def _as_text(rows: list[list[Any]], draw: random.Random) -> bytes:
    target = io.StringIO()
    csv.writer(target, delimiter=draw.choice(",;\t")).writerows(rows)
    return target.getvalue().encode(draw.choice(("utf-8", "utf-8-sig", "gb18030")), errors="replace")


def _as_workbook(rows: list[list[Any]], draw: random.Random) -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.title = draw.choice(NAMES)
    for row in rows:
        book.active.append(row)
    if draw.random() < 0.2:
        book.active.merge_cells(draw.choice(("A2:B2", "A2:A3", "C5:D9")))
    if draw.random() < 0.2:
        book.create_sheet("Sheet3").append(draw.sample(EXPORT.headers, 5))
    book.save(target)
    return target.getvalue()
