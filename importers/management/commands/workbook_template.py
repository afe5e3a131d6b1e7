"""Write the workbook a center fills in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from importers.console import cannot_start, center_named
from importers.template import template_bytes


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")
        parser.add_argument("--center", required=True, metavar="C01")

    def handle(self, *args: Any, out: Path, center: str, **options: Any) -> None:
        known = center_named(center)
        try:
            out.write_bytes(template_bytes(center_code=known.center_code, center_name=known.name))
        except OSError as error:
            raise cannot_start(f"{out}: {error.strerror}") from None
        self.stdout.write(str(out))
