"""Write synthetic centers as upload workbooks."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo.centers import SEED
from demo.cohort.screening import SCREENED
from demo.faults.workbooks import MANIFEST as DIRTY_MANIFEST
from demo.faults.workbooks import write_dirty_workbooks
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
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, seed = options["out"], options["seed"]
        try:
            paths = (
                write_dirty_workbooks(folder, seed=seed)
                if options["dirty"]
                else write_workbooks(folder, centers=options["centers"], patients=options["patients"], seed=seed)
            )
        except OSError as error:
            text = f"The workbooks cannot be written to {folder}: {error.strerror}. Choose another folder with --out."
            raise CommandError(text, returncode=2) from None
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        manifest = DIRTY_MANIFEST if options["dirty"] else MANIFEST
        self.stdout.write(f"{len(paths)} workbooks and {manifest} in {folder}")
