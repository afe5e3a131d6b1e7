"""Store a previewed upload. Exit code 0: stored; 1: not stored, preview stale or regenerated; 2: refused, nothing changed."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from importers.management.console import (
    blanks_named,
    cannot_start,
    preview_lines,
    stored_lines,
    upload_named,
    user_named,
)
from importers.models import ConflictChoice, UploadMode, UploadState
from importers.services import DatabaseRefused, NotAllowed, confirm_upload
from importers.tasks import work_at_once
from registry.access.scope import center_scope
from registry.errors import Refused


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("upload", type=int, metavar="ID")
        parser.add_argument("--by", required=True, metavar="USER")
        parser.add_argument("--mode", choices=UploadMode.values, default=UploadMode.VALID.value)
        parser.add_argument("--conflicts", choices=ConflictChoice.values, default=ConflictChoice.STORED.value)
        parser.add_argument(
            "--blank",
            action="append",
            default=[],
            metavar="COLUMN",
            help="column whose blank cells overwrite stored values, such as assessment.weight_kg; repeatable. "
            "If the set differs from the preview, the preview is regenerated and nothing is stored",
        )
        parser.add_argument("--reason", default="")

    def handle(self, *args: Any, upload: int, by: str, blank: list[str], **options: Any) -> None:
        user = user_named(by)
        found = upload_named(upload, by=user)
        blanks = blanks_named(blank, of=found, by=user)
        given = {name: options[name] for name in ("mode", "conflicts", "reason")}
        try:
            with center_scope(
                [found.center_id], by=user, reason=given["reason"] or f"upload {upload}", source="command"
            ):
                confirm_upload(found, by=user, blanks=blanks, **given)
            found = work_at_once(found)
        except (Refused, NotAllowed, DatabaseRefused) as refused:
            raise cannot_start(str(refused)) from None
        if found.state != UploadState.STORED:
            self.stdout.writelines(f"{line}\n" for line in preview_lines(found))
            sys.exit(1)
        for line in stored_lines(found.result or {}):
            self.stdout.write(line)
