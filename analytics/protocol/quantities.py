"""Numbers of a patient that a protocol makes of records: how many there are, and how many days they cover.

Each is one variable of the frame of patients. It is 0 where no record fits, also where an event that the rule refers to never
happened, and missing where that event, or a record that would change the number, could not be decided.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from analytics.errors import ProtocolError
from analytics.messages import Message
from analytics.protocol.conditions import Condition
from analytics.protocol.part import Part
from analytics.protocol.records import Noun, Nouns, RecordRule, Records, Text, candidates, decide_records


class CountRule(RecordRule):
    """The number of records that fit, or with `days: distinct` of the days on which there is one. `text` is the display name."""

    days: Literal["records", "distinct"] = "records"
    text: Text | None = None


class ExposureRule(Part):
    """The days from the event `from` to the event `to` that the records cover, days covered twice counted once.

    A record covers the time from its date to `end`, a date of it: a start on the 1st and an end on the 15th are 14 days. Without
    an end, or without the event `to`, time runs to the death or last contact of the patient, at the latest to the data cutoff."""

    records: Nouns
    end: str
    from_: Annotated[str, Field(alias="from")]
    to: str | None = None
    where: Condition | None = None
    text: Text | None = None

    @property
    def anchors(self) -> set[str]:
        return {self.from_, *([self.to] if self.to else [])}


Quantity = CountRule | ExposureRule


def attach_quantities(
    patients: pd.DataFrame, *, records: Records, rules: Mapping[str, Quantity], cutoff: pd.Timestamp
) -> pd.DataFrame:
    """The patients with one more column per rule; the events have been attached before."""
    columns: dict[str, pd.Series] = {}
    for name, rule in rules.items():
        if name in patients:
            raise ProtocolError(
                Message(
                    en=f"{name} is already a variable of the registry. Give the count or exposure another name.",
                    zh=f"{name} 已是登记库中的变量：请为该计数或暴露另取名称。",
                )
            )
        if isinstance(rule, CountRule):
            number = _count(rule, records=records, patients=patients)
        else:
            number = _exposure(rule, records=records, patients=patients, cutoff=cutoff)
        columns[name] = number.mask(_has_undecided(rule.anchors, patients=patients))
    return patients.assign(**columns)


def _has_undecided(events: set[str], *, patients: pd.DataFrame) -> pd.Series:
    return patients[[f"{event}.found" for event in sorted(events)]].isna().any(axis=1)


def _count(rule: CountRule, *, records: Records, patients: pd.DataFrame) -> pd.Series:
    found = candidates(rule, records=records, patients=patients)
    possible = found[found["true"] | ~found["known"]]
    if rule.days == "distinct":
        possible = possible.sort_values("true", ascending=False, kind="stable").drop_duplicates(["patient", "date"])
    certain = possible[possible["true"]]
    return _where_equal(certain.groupby("patient").size(), possible.groupby("patient").size(), index=patients.index)


def _exposure(rule: ExposureRule, *, records: Records, patients: pd.DataFrame, cutoff: pd.Timestamp) -> pd.Series:
    found = pd.concat([_spans(noun, rule=rule, records=records) for noun in rule.records])
    start, last = patients[f"{rule.from_}.date"], _observed_until(patients, cutoff=cutoff)
    if rule.to is not None:
        last = last.where(~(patients[f"{rule.to}.date"] < last), patients[f"{rule.to}.date"])
    begins, ends = found["patient"].map(start), found["patient"].map(last)
    found = found.assign(
        date=found["date"].where(found["date"] > begins, begins),
        end=found["end"].where(found["end"] < ends, ends),
    )
    found = found[found["date"] < found["end"]]  # none where a date is missing
    certain, possible = found[found["true"]], found[found["true"] | ~found["known"]]
    return _where_equal(_days_covered(certain), _days_covered(possible), index=patients.index)


def _spans(noun: Noun, *, rule: ExposureRule, records: Records) -> pd.DataFrame:
    frame = records[noun]
    truth = decide_records(rule.where, nouns=rule.records, noun=noun, records=records)
    if rule.end not in frame:
        raise ProtocolError(
            Message(
                en=f"The records {noun.value} have no date {rule.end}. Name in end a date that they have.",
                zh=f"{noun.value} 记录没有日期 {rule.end}：请在 end 中指定该记录的日期变量。",
            )
        )
    return frame[["patient", "date"]].assign(end=frame[rule.end], true=truth.true, known=truth.known)


def _observed_until(patients: pd.DataFrame, *, cutoff: pd.Timestamp) -> pd.Series:
    seen = patients["death_date"].fillna(patients["last_contact_date"])
    return seen.where(seen < cutoff, cutoff)


def _days_covered(spans: pd.DataFrame) -> pd.Series:
    """The union of each patient's spans: what a span adds beyond the latest end before it."""
    ordered = spans.sort_values(["patient", "date"], kind="stable")
    reached = ordered.groupby("patient")["end"].cummax().groupby(ordered["patient"]).shift()
    begins = ordered["date"].where(~(reached > ordered["date"]), reached)
    added = (ordered["end"] - begins).dt.days.clip(lower=0)
    return added.groupby(ordered["patient"]).sum()


def _where_equal(certain: pd.Series, possible: pd.Series, *, index: pd.Index) -> pd.Series:
    """The number where records that could not be decided do not change it."""
    low, high = (of.reindex(index, fill_value=0).astype(float) for of in (certain, possible))
    return low.where(low == high)
