"""Undo a whole upload, most recent first in each center. Exit code 0: undone; 2: refused, nothing changed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from importers.management.console import cannot_start, user_named
from importers.models import Upload
from importers.services import NotAllowed, undo_upload
from registry.access.permissions import centers_where
from registry.access.scope import center_scope
from registry.errors import Refused


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("upload", type=int, metavar="ID")
        parser.add_argument("--by", required=True, metavar="USER")
        parser.add_argument("--reason", default="undone by command")

    def handle(self, *args: Any, upload: int, by: str, reason: str, **options: Any) -> None:
        user = user_named(by)
        with center_scope(centers_where(user, may="upload_workbooks")):
            center = Upload.objects.filter(pk=upload).values_list("center_id", flat=True).first()
        if center is None:
            raise cannot_start(f"user {by} cannot access an upload {upload}")
        try:
            undone = undo_upload(upload, by=user, reason=reason, center=center)
        except (Refused, NotAllowed) as refused:
            raise cannot_start(str(refused)) from None
        result = undone.undo_result or {}
        for word, counts in (("withdrawn", result["withdrawn"]), ("reverted", result["changed_back"])):
            for entity, count in counts.items():
                self.stdout.write(f"{entity}: {count} {word}")
        for kept in result["kept"]:
            self.stdout.write(f"kept: {kept['entity']} {kept['record']} {kept['variable']} ({kept['reason']})")
