"""How fast a hospital's own export is previewed and stored by a mapping, and what the mapping costs beside the same rows as a template.

    python -m bench.foreign_upload

11,684 visits of 2,360 patients, in a database of its own on the project's server, which is dropped again. The steps are those of
every upload, by the functions that pages and commands call.
"""

# ruff: noqa: PLC0415  # models need the settings
import io
import os
import subprocess
import sys
from time import process_time
from typing import Any

import django

from bench import sweep
from bench.stopwatch import Step, timed
from bench.upload_speed import NAME, _cast
from bench.upload_steps import check, store

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

INSIDE, FIRST = "--inside", 1
BARS = {"preview": 10, "load": 6}
SHARE = 0.15  # of reading and checking the same rows as a template
TURNS = 3


def main() -> None:
    django.setup()
    sweep.NAME = NAME
    if INSIDE in sys.argv:
        _measure()
        return
    with sweep.own_database():
        _cast()
        subprocess.run([sys.executable, "-m", "bench.foreign_upload", INSIDE], check=True)


def _measure() -> None:
    from django.contrib.auth.models import User
    from django.db import connection

    from demo.foreign.visits import hospital_visits
    from importers.storage.center_mappings import save_mapping
    from registry.access.scope import center_scope
    from registry.models import Center

    connection.settings_dict["NAME"] = NAME
    user, export = User.objects.get(), hospital_visits()
    with center_scope([FIRST], by=user, reason="bench"):
        center = Center.objects.get()
    mapping = save_mapping(export.mapping_text, center=FIRST, by=user)
    _beside(export)
    content, steps = export.as_workbook(), list[Step]()
    with timed("preview", database=NAME, into=steps):
        upload = check(_received(content, mapping=mapping, center=center, user=user), center=center, user=user)
    _confirm(upload, user=user)
    with timed("load", database=NAME, into=steps):
        upload = store(upload, center=center, user=user)
    with timed("preview of the same file again", database=NAME, into=steps):
        again = check(_received(content, mapping=mapping, center=center, user=user), center=center, user=user)
    assert all(counts["new"] == counts["changed"] == 0 for counts in again.preview["records"].values())
    for step in steps:
        print(f"{step.name}: {step.seconds:.1f} s, CPU {step.work:.1f} s (target {BARS.get(step.name, '-')} s)")
    rows = sum(sheet["rows"] for sheet in upload.report["sheets"])
    accepted = sum(sheet["accepted"] for sheet in upload.report["sheets"])
    print(f"{rows:,} rows of records from {len(export.rows):,} visits, {accepted / rows:.1%} stored")


def _received(content: bytes, *, mapping: Any, center: Any, user: Any) -> Any:
    from importers.services import receive_upload
    from registry.access.scope import center_scope

    with center_scope([center.pk], by=user, reason="bench"):
        return receive_upload(content, filename="visits.xlsx", center=center.pk, by=user, mapping=mapping)


def _confirm(upload: Any, *, user: Any) -> None:
    """The rows without errors: the export has its faults."""
    from importers.models import UploadMode
    from importers.services import confirm_upload
    from registry.access.scope import center_scope

    with center_scope([upload.center_id], by=user, reason="bench"):
        confirm_upload(upload, by=user, mode=UploadMode.VALID)


def _beside(export: Any) -> None:
    """Recognizing and checking, each in this process; the faster of several turns."""
    from importers.checks.check import check_workbook
    from importers.files.workbook import read_workbook
    from importers.mapping.text import read_mapping

    mapping = read_mapping(export.mapping_text)
    foreign, template = read_workbook(export.as_workbook()), read_workbook(_as_template(export, mapping=mapping))
    own, ours = _recognizing(foreign, mapping=mapping), _recognizing(template, mapping=None)
    start = process_time()
    check_workbook(template, center="C01")
    whole = process_time() - start
    share = (own - ours) / whole
    print(f"recognizing: {own:.2f} s CPU by the mapping, {ours:.2f} s as a template, whose check takes {whole:.1f} s")
    print(f"the mapping costs {share:.1%} of checking the same rows as a template (target {SHARE:.0%})")


def _recognizing(book: Any, *, mapping: Any) -> float:
    from importers.files.findings import Collector
    from importers.layout.mapped_tables import recognize_mapped
    from importers.layout.recognition import recognize

    taken = []
    for _ in range(TURNS):
        start = process_time()
        if mapping is None:
            recognize(book, header_mapping={}, collector=Collector())
        else:
            recognize_mapped(book, mapping=mapping, collector=Collector())
        taken.append(process_time() - start)
    return min(taken)


def _as_template(export: Any, *, mapping: Any) -> bytes:
    """The same records on the sheets of the template."""
    import xlsxwriter

    from importers.files.workbook import read_workbook
    from importers.layout.mapping_catalog import mapping_catalog
    from importers.mapping.headers import located
    from importers.mapping.records import mapped_kinds

    sheet = located(read_workbook(export.as_workbook()), mapping=mapping)
    assert sheet is not None
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for kind in mapped_kinds(sheet, mapping=mapping, catalog=mapping_catalog()):
        page = book.add_worksheet(kind.kind.sheet)
        for column, (name, told) in enumerate(kind.variables.items()):
            page.write_string(0, column, name)
            for row, one in enumerate(told, start=1):
                if one.value != "":
                    page.write(row, column, one.value)
    book.close()
    return target.getvalue()


if __name__ == "__main__":
    main()
