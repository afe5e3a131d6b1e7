"""Check a workbook without storing anything. Exit code 0: no errors; 1: errors found; 2: cannot start."""

import sys
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from importers.checks.check import check_workbook
from importers.files.workbook import WorkbookRefused, read_workbook
from importers.management.console import (
    cannot_start,
    center_named,
    content_of,
    lines,
    mapping_of,
    mapping_option,
    refusal,
    write_json,
    write_workbook,
)
from importers.storage.center_history import stored_of
from importers.storage.center_mappings import parts_of
from importers.storage.mapping import header_mapping_of
from importers.storage.report import check_as_json
from importers.workbooks.feedback import Origin, annotated_bytes
from registry.access.scope import center_scope


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--center", required=True, metavar="C01")
        mapping_option(parser)
        parser.add_argument("--json", type=Path, metavar="OUT", help="write the full report as JSON to this file")
        parser.add_argument(
            "--annotated",
            type=Path,
            metavar="OUT.xlsx",
            help="write the rows that need attention to this workbook, with findings marked on each cell",
        )

    def handle(
        self, *args: Any, file: Path, center: str, json: Path | None, annotated: Path | None, **options: Any
    ) -> None:
        known, content = center_named(center), content_of(file)
        mapping = parts_of(mapping_of(options["mapping"], center=known))
        try:
            book = read_workbook(content, name=file.name)
            with center_scope([known.pk]):
                header_mapping = mapping or header_mapping_of(known.pk)
                ask = partial(stored_of, center=known.pk)
                found = check_workbook(book, center=known.center_code, stored=ask, header_mapping=header_mapping)
        except WorkbookRefused as refused:
            raise cannot_start(refusal(refused)) from None
        report = check_as_json(found)
        write_json(json, report=report)
        if annotated is not None:
            origin = Origin(center_code=known.center_code, center_name=known.name, filename=file.name)
            content = annotated_bytes(book, report=report, origin=origin, header_mapping=header_mapping)
            write_workbook(annotated, content=content)
        for line in lines(report):
            self.stdout.write(line)
        if found.has_errors:
            sys.exit(1)
