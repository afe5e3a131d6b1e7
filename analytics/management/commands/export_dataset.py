"""`manage.py export_dataset STUDY --format FORMAT OUT`: the analysis data set of a study as one zip.

Exit status: 0 done, 1 the data have errors, 2 cannot start.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.errors import AnalysisError, FaultyDataError
from analytics.exports.services import export_reference
from analytics.formats import ExportFormat
from analytics.report.labels import in_language


class Command(BaseCommand):
    help = "Write the de-identified analysis dataset of a study as a ZIP file with codebook, protocol and manifest."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", help="a library ID such as an-2025, or a YAML file")
        parser.add_argument("out", type=Path, help="ZIP file to write")
        parser.add_argument("--format", default=ExportFormat.CSV.value, help=", ".join(ExportFormat.values))
        parser.add_argument(
            "--by", metavar="USER", help="user to whom the export is attributed; only this user's centers are exported"
        )
        parser.add_argument(
            "--reason", default="exported from the command line", help="reason recorded in the audit trail"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file_format, out = _format(options["format"]), options["out"]
        if not out.parent.is_dir() or out.is_dir():
            raise CommandError(f"{out} cannot be written. Name a file in an existing folder.", returncode=2)
        reason = options["reason"].strip()
        if not 0 < len(reason) <= 200:
            raise CommandError("Enter a reason of at most 200 characters.", returncode=2)
        try:
            exported = export_reference(
                options["study"], file_format=file_format, username=options["by"], reason=reason
            )
        except AnalysisError as error:
            status = 1 if isinstance(error, FaultyDataError) else 2
            raise CommandError(
                " ".join(in_language(message) for message in error.messages), returncode=status
            ) from None
        _write(exported.content, to=out)
        self.stdout.write(f"{out}: {exported.export.rows} patients, SHA-256 {exported.export.sha256}")


def _format(name: str) -> ExportFormat:
    if name not in ExportFormat.values:
        offered = ", ".join(ExportFormat.values)
        raise CommandError(f"The format {name} is not available. Use one of {offered}.", returncode=2)
    return ExportFormat(name)


def _write(content: bytes, *, to: Path) -> None:
    """Never half a file: it appears under its name when it is whole."""
    part = to.with_name(f"{to.name}.part")
    try:
        part.write_bytes(content)
        part.replace(to)
    except OSError as error:
        raise CommandError(f"{to} cannot be written: {error.strerror}.", returncode=2) from None
