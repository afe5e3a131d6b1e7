"""Print the JSON Schema of a workbook mapping, which editors use for completion and validation."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from importers.mapping.text import mapping_schema


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(mapping_schema(), indent=2, ensure_ascii=False))
