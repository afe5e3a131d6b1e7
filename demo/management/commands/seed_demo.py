"""Write synthetic centers as upload workbooks."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo.centers import SEED
from demo.cohort.screening import SCREENED
from demo.faults.workbooks import MANIFEST as DIRTY_MANIFEST
from demo.faults.workbooks import write_dirty_workbooks
from demo.foreign.workbooks import MANIFEST as FOREIGN_MANIFEST
from demo.foreign.workbooks import write_foreign_workbooks
from demo.workbooks import MANIFEST, write_workbooks


class Command(BaseCommand):
    help = "Write workbooks of synthetic centers and manifest.json with the underlying truth. Nothing is stored in the registry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--centers", type=int, default=12)
        parser.add_argument(
            "--patients", type=int, default=SCREENED, help="number of patients screened, all centers combined"
        )
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument(
            "--dirty",
            action="store_true",
            help="write workbooks with deliberate errors instead, with manifest-dirty.json listing them",
        )
        parser.add_argument(
            "--foreign",
            action="store_true",
            help="write exports as hospitals have them instead, each with the mapping that reads it",
        )
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["out"]
        try:
            paths, manifest = _written(folder, asked=options)
        except OSError as error:
            text = f"The workbooks cannot be written to {folder}: {error.strerror}. Choose another folder with --out."
            raise CommandError(text, returncode=2) from None
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"{len(paths)} workbooks and {manifest} in {folder}")


def _written(folder: Path, *, asked: Mapping[str, Any]) -> tuple[list[Path], str]:
    """The workbooks, and the file that tells the truth about them."""
    if asked["foreign"]:
        return write_foreign_workbooks(folder), FOREIGN_MANIFEST
    if asked["dirty"]:
        return list(write_dirty_workbooks(folder, seed=asked["seed"])), DIRTY_MANIFEST
    numbers = {name: asked[name] for name in ("centers", "patients", "seed")}
    return list(write_workbooks(folder, **numbers)), MANIFEST
