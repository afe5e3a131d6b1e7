"""`manage.py check_table FILE`: audit tables as a paper prints them: CSV, tab-separated text or a workbook, each sheet tables.

Exit status: 0 nothing found, 1 something found, 2 the file cannot be read.
"""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.audit.audit import audit, findings_json
from analytics.audit.files import tables_of_file
from analytics.errors import AnalysisError
from analytics.management.output import one_line, write_result
from analytics.report.labels import in_language


class Command(BaseCommand):
    help = "Check the arithmetic of published tables: counts, percentages, matching, P values, ratios, medians."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a .csv, .tsv, .txt or .xlsx file with the tables as printed")
        written = "write the findings as JSON to this file, or - for standard output"
        parser.add_argument("--json", dest="json_out", help=written)

    def handle(self, *args: Any, file: Path, json_out: str | None, **options: Any) -> None:
        try:
            tables = tables_of_file(file.read_bytes(), name=file.stem)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=2) from None
        except AnalysisError as error:
            raise CommandError(one_line(error), returncode=2) from None
        findings = audit(tables)
        if json_out:
            write_result(findings_json(tables, findings=findings), to=json_out, stdout=self.stdout)
        if json_out != "-":
            for finding in findings:
                mark = "impossible" if finding.is_impossible else "to be explained"
                place = f"{finding.table}, row {finding.row}: {finding.what}"
                self.stdout.write(f"{finding.code}  {place}: {in_language(finding.message)} [{mark}]")
            numbers = sum(len(table.entries) + len(table.tested) for table in tables)
            self.stdout.write(f"{len(tables)} tables, {numbers} numbers read, {len(findings)} findings.")
        if findings:
            sys.exit(1)
