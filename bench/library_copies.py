"""Every study of the library as a copy in the editor: opened, saved unchanged, frozen and run.

`.venv/bin/python -m bench.library_copies --by statistician` on the demo prints a line for each, as a table in Markdown. It stores
versions and runs as a person would, so that it is for a registry of synthetic patients.
"""

# ruff: noqa: PLC0415  # models need the settings
import argparse
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    reference: str
    same_hash: bool
    sections: int
    compared: str  # patients by arm, or why it cannot be run
    seconds: float

    @property
    def line(self) -> str:
        same = "yes" if self.same_hash else "NO"
        return f"| {self.reference} | {self.sections} | {same} | {self.compared} | {self.seconds:.1f} |"


def copies(references: Sequence[str], *, by: Any) -> Iterator[Copy]:
    from analytics.editor.form import form_sections
    from analytics.frame import sha256
    from analytics.protocol.library import protocol_text
    from analytics.protocol.text import parse_protocol
    from analytics.studies.drafts import save_draft, start_from_library
    from analytics.studies.versions import freeze_draft

    for reference in references:
        started = time.perf_counter()
        draft = start_from_library(reference, by=by)
        content = parse_protocol(draft.text)
        saved = save_draft(draft, content=content, edition=draft.edition, base=draft.text, by=by)
        study = freeze_draft(saved.draft, by=by, reason="a copy of the library")
        yield Copy(
            reference=reference,
            same_hash=sha256(study.protocol) == sha256(protocol_text(reference)),
            sections=len(form_sections(content)),
            compared=_compared(study, by=by),
            seconds=time.perf_counter() - started,
        )


def _compared(study: Any, *, by: Any) -> str:
    from analytics.errors import AnalysisError
    from analytics.studies.services import run_comparison, stored_result
    from registry.access.scope import center_scope

    try:
        run = run_comparison(study, by=by, reason="a copy of the library")
    except AnalysisError as error:
        return " ".join(message.en for message in error.messages)
    with center_scope(run.center_ids):
        result = stored_result(type(run).objects.select_related("result").get(pk=run.pk))
    return "; ".join(f"{label} {n}" for label, n in result["flow"][-1]["arms"].items())


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    from config import database

    database.start()
    django.setup()
    from django.contrib.auth.models import User

    from analytics.protocol.library import library

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--by", default="statistician")
    by = User.objects.get(username=parser.parse_args().by)
    print("| Study | Sections | Same hash | Compared | Seconds |\n|---|---:|---|---|---:|")
    for copy in copies([protocol.id for protocol in library()], by=by):
        print(copy.line, flush=True)


if __name__ == "__main__":
    main()
