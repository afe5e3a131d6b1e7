"""Print the JSON Schema of a protocol, which editors use for completion and validation."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from analytics.flat.protocol import TableProtocol
from analytics.protocol.plan import AnalysisPlan
from analytics.protocol.population import StudyProtocol

PROTOCOLS: dict[str, type[AnalysisPlan]] = {"study": StudyProtocol, "table": TableProtocol}


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(PROTOCOLS), help="protocol for the registry or for a flat table")

    def handle(self, *args: Any, kind: str, **options: Any) -> None:
        schema = PROTOCOLS[kind].model_json_schema(by_alias=True)
        self.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False))
