"""Save a mapping file (YAML) as the next version of a center's mapping. Exit code 0: saved or unchanged; 2: refused."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from importers.management.console import cannot_start, center_named, content_of, user_named, why_not
from importers.mapping.refusals import MappingRefused
from importers.storage.center_mappings import save_mapping
from importers.storage.load import NotAllowed


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--center", required=True, metavar="C01")
        parser.add_argument("--by", required=True, metavar="USER")
        parser.add_argument("--note", default="", help="what changed, for the list of versions")

    def handle(self, *args: Any, file: Path, center: str, by: str, note: str, **options: Any) -> None:
        known, user = center_named(center), user_named(by)
        try:
            saved = save_mapping(content_of(file).decode(), center=known.pk, by=user, note=note)
        except MappingRefused as refused:
            raise cannot_start(why_not(refused)) from None
        except NotAllowed as refused:
            raise cannot_start(str(refused)) from None
        except UnicodeDecodeError:
            raise cannot_start(f"{file}: this is not UTF-8 text") from None
        self.stdout.write(f"mapping {saved.name}, version {saved.version}")
