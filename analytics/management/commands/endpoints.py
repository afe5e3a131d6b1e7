"""Update the table of endpoints in docs/statistics.md from their declarations."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from analytics.protocol.endpoints.catalog import with_endpoints

PAGE: Path = settings.BASE_DIR / "docs" / "statistics.md"


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(with_endpoints(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
