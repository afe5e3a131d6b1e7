"""When a synthetic patient was given what, read from the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from demo.cohort.timetable import Row
from demo.complete.draw import Draw
from demo.sheet_names import (
    ABLATION,
    ASSESSMENT,
    FOLLOW_UP,
    PATIENT,
    RADIOTHERAPY,
    RESECTION,
    SYSTEMIC,
    TRANSARTERIAL,
    TRANSPLANT,
)
from registry.clinical.dosing.agents import is_ici, lookup
from registry.clinical.sequence import HAIC_MODALITIES, TACE_MODALITIES

THERAPY_OF_SHEET = {TRANSARTERIAL: "tat", ABLATION: "abl", RESECTION: "sr", TRANSPLANT: "lt", RADIOTHERAPY: "rt"}
THERAPY_OF_CLASS = {"TKI": "tki", "VEGF_MAB": "vegf"}
CURATIVE = ("abl", "sr", "lt")


def _therapy_of(agent_code: str) -> str | None:
    agent = lookup(agent_code)
    return "ici" if is_ici(agent_code) else THERAPY_OF_CLASS.get(agent.agent_class if agent else "")


@dataclass(frozen=True)
class Case:
    """One patient's rows by sheet, the stream to draw from, and the reason for which the patient is in no arm (None: is in one)."""

    rows: Mapping[str, Sequence[Row]]
    draw: Draw
    outside_for: str | None

    def of(self, sheet: str) -> Sequence[Row]:
        return self.rows.get(sheet, ())

    @property
    def patient(self) -> Row:
        return self.of(PATIENT)[0]

    @property
    def baseline(self) -> Row:
        return next(row for row in self.of(ASSESSMENT) if row["assessment_type"] == "BASE")

    @property
    def after(self) -> Row:
        return next(row for row in self.of(ASSESSMENT) if row["assessment_type"] == "POST_TX")

    @cached_property
    def given(self) -> Mapping[str, list[date]]:
        """The days of each therapy, ascending; nobody had one that is not in it."""
        days: dict[str, list[date]] = {}
        for sheet, therapy in THERAPY_OF_SHEET.items():
            for row in self.of(sheet):
                days.setdefault(therapy, []).append(row["start_date"])
        for row in self.of(TRANSARTERIAL):
            if row.get("agent_1_code"):
                days.setdefault("chemo", []).append(row["start_date"])
        for row in self.of(SYSTEMIC):
            if taken := _therapy_of(row["agent_code"]):
                days.setdefault(taken, []).append(row["agent_start_date"])
        return {therapy: sorted(found) for therapy, found in days.items()}

    def had(self, *therapies: str, by: date) -> bool:
        return any(day <= by for therapy in therapies for day in self.given.get(therapy, ()))

    def had_within(self, therapy: str, *, days: int, before: date) -> bool:
        return any(0 <= (before - day).days <= days for day in self.given.get(therapy, ()))

    def is_before(self, *therapies: str, day: date) -> bool:
        """Whether one of these began on this day or in the 28 days after it."""
        return any(0 <= (start - day).days <= 28 for therapy in therapies for start in self.given.get(therapy, ()))

    @cached_property
    def cured_on(self) -> date | None:
        return min((self.given[therapy][0] for therapy in CURATIVE if therapy in self.given), default=None)

    @property
    def index_date(self) -> date:
        return min(days[0] for days in self.given.values())

    @cached_property
    def tace_dates(self) -> list[date]:
        return [row["start_date"] for row in self.of(TRANSARTERIAL) if row["modality"] in TACE_MODALITIES]

    @cached_property
    def had_haic(self) -> bool:
        return any(row["modality"] in HAIC_MODALITIES for row in self.of(TRANSARTERIAL))

    @cached_property
    def progression(self) -> Row | None:
        """The first under treatment: one for which the patient was referred lies before."""
        told = [row for row in self.of(FOLLOW_UP) if row.get("progression_date")]
        return next((row for row in told if row["progression_date"] >= self.index_date), None)

    @property
    def last_day(self) -> date:
        return max(row["follow_up_date"] for row in self.of(FOLLOW_UP))

    def lasts_until(self, day: date, *, days: int = 0) -> bool:
        return day + timedelta(days=days) <= self.last_day
