"""Which records of a patient a rule means: of these nouns, at that time, with those values.

Records come as one frame per noun with the columns `patient` and `date` beside their variables.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from analytics.protocol.conditions import Condition, Truth, decide, variables_of
from analytics.protocol.part import Part


class Noun(StrEnum):
    TRANSARTERIAL = "transarterial"
    ARTERIAL_AGENT = "arterial_agent"  # one drug of one session
    RESECTION = "resection"
    ABLATION = "ablation"
    ABLATED_LESION = "ablated_lesion"
    RADIOTHERAPY = "radiotherapy"
    TRANSPLANT = "transplant"
    OTHER_TREATMENT = "other_treatment"  # supportive care, traditional medicine, cells
    ASSESSMENT = "assessment"
    PROGRESSION = "progression"
    SYSTEMIC = "systemic"
    IMAGING = "imaging"
    LESION = "lesion"  # one lesion on one scan
    ADVERSE_EVENT = "adverse_event"
    FOLLOW_UP = "follow_up"
    HAIC_COURSE = "haic_course"  # derived: cycles that belong together, and how systemic agents relate to them
    COMBINATION = "combination"  # derived: the day by which HAIC and both kinds of systemic agent had begun


Records = Mapping[Noun, pd.DataFrame]
Nouns = Annotated[tuple[Noun, ...], Field(min_length=1)]


class Text(Part):
    """Display text in both languages."""

    en: str
    zh: str


class Window(Part):
    """Days relative to another event, both limits included: [-28, 0] is the four weeks before it and the day itself."""

    event: str
    days: tuple[int, int]


class Ongoing(Part):
    """Ongoing after another event: `end`, a date of the record, is later or missing."""

    event: str
    end: str


class RecordRule(Part):
    """The records that are meant. `until` works like `on_or_before` but applies only to patients who have that event."""

    records: Nouns
    after: str | None = None
    before: str | None = None
    on_or_before: str | None = None
    until: str | None = None
    window: Window | None = None
    ongoing: Ongoing | None = None
    where: Condition | None = None

    @property
    def anchors(self) -> set[str]:
        """The events that it refers to."""
        named = {self.after, self.before, self.on_or_before, self.until}
        named |= {part.event for part in (self.window, self.ongoing) if part}
        return {name for name in named if name}


def candidates(rule: RecordRule, *, records: Records, patients: pd.DataFrame) -> pd.DataFrame:
    """The patients' records at the right time: `patient`, `date`, `order` (of the noun in the rule), `place` (in its frame),
    `true` where the record fits, and `known` where that could be decided."""
    found = pd.concat(
        [_of_noun(noun, order=order, rule=rule, records=records) for order, noun in enumerate(rule.records)]
    )
    return found[_in_time(found, rule=rule, patients=patients)]


def decide_records(where: Condition | None, *, nouns: tuple[Noun, ...], noun: Noun, records: Records) -> Truth:
    """The condition for every record of the noun. A variable that only another of the nouns has is missing here."""
    frame = records[noun]
    if where is None:
        return Truth(true=np.ones(len(frame), dtype=bool), known=np.ones(len(frame), dtype=bool))
    asked = set(variables_of(where)) - set(frame.columns)
    elsewhere = [name for name in sorted(asked) if any(name in records[other] for other in nouns)]
    reached = frame.reindex(columns=[*frame.columns, *elsewhere]).astype(dict.fromkeys(elsewhere, object))
    return decide(where, frame=reached)


def _of_noun(noun: Noun, *, order: int, rule: RecordRule, records: Records) -> pd.DataFrame:
    frame = records[noun]
    truth = decide_records(rule.where, nouns=rule.records, noun=noun, records=records)
    place = np.arange(len(frame))
    end = frame[rule.ongoing.end] if rule.ongoing else frame["date"]
    return frame[["patient", "date"]].assign(order=order, place=place, true=truth.true, known=truth.known, end=end)


def _in_time(found: pd.DataFrame, *, rule: RecordRule, patients: pd.DataFrame) -> pd.Series:
    date = found["date"]

    def anchor(event: str) -> pd.Series:
        return found["patient"].map(patients[f"{event}.date"])

    fits = found["patient"].isin(patients.index)
    if rule.after:
        fits &= date > anchor(rule.after)
    if rule.before:
        fits &= date < anchor(rule.before)
    if rule.on_or_before:
        fits &= date <= anchor(rule.on_or_before)
    if rule.until:
        fits &= (date <= anchor(rule.until)) | anchor(rule.until).isna()
    if rule.ongoing:
        fits &= (found["end"] > anchor(rule.ongoing.event)) | found["end"].isna()
    if rule.window:
        fits &= (date - anchor(rule.window.event)).dt.days.between(*rule.window.days)
    return fits
