"""`manage.py repeat_run RUN`: compute a stored run again on the records it read, and hold the two results side by side.

Exit status: 0 equal to the letter, 1 different, 2 cannot start.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.cohort.reader import active_centers
from analytics.errors import AnalysisError
from analytics.management.output import one_line, write_result
from analytics.models import Run
from analytics.studies.services import repeat_run
from registry.access.scope import center_scope


class Command(BaseCommand):
    help = "Compute a stored run again on the records it read and compare the two results."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, help="number of the run, as in its address")
        parser.add_argument(
            "--json", dest="json_out", help="write the new result to this file, or - for standard output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with center_scope(active_centers()):
            run = (
                Run.objects.filter(pk=options["run"], result__isnull=False)
                .select_related("study", "snapshot", "result")
                .first()
            )
            if run is None:
                raise CommandError(f"There is no finished run {options['run']}.", returncode=2)
            try:
                found = repeat_run(run)
            except AnalysisError as error:
                raise CommandError(one_line(error), returncode=2) from None
        if options["json_out"]:
            write_result(found.text, to=options["json_out"], stdout=self.stdout)
        if not found.is_equal:
            versions = "; ".join(f"{name} {old}, now {new}" for name, (old, new) in found.software.items())
            why = f"Versions that differ: {versions}." if versions else "The versions of the software are the same."
            raise CommandError(f"Run {run.pk} repeated is different. {why}", returncode=1)
        if options["json_out"] != "-":
            self.stdout.write(f"Run {run.pk} repeated from snapshot {run.snapshot}: equal to the letter.")
