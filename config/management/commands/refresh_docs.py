"""Write the pages of the docs that are generated from the code; with --check, only list those that are out of date."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.generated_pages import outdated_pages


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is out of date")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        outdated = outdated_pages(settings.BASE_DIR)
        if check and outdated:
            raise CommandError(f"Out of date: {', '.join(outdated)}. Run manage.py refresh_docs.")
        for page, text in outdated.items():
            (settings.BASE_DIR / page).write_text(text, encoding="utf-8")
            self.stdout.write(f"{page} written")
        if not outdated:
            self.stdout.write("All generated pages are up to date.")
