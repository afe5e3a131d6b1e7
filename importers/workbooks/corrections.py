"""Which upload corrects which: rows of a workbook that was sent back, corrected, and sent again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from importers.models import OVER_AND_GONE, Upload
from registry.workbook.sheets import sheets


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """`rows` of a sheet of an upload, sent again. `upload` is the other one: the corrected, or the one that corrects."""

    upload: Upload
    sheet: Any
    rows: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.rows)


def corrected_in(upload: Upload) -> list[Correction]:
    """What this upload sends again, of uploads of the same center."""
    named = Upload.objects.filter(center_id=upload.center_id, pk__in=(upload.report or {}).get("corrects", ()))
    return [one for former in named.without_content() for one in _sent_again(upload, of=former, shown=former)]


def corrections_of(upload: Upload) -> list[Correction]:
    """What of this upload other uploads of its center have sent again."""
    others = Upload.objects.filter(center_id=upload.center_id, report__corrects__contains=[upload.pk])
    later = others.exclude(state__in=OVER_AND_GONE).defer("original").order_by("pk")
    return [one for other in later for one in _sent_again(other, of=upload, shown=other)]


def _sent_again(later: Upload, *, of: Upload, shown: Upload) -> Iterable[Correction]:
    titles = {sheet.name: sheet.title for sheet in sheets()}
    for name, places in (later.report or {}).get("former", {}).items():
        rows = Counter(former for _row, number, former in places if number == of.pk)
        if rows:
            yield Correction(upload=shown, sheet=titles.get(name, name), rows=tuple(sorted(rows)))
