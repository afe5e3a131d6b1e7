"""Write a center's mapping as it was saved, to a file or to the screen; without a name, list the mappings. Exit code 2: there is none."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from importers.management.console import cannot_start, center_named, write_workbook
from importers.storage.center_mappings import mapping_named, mappings_of
from registry.access.scope import center_scope
from registry.errors import Refused


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="")
        parser.add_argument("--center", required=True, metavar="C01")
        parser.add_argument(
            "--mapping-version", type=int, dest="chosen", metavar="N", help="another version than the last"
        )
        parser.add_argument("--out", type=Path, metavar="FILE", help="write to this file")

    def handle(self, *args: Any, name: str, center: str, chosen: int | None, out: Path | None, **options: Any) -> None:
        known = center_named(center)
        with center_scope([known.pk]):
            if not name:
                for one in mappings_of(known.pk):
                    self.stdout.write(f"{one.name}: version {one.version}, {one.saved_at:%Y-%m-%d}, {one.saved_by}")
                return
            try:
                found = mapping_named(name, center=known.pk, version=chosen)
            except Refused as refused:
                raise cannot_start(str(refused)) from None
        if out is None:
            self.stdout.write(found.text)
        else:
            write_workbook(out, content=found.text.encode())
