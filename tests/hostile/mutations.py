"""A good workbook, spoiled at random but always the same way for the same seed: its bytes, its parts or its cells."""

import io
import random
import zipfile
from collections.abc import Callable
from typing import Any

from tests.hostile.files import whole
from tests.importers import books

Random = random.Random

ODD = (
    None,
    "",
    " ",
    "-",
    "无",
    "未查",
    "=1+1",
    "'",
    '"',
    ";",
    "\u200b",
    "\ufeff",
    "\x07",
    "０",
    "１２．５",
    "12,5",
    "1e400",
    "NaN",
    "inf",
)
ODD += (
    True,
    False,
    0,
    -1,
    1e308,
    1e-320,
    2**53,
    43529,
    19890230,
    "2019-02-30",
    "0000-00-00",
    "2019年13月",
    "9" * 400,
    "男" * 5000,
)
ODD += (
    "<",
    "> >5",
    "±",
    "4.1 g/dL",
    "1.2×10^999",
    "{0}",
    "%s",
    "{found}",
    "'; DROP TABLE registry_patient; --",
    "<b>x</b>",
    "\ud7ff",
)
MARKUP = (
    b"",
    b"<",
    b"&",
    b"&#0;",
    b"&lt;",
    b"]]>",
    b'"',
    b"<!--",
    b"\x00",
    b"999999999",
    b"-1",
    b"A0",
    b"XFD1048576",
    b't="e"',
    b't="s"',
)


def spoiled(seed: int) -> bytes:
    chance = random.Random(seed)  # the same file for the same seed
    return chance.choice((_bytes, _parts, _parts, _cells, _cells, _cells))(chance)


def _bytes(chance: Random) -> bytes:
    return _changed(whole(), chance=chance)


def _parts(chance: Random) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole())) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        spoiled_one, other = chance.choice(names), chance.choice(names)
        way = chance.choice(("drop", "swap", "twice", *["change"] * 9))
        for name in names:
            content = old.read(name)
            if name == spoiled_one and way == "drop":
                continue
            if name == spoiled_one:
                content = old.read(other) if way == "swap" else _changed(content, chance=chance)
            new.writestr(name, content)
            if name == spoiled_one and way == "twice":
                new.writestr(f"{name}.bak", content)
    return target.getvalue()


def _changed(content: bytes, *, chance: Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(max(1, len(content)))
        end = min(len(content), start + chance.choice((1, 1, 2, 8, 60, 900)))
        instead = chance.choice((b"", chance.choice(MARKUP), chance.randbytes(end - start), content[start:end] * 2))
        content = content[:start] + instead + content[end:]
    return content


def _cells(chance: Random) -> bytes:
    sheets = {name: [dict(row) for row in rows] for name, rows in books.whole_center(3).items()}
    for _ in range(chance.randint(1, 6)):
        chance.choice(WAYS)(sheets[chance.choice(list(sheets))], chance)
    return books.workbook({_maybe_odd(name, chance=chance): rows for name, rows in sheets.items()})


def _maybe_odd(name: str, *, chance: Random) -> str:
    return name if chance.random() < 0.95 else f"{name[:20]} {chance.randrange(99)}"


def _put(rows: list[dict[str, Any]], chance: Random) -> None:
    if rows:
        row = chance.choice(rows)
        row[chance.choice(list(row))] = chance.choice(ODD)


def _repeat(rows: list[dict[str, Any]], chance: Random) -> None:
    if rows:
        rows.append(dict(chance.choice(rows)))


def _leave_out(rows: list[dict[str, Any]], chance: Random) -> None:
    if rows:
        name = chance.choice(list(rows[0]))
        for row in rows:
            row.pop(name, None)


def _rename(rows: list[dict[str, Any]], chance: Random) -> None:
    if rows:
        name, other = chance.choice(list(rows[0])), chance.choice((*rows[0], "姓名", "x", "_row", "1"))
        for row in rows:
            row[str(other)] = row.pop(name, None)


def _mix(rows: list[dict[str, Any]], chance: Random) -> None:
    if len(rows) > 1:
        one, other = chance.sample(rows, 2)
        name = chance.choice(list(one))
        one[name], other[name] = other.get(name), one.get(name)


WAYS: tuple[Callable[[list[dict[str, Any]], Random], None], ...] = (
    _put,
    _put,
    _put,
    _put,
    _repeat,
    _leave_out,
    _rename,
    _mix,
)
