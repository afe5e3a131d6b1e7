"""What another version of a mapping would make of a file that is kept, held against what is stored. Nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from importers.checks.check import check_workbook
from importers.mapping.language import SheetMapping
from importers.models import Upload
from importers.storage.center_history import stored_of
from importers.storage.comparison import Counts
from importers.storage.load import stage_records
from importers.storage.originals import stored_workbook
from importers.storage.preview import by_entity
from importers.storage.report import check_as_json
from importers.storage.staging import Staged


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingChanges:
    """As a preview has it: `records` by kind of record, `staged` with old → new per value, `report` of the check as JSON."""

    records: Mapping[str, Counts]
    staged: Mapping[str, Staged]
    report: Mapping[str, object]


def changes_of_mapping(upload: Upload, *, mapping: SheetMapping) -> MappingChanges:
    """Call it inside a scope of the upload's center. Raises WorkbookRefused."""
    center = upload.center
    ask = partial(stored_of, center=center.pk)
    report = check_workbook(stored_workbook(upload), center=center.center_code, stored=ask, header_mapping=mapping)
    compared = list(stage_records(report.accepted, center=center.pk, blanks=by_entity(upload.blanks)))
    return MappingChanges(
        records={one.staged.entity: one.counts for one in compared},
        staged={one.staged.entity: one.staged for one in compared},
        report=check_as_json(report),
    )
