"""Count what each edit check finds in the demo's patients, in whom nothing is wrong, per 1,000 of them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from demo.alarms.rates import measure, write
from demo.cohort.screening import SCREENED


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--centers", type=int, default=12)
        parser.add_argument("--patients", type=int, default=SCREENED)
        parser.add_argument("--write", action="store_true", help="keep the rates for docs/edit-checks.md")

    def handle(self, *args: Any, centers: int, patients: int, **options: Any) -> None:
        measured = measure(centers=centers, patients=patients)
        self.stdout.write(
            f"{measured.patients} patients; findings in complete records, and with the gaps of an old chart"
        )
        for code, severity in sorted({*measured.complete, *measured.with_gaps}):
            found = measured.complete[code, severity], measured.with_gaps[code, severity]
            self.stdout.write(f"{code:7} {severity:8} {found[0]:6} {found[1]:6}")
        if options["write"]:
            write(measured)
            self.stdout.write("written; run manage.py refresh_docs")
