"""Files are opened in a process of their own, spawned anew for each, with limits on memory and time.

Whatever a file does to the reader, the worker gets a workbook or a refusal and lives on. The child receives name and bytes by
its standard input and answers on its standard output, so nothing of a file is left on a disk, in a list of
processes or in a log; it is given no settings and no database.
"""

import contextlib
import gc
import io
import os
import pickle
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from importers.files import messages
from importers.files.messages import Message, Problem
from importers.files.raw import MEGABYTE, NUMBERS, RawSheet, Workbook, WorkbookRefused
from importers.files.reader import read_content

HOME = Path(__file__).resolve().parents[2]
MOST_MEMORY = 1_536 * MEGABYTE
MOST_CPU_SECONDS = 60
MOST_SECONDS = 120
LOOK_FIRST = "--look-first"
NO_ENVIRONMENT = {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
MESSAGES = {name: value for name, value in vars(messages).items() if isinstance(value, Message)}
NAMES = {id(message): name for name, message in MESSAGES.items()}
PLAIN = {("datetime", "date"), ("datetime", "datetime"), ("datetime", "time"), ("datetime", "timedelta")}

PackedProblem = tuple[str, dict[str, Any]]


def read_in_child(content: bytes, *, name: str = "", seconds: float = MOST_SECONDS) -> Workbook:
    """Raises WorkbookRefused, also when the child dies or does not end."""
    given = name.replace("\n", " ").encode(errors="replace") + b"\n" + content
    try:
        try:
            answer = _answer(given, seconds=seconds)
        except subprocess.CalledProcessError:  # the reader died of it; what it looks like may say why
            answer = _answer(given, LOOK_FIRST, seconds=seconds)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise WorkbookRefused(messages.OVER_LIMITS.about()) from None
    return _received(answer)


def _answer(given: bytes, *options: str, seconds: float) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "importers.files.subprocess_reader", *options],
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a panic may quote what it choked on
        cwd=HOME,
        env=NO_ENVIRONMENT,
        timeout=seconds,
        check=True,
    )
    return done.stdout


class _Plain(pickle.Unpickler):
    """Text, numbers and dates: nothing a child might send can run here."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not a plain value")


def _received(answer: bytes) -> Workbook:
    try:
        is_refused, told = _Plain(io.BytesIO(answer)).load()
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError):
        raise WorkbookRefused(messages.OVER_LIMITS.about()) from None
    if is_refused:
        raise WorkbookRefused(_problem(told))
    sheets = tuple(
        RawSheet(
            name=name,
            rows=rows,
            hidden={place: _problem(told) for place, told in hidden},
            merged=merged,
            notices=tuple(map(_problem, notices)),
            labels=labels,
        )
        for name, rows, hidden, merged, notices, labels in told.pop("sheets")
    )
    notices = tuple(map(_problem, told.pop("notices")))
    return Workbook(sheets=sheets, notices=notices, **told)


def _sent(book: Workbook) -> tuple[Literal[False], dict[str, Any]]:
    sheets = [
        (
            sheet.name,
            _shared(sheet.rows),
            [(place, _packed(problem)) for place, problem in sheet.hidden.items()],
            sheet.merged,
            [_packed(problem) for problem in sheet.notices],
            sheet.labels,
        )
        for sheet in book.sheets
    ]
    notices = [_packed(problem) for problem in book.notices]
    about = {"sha256": book.sha256, "epoch_1904": book.epoch_1904, "is_text": book.is_text}
    return False, {**about, "sheets": sheets, "notices": notices}


def _shared(rows: list[list[Any]]) -> list[list[Any]]:
    """Equal texts and dates become one, which is sent once and kept once. Numbers stay: 1, 1.0 and True are equal."""
    known: dict[Any, Any] = {}
    share = known.setdefault
    return [[cell if type(cell) in NUMBERS else share(cell, cell) for cell in row] for row in rows]


def _packed(problem: Problem) -> PackedProblem:
    return NAMES[id(problem.message)], problem.values


def _problem(told: PackedProblem) -> Problem:
    name, values = told
    return Problem(MESSAGES[name], values)


def main() -> None:
    gc.disable()
    for kind, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_CPU_SECONDS)):
        with contextlib.suppress(ValueError, OSError):  # where the system's own limit is lower, that one holds
            resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    name, content = sys.stdin.buffer.read().split(b"\n", 1)
    answer: tuple[bool, Any]
    try:
        is_cautious = LOOK_FIRST in sys.argv
        answer = _sent(read_content(content, name=name.decode(errors="replace"), look_first=is_cautious))
    except WorkbookRefused as refused:
        answer = True, _packed(refused.problem)
    pickle.dump(answer, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()
    os._exit(0)  # freeing a large workbook value by value takes longer than reading it


if __name__ == "__main__":
    main()
