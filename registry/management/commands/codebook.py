"""`manage.py codebook [--format md|csv|xlsx|redcap] [OUT]`: every variable with label, type, unit, limits and codes."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.workbook.codebook import as_csv, as_markdown
from registry.workbook.codebook_files import as_redcap, as_xlsx

TEXTS = {"md": as_markdown, "csv": as_csv, "redcap": as_redcap}
FORMATS = (*TEXTS, "xlsx")


class Command(BaseCommand):
    help = "Write the codebook of the registry to standard output or to a file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, nargs="?", help="file to write; standard output if omitted")
        parser.add_argument("--format", default="md", help=", ".join(FORMATS))

    def handle(self, *args: Any, **options: Any) -> None:
        name, out = options["format"], options["out"]
        if name not in FORMATS:
            raise CommandError(f"The format {name} is not available. Use one of {', '.join(FORMATS)}.", returncode=2)
        if out is None and name not in TEXTS:
            raise CommandError(f"The format {name} requires an output file. Name one.", returncode=2)
        content = TEXTS[name]() if name in TEXTS else as_xlsx()
        if out is None:
            self.stdout.write(str(content), ending="")
            return
        try:
            out.write_bytes(content.encode() if isinstance(content, str) else content)
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.", returncode=2) from None
