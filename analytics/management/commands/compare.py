"""`manage.py compare PROTOCOL`: on the registry, or with --table on anybody's flat file.

Exit status: 0 done, 1 the data have errors, 2 cannot start.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.engine.comparison import Comparison, compare
from analytics.errors import AnalysisError, FaultyDataError
from analytics.flat.protocol import read_table_protocol
from analytics.flat.table import read_table
from analytics.protocol.library import table_protocol_path
from analytics.report.folder import write_report
from analytics.report.labels import in_language
from analytics.report.terminal import summary_lines
from analytics.result.comparison import errors_json, result_json
from analytics.studies.services import compare_on_registry


class Command(BaseCommand):
    help = "Run a matched comparison on the registry or on a flat table."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "protocol", help="a library ID such as an-2025, or a YAML file; with --table, a YAML file with table:"
        )
        parser.add_argument(
            "--table",
            type=Path,
            help="run a table protocol on this CSV file instead of the registry; not available for library studies",
        )
        parser.add_argument(
            "--json", dest="json_out", help="write the result as JSON to this file, or - for standard output"
        )
        parser.add_argument(
            "--report", type=Path, help="write the page, figures and tables of a registry study to this folder"
        )
        parser.add_argument("--design-only", action="store_true", help="stop before analyzing the outcomes")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="fit medians, hazard ratios and their errors with lifelines as well, as every stored run does",
        )
        parser.add_argument("--by", help="user to whom a run on the registry is attributed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["report"] and options["table"]:
            raise CommandError(
                "--report is available only for studies on the registry. Use --json with --table.", returncode=2
            )
        try:
            comparison = _run(options)
        except FaultyDataError as fault:
            if options["json_out"]:
                self._write(errors_json(fault), to=options["json_out"])
            raise CommandError(_one_line(fault), returncode=1) from None
        except AnalysisError as error:
            raise CommandError(_one_line(error), returncode=2) from None
        if options["json_out"]:
            self._write(result_json(comparison), to=options["json_out"])
        if options["report"]:
            self._report(comparison, folder=options["report"])
        if options["json_out"] != "-":
            self.stdout.write("\n".join(summary_lines(comparison)))

    def _report(self, comparison: Comparison, *, folder: Path) -> None:
        try:
            write_report(comparison, folder=folder)
        except OSError as error:
            raise CommandError(f"The report cannot be written to {folder}: {error.strerror}.", returncode=2) from None

    def _write(self, text: str, *, to: str) -> None:
        if to == "-":
            self.stdout.write(text, ending="")
            return
        try:
            Path(to).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"The result cannot be written to {to}: {error.strerror}.", returncode=2) from None


def _run(options: dict[str, Any]) -> Comparison:
    if options["table"] is None:
        return compare_on_registry(
            options["protocol"], by=options["by"], design_only=options["design_only"], verify=options["verify"]
        )
    protocol = read_table_protocol(table_protocol_path(options["protocol"]))
    frame = read_table(options["table"], protocol=protocol)
    return compare(frame, protocol=protocol, design_only=options["design_only"], verify=options["verify"])


def _one_line(error: AnalysisError) -> str:
    return " ".join(in_language(message) for message in error.messages)
