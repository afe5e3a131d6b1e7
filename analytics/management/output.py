"""Where a command's result goes, and what it says when there is none."""

from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper

from analytics.errors import AnalysisError
from analytics.report.labels import in_language


def write_result(text: str, *, to: str, stdout: OutputWrapper) -> None:
    """To a file, or with - to standard output."""
    if to == "-":
        stdout.write(text, ending="")
        return
    try:
        Path(to).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"The result cannot be written to {to}: {error.strerror}.", returncode=2) from None


def one_line(error: AnalysisError) -> str:
    return " ".join(in_language(message) for message in error.messages)
