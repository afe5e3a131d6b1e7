"""`manage.py compare PROTOCOL`: on the registry, or with --table on anybody's flat file; with --all the whole library.

Exit status: 0 done, 1 the data have errors, 2 cannot start.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.engine.comparison import Comparison, compare
from analytics.errors import AnalysisError, FaultyDataError
from analytics.flat.protocol import read_table_protocol
from analytics.flat.table import read_table
from analytics.management.output import one_line, write_result
from analytics.protocol.library import table_protocol_path
from analytics.report.folder import write_report
from analytics.report.library_table import library_lines
from analytics.report.terminal import summary_lines
from analytics.result.comparison import errors_json, result_json
from analytics.result.library import library_json
from analytics.studies.library_run import compare_library
from analytics.studies.services import compare_on_registry

OF_ONE = ("table", "report", "design_only", "verify")


class Command(BaseCommand):
    help = "Run a matched comparison on the registry or on a flat table, or with --all every study of the library."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        which = "a library ID such as an-2025, or a YAML file; with --table, a YAML file with table:"
        parser.add_argument("protocol", nargs="?", help=which)
        parser.add_argument("--all", action="store_true", help="all of the library, our results beside those printed")
        table = "run a table protocol on this CSV file instead of the registry; not available for library studies"
        parser.add_argument("--table", type=Path, help=table)
        written = "write the result as JSON to this file, or - for standard output"
        parser.add_argument("--json", dest="json_out", help=written)
        report = "write the page, figures and tables of a registry study to this folder"
        parser.add_argument("--report", type=Path, help=report)
        parser.add_argument("--design-only", action="store_true", help="stop before analyzing the outcomes")
        verify = "fit medians, hazard ratios and their errors with lifelines as well, as every stored run does"
        parser.add_argument("--verify", action="store_true", help=verify)
        parser.add_argument("--by", help="user to whom a run on the registry is attributed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"] == (options["protocol"] is not None):
            raise CommandError("Name one protocol, or give --all for the whole library.", returncode=2)
        if options["report"] and options["table"]:
            raise CommandError(
                "--report is available only for studies on the registry. Use --json with --table.", returncode=2
            )
        try:
            self._library(options) if options["all"] else self._one(options)
        except FaultyDataError as fault:
            if options["json_out"]:
                write_result(errors_json(fault), to=options["json_out"], stdout=self.stdout)
            raise CommandError(one_line(fault), returncode=1) from None
        except AnalysisError as error:
            raise CommandError(one_line(error), returncode=2) from None

    def _one(self, options: dict[str, Any]) -> None:
        comparison = _run(options)
        if options["json_out"]:
            write_result(result_json(comparison), to=options["json_out"], stdout=self.stdout)
        if options["report"]:
            self._report(comparison, folder=options["report"])
        if options["json_out"] != "-":
            self.stdout.write("\n".join(summary_lines(comparison)))

    def _library(self, options: dict[str, Any]) -> None:
        if unfit := next((name for name in OF_ONE if options[name]), None):
            text = f"--{unfit.replace('_', '-')} is for a single protocol; --all does not take it."
            raise CommandError(text, returncode=2)
        results = list(compare_library(by=options["by"], say=self.stderr.write))
        if options["json_out"]:
            write_result(library_json(results), to=options["json_out"], stdout=self.stdout)
        if options["json_out"] != "-":
            self.stdout.write("\n".join(library_lines(results)))

    def _report(self, comparison: Comparison, *, folder: Path) -> None:
        try:
            write_report(comparison, folder=folder)
        except OSError as error:
            raise CommandError(f"The report cannot be written to {folder}: {error.strerror}.", returncode=2) from None


def _run(options: dict[str, Any]) -> Comparison:
    design_only, verify = options["design_only"], options["verify"]
    if options["table"] is None:
        return compare_on_registry(options["protocol"], by=options["by"], design_only=design_only, verify=verify)
    protocol = read_table_protocol(table_protocol_path(options["protocol"]))
    frame = read_table(options["table"], protocol=protocol)
    return compare(frame, protocol=protocol, design_only=design_only, verify=verify)
