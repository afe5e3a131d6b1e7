"""What another version of a mapping would make of a file that is kept, held against what is stored. Nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from importers.mapping.language import SheetMapping
from importers.models import Upload
from importers.storage.comparison import Counts
from importers.storage.staging import Staged


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingChanges:
    """As a preview has it: `records` by kind of record, `staged` with old → new per value, `report` of the check as JSON."""

    records: Mapping[str, Counts]
    staged: Mapping[str, Staged]
    report: Mapping[str, object]


def changes_of_mapping(upload: Upload, *, mapping: SheetMapping) -> MappingChanges:
    """Call it inside a scope of the upload's center. Raises WorkbookRefused."""
    raise NotImplementedError
