"""Dated events of a patient, found by rules a protocol states as data: the first TACE, the curative procedure after it.

Records come as one frame per noun with the columns `patient` and `date` beside their variables. A rule adds to the frame of
patients `<event>.date`, `<event>.record` (the noun), `<event>.<variable>`, and `<event>.found`: true, false, or missing where
no record fits for certain but one could not be decided.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from analytics.protocol.conditions import Condition, Truth, decide, variables_of


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


class Text(BaseModel):
    """Display text in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    en: str
    zh: str


class Window(BaseModel):
    """Days relative to another event, both limits included: [-28, 0] is the four weeks before it and the day itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    event: str
    days: tuple[int, int]


class Ongoing(BaseModel):
    """Ongoing after another event: `end`, a date of the record, is later or missing."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    event: str
    end: str


class EventRule(BaseModel):
    """Records on the same day are taken in the order of `records`, then in their stored order.

    `until` works like `on_or_before` but applies only to patients who have that event. `text` is the display name, such as
    "first HAIC".
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    records: tuple[Noun, ...] = Field(min_length=1)
    which: Literal["first", "last"] = "first"
    after: str | None = None
    before: str | None = None
    on_or_before: str | None = None
    until: str | None = None
    window: Window | None = None
    ongoing: Ongoing | None = None
    where: Condition | None = None
    text: Text | None = None

    @property
    def anchors(self) -> set[str]:
        named = {self.after, self.before, self.on_or_before, self.until}
        named |= {part.event for part in (self.window, self.ongoing) if part}
        return {name for name in named if name}


def attach_events(patients: pd.DataFrame, *, records: Records, rules: Mapping[str, EventRule]) -> pd.DataFrame:
    """The patients, indexed by identifier, with every event's columns. A rule may refer to the events before it."""
    known = patients
    for name, rule in rules.items():
        known = pd.concat([known, _find(name, rule=rule, records=records, patients=known)], axis=1)
    return known


def _find(name: str, *, rule: EventRule, records: Records, patients: pd.DataFrame) -> pd.DataFrame:
    candidates = pd.concat(
        [_candidates(noun, order=order, rule=rule, records=records) for order, noun in enumerate(rule.records)]
    )
    candidates = candidates[_in_time(candidates, rule=rule, patients=patients)]
    certain = candidates[candidates["true"]]
    sign = 1 if rule.which == "first" else -1
    certain = certain.iloc[np.lexsort((certain["place"], certain["order"], sign * certain["date"].astype("int64")))]
    chosen = certain.drop_duplicates("patient").set_index("patient").reindex(patients.index)
    undecided = patients.index.isin(candidates.loc[~candidates["known"], "patient"])
    found = chosen["date"].notna().astype("boolean").mask(chosen["date"].isna() & undecided)
    nouns = [rule.records[int(order)].value if order == order else None for order in chosen["order"]]
    columns = {"found": found, "date": chosen["date"], "record": pd.Series(nouns, index=patients.index, dtype=object)}
    columns |= _variables(chosen, rule=rule, records=records)
    return pd.DataFrame({f"{name}.{column}": values for column, values in columns.items()}, index=patients.index)


def _candidates(noun: Noun, *, order: int, rule: EventRule, records: Records) -> pd.DataFrame:
    frame = records[noun]
    truth = Truth(true=np.ones(len(frame), dtype=bool), known=np.ones(len(frame), dtype=bool))
    if rule.where is not None:
        asked = set(variables_of(rule.where)) - set(frame.columns)
        elsewhere = [name for name in sorted(asked) if any(name in records[other] for other in rule.records)]
        truth = decide(
            rule.where,
            frame=frame.reindex(columns=[*frame.columns, *elsewhere]).astype(dict.fromkeys(elsewhere, object)),
        )
    place = np.arange(len(frame))
    end = frame[rule.ongoing.end] if rule.ongoing else frame["date"]
    return frame[["patient", "date"]].assign(order=order, place=place, true=truth.true, known=truth.known, end=end)


def _in_time(candidates: pd.DataFrame, *, rule: EventRule, patients: pd.DataFrame) -> pd.Series:
    date = candidates["date"]

    def anchor(event: str) -> pd.Series:
        return candidates["patient"].map(patients[f"{event}.date"])

    fits = candidates["patient"].isin(patients.index)
    if rule.after:
        fits &= date > anchor(rule.after)
    if rule.before:
        fits &= date < anchor(rule.before)
    if rule.on_or_before:
        fits &= date <= anchor(rule.on_or_before)
    if rule.until:
        fits &= (date <= anchor(rule.until)) | anchor(rule.until).isna()
    if rule.ongoing:
        fits &= (candidates["end"] > anchor(rule.ongoing.event)) | candidates["end"].isna()
    if rule.window:
        fits &= (date - anchor(rule.window.event)).dt.days.between(*rule.window.days)
    return fits


def _variables(chosen: pd.DataFrame, *, rule: EventRule, records: Records) -> dict[str, pd.Series]:
    """Each variable of the chosen record; a variable that only another noun has stays missing."""
    columns: dict[str, pd.Series] = {}
    for order, noun in enumerate(rule.records):
        here = chosen["order"] == order
        taken = records[noun].iloc[chosen.loc[here, "place"].astype(int)].set_index(chosen.index[here])
        for variable in taken.columns.drop(["patient", "date"]):
            values = taken[variable].reindex(chosen.index)
            columns[variable] = columns[variable].where(~here, values) if variable in columns else values
    return columns
