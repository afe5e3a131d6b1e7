"""Write a center's template workbook."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from importers.management.console import center_named, write_workbook
from importers.workbooks.filled_template import template_of


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")
        parser.add_argument("--center", required=True, metavar="C01")
        parser.add_argument(
            "--filled", action="store_true", help="include the stored data; uploading it unmodified changes nothing"
        )

    def handle(self, *args: Any, out: Path, center: str, filled: bool, **options: Any) -> None:
        known = center_named(center)
        write_workbook(out, content=template_of(known, filled=filled))
        self.stdout.write(str(out))
