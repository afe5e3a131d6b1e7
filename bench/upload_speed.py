"""How fast a large center's workbook is previewed, stored and sent back, at what memory, and beside django-import-export.

    python -m bench.upload_speed [PATIENTS] [ROWS_BESIDE]

In a database of its own on the project's server, which is dropped again. 4,371 patients are 61,194 rows on six sheets; with as
many, or more, the table goes into docs/operations.md. ROWS_BESIDE is the length of the patients' sheet in the comparison; 0 leaves it out.
"""

# ruff: noqa: PLC0415  # models need the settings
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django

from bench import page, sweep
from bench.stopwatch import Step, of_child, peak_mb, timed
from bench.upload_steps import check, confirm, receive, store

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

NAME, INSIDE = "caliper_bench_upload", "--inside"
FIRST = 1  # the center
PATIENTS, ROWS_BESIDE = 4_371, 5_000
BARS = {"preview": 8, "load": 4, "annotated workbook": 6}
MOST_MB, TIMES = 350, 10
COMMAND = "python -m bench.upload_speed"
HEADER = ("", "target, s", "wall clock, s", "CPU, s", "of which database", "peak, MB", "target / CPU")


def main() -> None:
    given = [int(text) for text in sys.argv[1:] if text != INSIDE]
    django.setup()
    sweep.NAME = NAME
    if INSIDE in sys.argv:
        _measure(*given)
        return
    with sweep.own_database():
        _cast()
        numbers = [*given, *(PATIENTS, ROWS_BESIDE)[len(given) :]]
        subprocess.run([sys.executable, "-m", "bench.upload_speed", INSIDE, *map(str, numbers)], check=True)


def _measure(patients: int, beside: int) -> None:
    """In a process that is as a worker is: the one that made the database holds what its migrations left."""
    from django.contrib.auth.models import User
    from django.db import connection

    from registry.access.scope import center_scope
    from registry.models import Center

    connection.settings_dict["NAME"] = NAME
    user = User.objects.get()
    with center_scope([FIRST], by=user, reason="bench"):
        center = Center.objects.get()
    text = _alone(patients, center=center, user=user)
    text += _beside(beside, center=center, user=user) if beside else ""
    print(f"\n{text}")
    if patients >= PATIENTS and beside:
        page.write_table(text, of=COMMAND, on=page.OPERATIONS)


def _alone(patients: int, *, center: Any, user: Any) -> str:
    """Preview, the workbook sent back, load, what follows it, and the same file again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.xlsx"
        _make(path, patients=patients)
        child_mb, child_seconds = of_child(path)
        content = path.read_bytes()
    empty_mb, steps = peak_mb(), list[Step]()
    with timed("preview", database=NAME, into=steps):
        upload = check(receive(content, center=center, user=user), center=center, user=user)
    confirm(upload, user=user)
    with timed("load", database=NAME, into=steps):
        upload = store(upload, center=center, user=user)
    with timed("queries follow the load", database=NAME, into=steps):
        _follow(upload, user=user)
    with timed("annotated workbook", database=NAME, into=steps):
        _send_back(upload)
    with timed("preview of the same file again", database=NAME, into=steps):
        again = check(receive(content, center=center, user=user), center=center, user=user)
    assert all(counts["new"] == counts["changed"] == 0 for counts in again.preview["records"].values())
    sheets, records = upload.report["sheets"], sum(upload.report["accepted"].values())
    said = (
        f"\n{sum(sheet['rows'] for sheet in sheets):,} rows on {len(sheets)} sheets, {records:,} records, {len(content) / 1e6:.1f} MB;"
        f" the annotated workbook contains every row. The process uses {empty_mb} MB before any work; the target is {MOST_MB} MB at the peak of"
        f" preview and load. The process that opens the file itself takes {child_seconds:.1f} s and {child_mb} MB.\n"
    )
    return page.table(HEADER, rows=[_line(step) for step in steps]) + said


def _line(step: Step) -> Sequence[str]:
    bar = BARS.get(step.name)
    ratio = f"{bar / step.work:.2f}" if bar else ""
    numbers = (f"{step.seconds:.1f}", f"{step.work:.1f}", f"{step.server:.1f}", str(step.peak_mb))
    return (step.name, str(bar or ""), *numbers, ratio)


def _beside(rows: int, *, center: Any, user: Any) -> str:
    """Ours of a center's length and of four times that, for what every upload costs once; theirs, whose rate does not change, of fewer."""
    from bench.upload_beside import ours, theirs

    fewer = rows // 2
    best = max(theirs(fewer, center=center, user=user, database=NAME), key=lambda step: fewer / step.work)
    text = f"\nThe patients' sheet only: django-import-export processes {fewer / best.work:,.0f} rows per second of CPU time at its best, without checks. Caliper, from file to record with checks:"
    for length in (rows, 4 * rows):
        own = ours(length, center=center, user=user, database=NAME)
        by_work, by_clock = length / own.work, length / own.seconds
        text += (
            f" {length:,} rows at {by_work:,.0f} rows per second, {by_work / (fewer / best.work):.1f} times as fast"
            f" ({by_clock / (fewer / best.seconds):.1f} by wall clock);"
        )
    return f"{text} the target is {TIMES}.\n"


def _cast() -> None:
    from django.contrib.auth.models import User

    from registry.access.scope import center_scope
    from registry.choices import Role
    from registry.models import Center, Membership

    user = User.objects.create_user("bench")
    with center_scope([], by=user, reason="bench"):
        center = Center.objects.create(
            pk=FIRST, center_code="C01", center_name_en="B", center_name_zh="试", hospital_level="3A"
        )
        Membership.objects.create(user=user, center=center, role=Role.UPLOADER)


def _make(path: Path, *, patients: int) -> None:
    """In a process of its own, so that the peak is the upload's."""
    make = (
        "import django; django.setup(); from tests.importers.big import big_center; "
        f"open({str(path)!r}, 'wb').write(big_center({patients:d}))"
    )
    subprocess.run([sys.executable, "-c", make], check=True)


def _follow(upload: Any, *, user: Any) -> None:
    from importers.services import follow_queries

    follow_queries(upload, by=user)


def _send_back(upload: Any) -> None:
    """As if every row were wrong."""
    from importers.workbooks.feedback import annotated_upload

    whole = {**upload.report, "held": {}}
    for sheet in upload.report["sheets"]:
        whole["held"][sheet["sheet"]] = {"own": range(2, sheet["rows"] + 2), "with_parent": ()}
    upload.report, kept = whole, upload.report
    assert annotated_upload(upload)
    upload.report = kept


if __name__ == "__main__":
    main()
