"""The synthetic patients as an old chart has them: nothing is wrong, much was never written down.

Which details real files lack: no oil volume, bead, regimen or site of metastasis, contacts more than six months apart, deaths known to
the month, ends of agents and events not recorded; low platelets before and after; weekly HAIC; patients above 75. Where a
cell is empty, half the time it says why.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from demo.centers import CenterRows
from demo.complete.draw import Draw
from demo.sheet_names import (
    ADVERSE_EVENT,
    ASSESSMENT,
    FOLLOW_UP,
    LABORATORY,
    PATIENT,
    SYSTEMIC,
    TRANSARTERIAL,
)

Row = Mapping[str, Any]

# How often what is not recorded, in percent
UNRECORDED: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        TRANSARTERIAL: {"lipiodol_ml": 60, "embolic_agent": 60, "bead_type": 40, "haic_regimen": 20},
        ASSESSMENT: {"metastasis_sites": 80},
        FOLLOW_UP: {"death_cause": 30},
        SYSTEMIC: {"agent_stop_date": 40},
        ADVERSE_EVENT: {"ae_resolution_date": 30},
    }
)
LISTS = frozenset({"embolic_agent", "metastasis_sites"})  # of which no reason can be said
REASONS = ("NR", "不详", None, None)
CONTACTS_LOST, DEATHS_TO_THE_MONTH, LOW_PLATELETS, WEEKLY, WITHOUT_CAUSE = 0.5, 0.2, 0.05, 0.1, 0.5
PLATELETS = 42.0
WEEK = timedelta(days=7)
NO_CAUSE = {"etiology_alcohol": "0", "etiology_masld": "0", "hcv_status": "NEG", "etiology_other": None}


def with_gaps(center: CenterRows) -> CenterRows:
    """The same patients and courses. The same center always gives the same rows."""
    sheets = {
        sheet: tuple(kept for row in rows if (kept := _thinned(row, sheet=sheet, center=center.code)) is not None)
        for sheet, rows in center.sheets.items()
    }
    return CenterRows(code=center.code, sheets=sheets, patients=center.patients)


def _thinned(row: Row, *, sheet: str, center: str) -> Row | None:
    """None of a contact that nobody recorded."""
    draw = Draw("gaps", center, row["local_id"], sheet, *(row.get(day) for day in ("start_date", "follow_up_date")))
    changes = CHANGES.get(sheet, _nothing)(row, Draw("gaps", center, row["local_id"]))
    if changes is None:
        return None
    lacking = {
        name: None if name in LISTS else draw.one(REASONS)
        for name, percent in UNRECORDED.get(sheet, {}).items()
        if row.get(name) is not None and draw.chance(percent / 100)
    }
    return {**row, **changes, **lacking}


def _nothing(_row: Row, _draw: Draw) -> Row:
    return {}


def _contact(row: Row, draw: Draw) -> Row | None:
    """A death, a loss and a progression are remembered."""
    if row["vital_status"] == "ALIVE" and not row.get("progression_date"):
        seed = Draw("contact", row["local_id"], row["follow_up_date"])
        return None if seed.chance(CONTACTS_LOST) else {}
    day = row.get("death_date")
    return {"death_date": f"{day:%Y-%m}"} if day is not None and draw.chance(DEATHS_TO_THE_MONTH) else {}


def _panel(_row: Row, draw: Draw) -> Row:
    return {"plt": PLATELETS} if draw.chance(LOW_PLATELETS) else {}


def _session(row: Row, draw: Draw) -> Row:
    is_weekly = row["modality"] == "HAIC" and draw.chance(WEEKLY)
    cycle = row.get("cycle_no")
    if not is_weekly or not isinstance(cycle, int):
        return {}
    return {"start_date": row["start_date"] - (cycle - 1) * 2 * WEEK, "haic_regimen": "FP"}


def _person(row: Row, draw: Draw) -> Row:
    return NO_CAUSE if row.get("hbv_status") == "NEG" and draw.chance(WITHOUT_CAUSE) else {}


CHANGES: Mapping[str, Callable[[Row, Draw], Row | None]] = MappingProxyType(
    {FOLLOW_UP: _contact, LABORATORY: _panel, TRANSARTERIAL: _session, PATIENT: _person}
)


def all_with_gaps(centers: Sequence[CenterRows]) -> tuple[CenterRows, ...]:
    return tuple(map(with_gaps, centers))
