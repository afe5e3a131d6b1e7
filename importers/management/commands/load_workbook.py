"""Check a workbook and store it. Exit code 0: stored; 1: errors found, nothing stored; 2: cannot start."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from importers.management.console import (
    cannot_start,
    center_named,
    content_of,
    lines,
    mapping_of,
    mapping_option,
    stored_lines,
    user_named,
    write_json,
)
from importers.models import UploadMode, UploadState
from importers.services import DatabaseRefused, load_file
from importers.storage.load import NotAllowed


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--center", required=True, metavar="C01")
        parser.add_argument("--by", required=True, metavar="USER")
        parser.add_argument(
            "--valid-rows-only", action="store_true", help="reject rows with errors and store the others"
        )
        mapping_option(parser)
        parser.add_argument("--json", type=Path, metavar="OUT", help="write the full report as JSON to this file")

    def handle(self, *args: Any, file: Path, center: str, by: str, **options: Any) -> None:
        known, user = center_named(center), user_named(by)
        mode = UploadMode.VALID if options["valid_rows_only"] else UploadMode.WHOLE
        mapping, content = mapping_of(options["mapping"], center=known), content_of(file)
        try:
            upload = load_file(content, filename=file.name, center=known.pk, by=user, mode=mode, mapping=mapping)
        except (NotAllowed, DatabaseRefused) as error:
            raise cannot_start(str(error)) from None
        report: dict[str, Any] = upload.report or {}
        if upload.state == UploadState.REFUSED:
            raise cannot_start(next(lines(report)))
        write_json(options["json"], report={**report, "upload": upload.pk, "stored": upload.result})
        for line in (*lines(report), *stored_lines(upload.result or {})):
            self.stdout.write(line)
        if upload.state != UploadState.STORED:
            self.stderr.write("nothing was stored")
            sys.exit(1)
