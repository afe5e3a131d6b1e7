"""Show the state, findings and changes of an upload. Exit code 0: shown; 2: no such upload."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from importers.management.console import lines, preview_lines, upload_named, user_named, write_json, write_workbook
from importers.workbooks.feedback import annotated_upload
from registry.access.scope import center_scope


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("upload", type=int, metavar="ID")
        parser.add_argument("--by", required=True, metavar="USER")
        parser.add_argument("--json", type=Path, metavar="OUT", help="write the full report as JSON to this file")
        parser.add_argument(
            "--annotated",
            type=Path,
            metavar="OUT.xlsx",
            help="write the rows that need attention to this workbook, with findings marked on each cell",
        )

    def handle(
        self, *args: Any, upload: int, by: str, json: Path | None, annotated: Path | None, **options: Any
    ) -> None:
        found = upload_named(upload, by=user_named(by))
        report: dict[str, Any] = found.report or {}
        write_json(json, report={**report, "upload": found.pk, "state": found.state, "stored": found.result})
        if annotated is not None and report:
            with center_scope([found.center_id]):
                content = annotated_upload(found)
            write_workbook(annotated, content=content)
        for line in (*(lines(report) if report else ()), *preview_lines(found)):
            self.stdout.write(line)
