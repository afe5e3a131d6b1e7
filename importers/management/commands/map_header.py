"""Map a center's own header to a column for all its uploads. Exit code 0: saved; 2: refused, nothing changed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from importers.management.console import cannot_start, center_named, user_named
from importers.storage.load import NotAllowed
from importers.storage.mapping import remember_mapping
from registry.errors import Refused


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sheet")
        parser.add_argument("header")
        parser.add_argument("column", help="a column of the sheet, or - to ignore the header")
        parser.add_argument("--center", required=True, metavar="C01")
        parser.add_argument("--by", required=True, metavar="USER")

    def handle(self, *args: Any, sheet: str, header: str, column: str, center: str, by: str, **options: Any) -> None:
        known, user = center_named(center), user_named(by)
        try:
            remember_mapping(known.pk, sheet=sheet, mapping={header: column}, by=user)
        except (Refused, NotAllowed) as refused:
            raise cannot_start(str(refused)) from None
        self.stdout.write(f"{sheet}: {header} → {column}")
