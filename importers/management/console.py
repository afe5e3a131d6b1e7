"""What the upload commands share: who and where, and a report as lines of text."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.utils.translation import get_language

from importers.files.workbook import WorkbookRefused, contents
from importers.mapping.refusals import MappingRefused
from importers.models import CenterMapping, Upload
from importers.pages.forms import as_pairs
from importers.pages.preview import blank_columns
from importers.pages.report import OUTCOMES
from importers.storage.center_mappings import mapping_named
from registry.access.permissions import centers_where
from registry.access.scope import center_scope
from registry.errors import Refused
from registry.workbook.stored_keys import center_with_code

CANNOT_START = 2
LINES_PER_RULE = 20


def cannot_start(reason: str) -> CommandError:
    return CommandError(reason, returncode=CANNOT_START)


def center_named(code: str) -> Any:
    center = center_with_code(code)
    if center is None:
        raise cannot_start(f"no active center with code {code}")
    return center


def user_named(name: str) -> Any:
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise cannot_start(f"no active user named {name}")
    return user


def upload_named(number: int, *, by: Any) -> Upload:
    """One of the centers for which this person may upload."""
    centers = centers_where(by, may="upload_workbooks")
    with center_scope(centers):
        found = Upload.objects.filter(pk=number, center_id__in=centers)
        upload = found.select_related("center", "job", "uploaded_by").first()
    if upload is None:
        raise cannot_start(f"user {by} cannot access an upload {number}")
    return upload


def mapping_option(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--mapping", metavar="NAME", default="", help="read the file by this mapping of the center, in its last version"
    )


def mapping_of(name: str, *, center: Any) -> CenterMapping | None:
    """Call it inside a scope of the center, or outside any."""
    if not name:
        return None
    try:
        with center_scope([center.pk]):
            return mapping_named(name, center=center.pk)
    except Refused as refused:
        raise cannot_start(str(refused)) from None


def why_not(refused: MappingRefused) -> str:
    """A line for each key at fault."""
    return "\n".join(_in_own_language(one.en, one.zh) for one in refused.problems)


def blanks_named(names: Sequence[str], *, of: Upload, by: Any) -> list[tuple[str, str]]:
    """Columns of the upload as assessment.weight_kg."""
    with center_scope([of.center_id], by=by):
        known = (
            blank_columns(of) if of.can_be_confirmed else dict.fromkeys(names)
        )  # what waits for nobody is refused by itself
    unknown = [name for name in names if name not in known]
    if unknown:
        raise cannot_start(
            f"blank cells cannot be applied to {', '.join(unknown)}; columns of this upload: {', '.join(known)}"
        )
    return as_pairs(names)


def content_of(path: Path) -> bytes:
    try:
        return contents(path)
    except WorkbookRefused as refused:
        raise cannot_start(refusal(refused)) from None
    except OSError as error:
        raise cannot_start(f"{path}: {error.strerror}") from None


def refusal(refused: WorkbookRefused) -> str:
    return f"{refused.problem.code}: {_in_own_language(refused.problem.en, refused.problem.zh)}"


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    """One line per finding, then what each sheet holds."""
    printed: dict[str, int] = {}
    for finding in report["findings"]:
        code = finding["code"]
        printed[code] = printed.get(code, 0) + 1
        if printed[code] <= LINES_PER_RULE:
            place = f" {_place(finding)}".rstrip()
            yield f"{finding['severity']} {code}{place}: {_in_own_language(finding['en'], finding['zh'])}"
    for rule in report["rules"]:
        if rule["total"] > LINES_PER_RULE:
            yield f"{rule['severity']} {rule['code']}: {rule['total']} in total"
    for sheet in report["sheets"]:
        yield f"{sheet['sheet']}: {sheet['rows']} rows, {sheet['with_errors']} with errors, {sheet['held_back']} rejected"


def preview_lines(upload: Upload) -> Iterator[str]:
    """How the upload stands, and what confirming it would do."""
    yield f"upload {upload.pk}: {upload.state}"
    preview = upload.preview or {}
    for entity, counts in preview.get("records", {}).items():
        yield f"{entity}: " + ", ".join(f"{counts.get(fate, 0)} {fate}" for fate in OUTCOMES)
    for asked in (upload.report or {}).get("unmatched", ()):
        likely = ", ".join(asked["suggestions"]) or "none"
        yield f"header {asked['sheet']} {asked['column']} “{asked['header']}” matches no column; suggestions: {likely}"


def stored_lines(result: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for entity, counts in result.items():
        yield f"{entity}: {counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged"


def write_json(target: Path | None, *, report: Mapping[str, Any]) -> None:
    if target is None:
        return
    try:
        target.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise cannot_start(f"{target}: {error.strerror}") from None


def write_workbook(target: Path, *, content: bytes) -> None:
    try:
        target.write_bytes(content)
    except OSError as error:
        raise cannot_start(f"{target}: {error.strerror}") from None


def _place(finding: Mapping[str, Any]) -> str:
    cell = f"{finding['column'] or ''}{finding['row'] or ''}"
    return " ".join(part for part in (finding["sheet"], cell, finding["name"]) if part)


def _in_own_language(english: str, chinese: str) -> str:
    return chinese if (get_language() or "").startswith("zh") else english
