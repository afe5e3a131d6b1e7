"""Step 8: what the mapping is called, what it would change in what is stored, and its text, which says all that the steps cannot."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import QueryDict

from importers.files.raw import WorkbookRefused
from importers.mapping.language import SheetMapping
from importers.mapping.refusals import MappingRefused
from importers.mapping.text import read_mapping, write_mapping
from importers.models import CenterMapping
from importers.pages.guide.constants import lacking
from importers.pages.guide.content import set_or_drop
from importers.pages.guide.draft import as_content, keep_draft, parts_in
from importers.pages.guide.names import spoken
from importers.pages.guide.outcome import in_words
from importers.pages.guide.workspace import Workspace
from importers.pages.preview import NAMES, form_label
from importers.services import map_upload
from importers.storage.center_mappings import save_mapping, versions_of
from importers.storage.mapping_changes import changes_of_mapping
from registry.access.permissions import User
from registry.errors import Refused

SHOWN_ERRORS = 8


def shown(work: Workspace) -> dict[str, Any]:
    parts, problems = parts_in(work.content)
    name = str(work.content.get("name", ""))
    last = versions_of(name, center=work.upload.center_id).first()
    return {
        "name": name,
        "mapping_title": work.content.get("title", ""),
        "last": last,
        "lacking": lacking(work),
        "problems": in_words(problems, work=work),
        "text": write_mapping(parts) if parts is not None else "",
        **(_check(work, parts=parts) if parts is not None else {"changes": None}),
    }


def taken(work: Workspace, *, given: QueryDict) -> None:
    """A text that was changed is taken whatever button leaves the step. Raises Refused where it cannot be read."""
    former = str(work.content.get("name", ""))
    if given.get("use_text") == "yes" or _is_changed(given.get("text"), work=work):
        try:
            parts = read_mapping(given.get("text", ""))
        except MappingRefused as refused:
            raise Refused(" ".join(spoken((one.en, one.zh)) for one in refused.problems)) from None
        work.content.clear()
        work.content.update(as_content(parts))
        if given.get("name", former).strip().lower() == former:  # else the name was changed beside the text
            return
    if "name" in given:
        work.content["name"] = str(given["name"]).strip().lower()
        set_or_drop(work.content, name="title", value=given.get("title", "").strip())


def _is_changed(text: str | None, *, work: Workspace) -> bool:
    parts, _problems = parts_in(work.content)
    before = write_mapping(parts) if parts is not None else ""
    return text is not None and "\n".join(text.split("\r\n")).strip() != before.strip()


def save(work: Workspace, *, note: str, by: User) -> CenterMapping:
    """A version of the center's mapping, with which the file is then checked. Raises Refused."""
    parts, problems = parts_in(work.content)
    if parts is None:
        raise Refused(" ".join(in_words(problems, work=work)))
    try:
        saved = save_mapping(write_mapping(parts), center=work.upload.center_id, by=by, note=note)
    except MappingRefused as refused:
        raise Refused(" ".join(in_words(refused.problems, work=work))) from None
    keep_draft(work.upload, content=None)
    map_upload(work.upload, mapping=saved, by=by)
    return saved


def _check(work: Workspace, *, parts: SheetMapping) -> dict[str, Any]:
    """What storing the file would do, by kind of record, and what would hold rows back. Nothing is stored."""
    try:
        changes = changes_of_mapping(work.upload, mapping=parts)
    except WorkbookRefused as refused:
        return {"changes": None, "problems": [spoken((refused.problem.en, refused.problem.zh))]}
    told = []
    for entity, counts in changes.records.items():
        numbers = {name: count for name, count in counts.as_json().items() if count and name in NAMES}
        told.append({"form": form_label(entity), "counts": [(NAMES[name], count) for name, count in numbers.items()]})
    return {"changes": told, "errors": list(_errors(changes.report))}


def _errors(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Per column and rule one sentence, with how often it would be said."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for finding in report["findings"]:
        if finding["severity"] == "error":
            key = finding["code"], finding["name"]
            counts[key] += 1
            first.setdefault(key, spoken((finding["en"], finding["zh"])))
    for key, count in counts.most_common(SHOWN_ERRORS):
        yield {"count": count, "sentence": first[key]}
