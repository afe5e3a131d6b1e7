"""Print docs/studies.md: every study of the library on the registry at hand, which is meant to be the demo's."""

from typing import Any

from django.core.management.base import BaseCommand

from analytics.report.library_table import library_page
from analytics.studies.library_run import compare_library


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(library_page(list(compare_library(by=None, say=self.stderr.write))), ending="")
