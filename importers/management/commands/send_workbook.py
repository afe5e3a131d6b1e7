"""Check a workbook and keep its preview for confirmation. Exit code 0: no errors; 1: errors found; 2: cannot start."""

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
    preview_lines,
    user_named,
)
from importers.models import UploadState
from importers.services import NotAllowed, send_upload
from importers.tasks import work_at_once
from registry.access.scope import center_scope


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--center", required=True, metavar="C01")
        parser.add_argument("--by", required=True, metavar="USER")
        mapping_option(parser)

    def handle(self, *args: Any, file: Path, center: str, by: str, mapping: str, **options: Any) -> None:
        known, user, content = center_named(center), user_named(by), content_of(file)
        chosen = mapping_of(mapping, center=known)
        try:
            with center_scope([known.pk], by=user, reason="workbook upload", source="command"):
                upload, is_new = send_upload(content, filename=file.name, center=known.pk, by=user, mapping=chosen)
                if not is_new:  # what is found is without its report, which is read under the center's scope
                    upload.refresh_from_db(fields=["report"])
        except NotAllowed as refused:
            raise cannot_start(str(refused)) from None
        if is_new:
            upload = work_at_once(upload)
        report: dict[str, Any] = upload.report or {}
        if upload.state == UploadState.REFUSED:
            raise cannot_start(next(lines(report)))
        for line in (*(lines(report) if report else ()), *preview_lines(upload)):
            self.stdout.write(line)
        if report.get("counts", {}).get("error"):
            sys.exit(1)
