"""Discard a preview; nothing is stored. Exit code 0: discarded; 2: refused, nothing changed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from importers.management.console import cannot_start, preview_lines, upload_named, user_named
from importers.services import NotAllowed, discard_upload
from registry.access.scope import center_scope
from registry.errors import Refused


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("upload", type=int, metavar="ID")
        parser.add_argument("--by", required=True, metavar="USER")

    def handle(self, *args: Any, upload: int, by: str, **options: Any) -> None:
        user = user_named(by)
        found = upload_named(upload, by=user)
        try:
            with center_scope([found.center_id], by=user, reason=f"discard {upload}", source="command"):
                discard_upload(found, by=user)
        except (Refused, NotAllowed) as refused:
            raise cannot_start(str(refused)) from None
        for line in preview_lines(found):
            self.stdout.write(line)
