"""List all edit checks: code, severity, scope, record, variables, message in both languages, data dictionary section."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from registry.rules.listing import as_csv, as_markdown

FORMATS = {"md": as_markdown, "csv": as_csv}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=sorted(FORMATS), default="md")

    def handle(self, *args: Any, format: str, **options: Any) -> None:  # noqa: A002  # the option's name
        self.stdout.write(FORMATS[format](), ending="")
