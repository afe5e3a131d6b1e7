"""`manage.py codebook [--format md|csv] [OUT]`: every variable of the registry with label, type, unit, limits and codes."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.codebook import as_csv, as_markdown

FORMATS = {"md": as_markdown, "csv": as_csv}


class Command(BaseCommand):
    help = "Write the codebook of the registry, to the output or to a file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, nargs="?", help="the file to write; the output without one")
        parser.add_argument("--format", default="md", help=", ".join(FORMATS))

    def handle(self, *args: Any, **options: Any) -> None:
        name, out = options["format"], options["out"]
        if name not in FORMATS:
            raise CommandError(f"The format {name} is not offered; take one of {', '.join(FORMATS)}.", returncode=2)
        text = FORMATS[name]()
        if out is None:
            self.stdout.write(text, ending="")
            return
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.", returncode=2) from None
