"""Dated events of a patient, found by rules a protocol states as data: the first TACE, the curative procedure after it.

A rule adds to the frame of patients `<event>.date`, `<event>.record` (the noun), `<event>.<variable>`, and `<event>.found`: true,
false, or missing where no record fits for certain but one could not be decided.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Discriminator, Field, Tag, model_validator

from analytics.protocol.errors import KIND, sentence
from analytics.protocol.part import Part
from analytics.protocol.records import Noun, Ongoing, RecordRule, Records, Text, Window, candidates

__all__ = ["CombinedEvent", "Event", "EventRule", "Noun", "Ongoing", "Records", "Text", "Window", "attach_events"]

Names = Annotated[tuple[str, ...], Field(min_length=1)]


class EventRule(RecordRule):
    """The first or last record that fits, or with `number` the second, third … in that order.

    Records on the same day are taken in the order of `records`, then in their stored order. `until` works like `on_or_before`
    but applies only to patients who have that event. `text` is the display name, such as "first HAIC".
    """

    which: Literal["first", "last"] = "first"
    number: Annotated[int, Field(ge=1)] = 1
    text: Text | None = None


class CombinedEvent(Part):
    """The later or the earlier of other events, `plus_days` days after it. A patient has the later one only with all of them,
    the earlier one with any. `<event>.event` says which of them it is."""

    later_of: Names | None = None
    earlier_of: Names | None = None
    plus_days: Annotated[int, Field(ge=0)] = 0
    text: Text | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.later_of is None) == (self.earlier_of is None):
            raise sentence(
                "an event made of events takes either later_of or earlier_of",
                zh="由其他事件构成的事件须且只能指定 later_of 或 earlier_of 之一",
            )
        return self

    @property
    def of(self) -> tuple[str, ...]:
        return self.later_of or self.earlier_of or ()

    @property
    def records(self) -> tuple[Noun, ...]:
        """It reads none of its own."""
        return ()

    @property
    def anchors(self) -> set[str]:
        return set(self.of)


def _kind(content: Any) -> str:
    if isinstance(content, dict):
        return KIND + ("events" if {"later_of", "earlier_of"} & content.keys() else "records")
    return KIND + ("events" if isinstance(content, CombinedEvent) else "records")


Event = Annotated[
    Annotated[EventRule, Tag(f"{KIND}records")] | Annotated[CombinedEvent, Tag(f"{KIND}events")], Discriminator(_kind)
]


def attach_events(patients: pd.DataFrame, *, records: Records, rules: Mapping[str, Event]) -> pd.DataFrame:
    """The patients, indexed by identifier, with every event's columns. A rule may refer to the events before it."""
    known = patients
    for name, rule in rules.items():
        if isinstance(rule, CombinedEvent):
            columns = _combine(rule, patients=known)
        else:
            columns = _find(rule, records=records, patients=known)
        found = pd.DataFrame({f"{name}.{column}": values for column, values in columns.items()}, index=patients.index)
        known = pd.concat([known, found], axis=1)
    return known


def _find(rule: EventRule, *, records: Records, patients: pd.DataFrame) -> dict[str, pd.Series]:
    found = candidates(rule, records=records, patients=patients)
    certain = found[found["true"]]
    sign = 1 if rule.which == "first" else -1
    certain = certain.iloc[np.lexsort((certain["place"], certain["order"], sign * certain["date"].astype("int64")))]
    if rule.number == 1:
        taken = certain.drop_duplicates("patient")
    else:
        taken = certain[certain.groupby("patient").cumcount() == rule.number - 1]
    chosen = taken.set_index("patient").reindex(patients.index)
    is_open = chosen["date"].isna() & _may_have(rule.number, found=found, index=patients.index)
    nouns = [rule.records[int(order)].value if order == order else None for order in chosen["order"]]
    return {
        "found": chosen["date"].notna().astype("boolean").mask(is_open),
        "date": chosen["date"],
        "record": pd.Series(nouns, index=patients.index, dtype=object),
        **_variables(chosen, rule=rule, records=records),
    }


def _may_have(number: int, *, found: pd.DataFrame, index: pd.Index) -> pd.Series:
    """Whether so many records fit for certain or could not be decided, one at least of the latter."""
    undecided = found.loc[~found["known"], "patient"]
    if undecided.empty:
        return pd.Series(data=False, index=index)
    possible = found.loc[(found["true"] | ~found["known"]) & found["patient"].isin(undecided), "patient"]
    return possible.value_counts().reindex(index, fill_value=0) >= number


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


def _combine(rule: CombinedEvent, *, patients: pd.DataFrame) -> dict[str, pd.Series]:
    """Of two on the same day it is the one named first."""
    dates = pd.concat([patients[f"{name}.date"].rename(name) for name in rule.of], axis=1)
    claims = [patients[f"{name}.found"] for name in rule.of]
    found = claims[0]
    for claim in claims[1:]:
        found = found & claim if rule.later_of else found | claim
    date = dates.max(axis=1, skipna=False) if rule.later_of else dates.min(axis=1)
    event = pd.Series(None, index=patients.index, dtype=object)
    record = event.copy()
    for name in reversed(rule.of):
        is_it = (dates[name] == date).to_numpy()
        event, record = event.mask(is_it, name), record.mask(is_it, patients[f"{name}.record"])
    named = {name: of.where(date.notna(), None) for name, of in (("record", record), ("event", event))}
    return {"found": found, "date": date + pd.Timedelta(days=rule.plus_days), **named}
