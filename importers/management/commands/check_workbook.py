"""Check a workbook against the registry without storing anything. Exit 0: no errors; 1: errors; 2: cannot be read."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from importers.check import check_workbook
from importers.console import cannot_start, center_named, content_of, lines, refusal, write_json
from importers.former import known_of
from importers.report import check_as_json
from importers.workbook import WorkbookRefused
from registry.scope import center_scope


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--center", required=True, metavar="C01")
        parser.add_argument("--json", type=Path, metavar="OUT", help="write the whole report as JSON")

    def handle(self, *args: Any, file: Path, center: str, json: Path | None, **options: Any) -> None:
        known, content = center_named(center), content_of(file)
        try:
            with center_scope([known.pk]):
                found = check_workbook(content, center=known.center_code, stored=known_of(known.pk))
        except WorkbookRefused as refused:
            raise cannot_start(refusal(refused)) from None
        report = check_as_json(found)
        write_json(json, report=report)
        for line in lines(report):
            self.stdout.write(line)
        if found.has_errors:
            sys.exit(1)
