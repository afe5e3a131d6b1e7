"""The mappings of a center: saved as versions, found by name, taken over from a file. Call the readers inside a scope of the center."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from importers.layout.mapping_catalog import mapping_catalog
from importers.mapping.agreement import problems_of
from importers.mapping.language import SheetMapping
from importers.mapping.refusals import MappingRefused, Sentence
from importers.mapping.text import read_mapping
from importers.models import CenterMapping
from importers.storage.load import NotAllowed
from registry.access.permissions import may
from registry.access.scope import center_scope
from registry.errors import Refused


def save_mapping(text: str, *, center: int, by: Any, note: str = "", name: str = "") -> CenterMapping:
    """A new version under the name that the text gives, or the last one where it says the same.

    `name` is the one that it must give, where that is known.

    Raises MappingRefused for what the text says, NotAllowed for who says it. The text is kept as it was written.
    """
    if not may(by, verb="upload_workbooks", center=center):
        raise NotAllowed(f"user {by} is not permitted to upload for this center")
    mapping = demanded(text)
    if name and name != mapping.name:
        raise MappingRefused(
            Sentence(
                "name",
                en=f"name: the mapping is called {mapping.name}, not {name}. Correct one of them.",
                zh=f"name：映射名为 {mapping.name}，而非 {name}。请更正其一。",
            )
        )
    with center_scope([center], by=by, reason=f"mapping {mapping.name}", source="upload"):
        with connection.cursor() as cursor:  # two versions saved at once follow each other
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [f"mapping {mapping.name}", center])
        last = versions_of(mapping.name, center=center).first()
        if last is not None and last.text == text:
            return last
        version = last.version + 1 if last else 1
        return CenterMapping.objects.create(
            center_id=center, name=mapping.name, version=version, text=text, note=note.strip(), saved_by=by
        )


def demanded(text: str) -> SheetMapping:
    """What the text says, where the registry knows all that it speaks of. Raises MappingRefused."""
    mapping = read_mapping(text)
    if problems := problems_of(mapping, catalog=mapping_catalog()):
        raise MappingRefused(*problems)
    return mapping


def mappings_of(center: int) -> list[CenterMapping]:
    """The last version of each."""
    found = CenterMapping.objects.filter(center_id=center).select_related("saved_by")
    return list(found.order_by("name", "-version").distinct("name"))


def versions_of(name: str, *, center: int) -> Any:
    """A QuerySet, the last version first."""
    return CenterMapping.objects.filter(center_id=center, name=name).select_related("saved_by").order_by("-version")


def mapping_named(name: str, *, center: int, version: int | None = None) -> CenterMapping:
    """The last version unless one is named. Raises Refused where there is none."""
    found = versions_of(name, center=center)
    chosen = found.filter(version=version).first() if version is not None else found.first()
    if chosen is None:
        known = ", ".join(one.name for one in mappings_of(center)) or "-"
        raise Refused(
            _("This center has no mapping “{name}”. It has: {known}. Save the mapping first.").format(
                name=name if version is None else f"{name} {version}", known=known
            )
        )
    return chosen


def parts_of(saved: CenterMapping | None) -> SheetMapping | None:
    return read_mapping(saved.text) if saved is not None else None
