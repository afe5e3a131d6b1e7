"""Whether the arms may be compared by their adverse events: grades of one version of CTCAE are not those of another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from analytics.frame import AdverseEvents
from analytics.messages import Message, Notice
from analytics.protocol.plan import Arms

OTHER_VERSION, SEVERAL_VERSIONS = "other_version", "several_versions"


@dataclass(frozen=True)
class Untested:
    """`arms` have events of other versions only, with their number; `versions` are counted together where they are several."""

    arms: Mapping[str, int]
    versions: tuple[str, ...]

    @property
    def why(self) -> str | None:
        if self.arms:
            return OTHER_VERSION
        return SEVERAL_VERSIONS if len(self.versions) > 1 else None


def untested_arms(table: pd.DataFrame, *, adverse: AdverseEvents, arms: Arms) -> Untested:
    """Of the persons at risk in one cohort."""
    events = adverse.table
    events = events[~(events["start_months"] < 0)] if "start_months" in events else events
    others = pd.Series(adverse.of_other_versions, dtype=object)
    only_other = {}
    for arm in (arms.focal, arms.reference):
        persons = table.loc[table["arm"] == arm.label, "id"]
        elsewhere = int(others.isin(persons).sum())
        if elsewhere and not events["id"].isin(persons).any():
            only_other[arm.label] = elsewhere
    mine = events[events["id"].isin(table["id"])]
    versions = tuple(sorted(mine["version"].dropna().unique())) if "version" in mine else ()
    return Untested(arms=only_other, versions=versions)


def about_versions(found: Mapping[str, Untested], *, adverse: AdverseEvents) -> Iterator[Notice]:
    """Per cohort, why there is no P value."""
    asked = ", ".join(adverse.versions)
    for cohort, untested in found.items():
        if untested.why == OTHER_VERSION:
            en = " and ".join(f"{label} ({count})" for label, count in untested.arms.items())
            zh = "、".join(f"{label}（{count} 条）" for label, count in untested.arms.items())
            message = Message(
                f"No P values are given for adverse events: every event of {en} is graded with a CTCAE version other than {asked}.",
                f"不给出不良事件的 P 值：{zh}的全部事件均按 CTCAE {asked} 以外的版本分级。",
            )
        elif untested.why == SEVERAL_VERSIONS:
            listed = ", ".join(untested.versions)
            message = Message(
                f"No P values are given for adverse events: grades of several CTCAE versions would be mixed ({listed}).",
                f"不给出不良事件的 P 值：否则会混用多个 CTCAE 版本的分级（{listed}）。",
            )
        else:
            continue
        yield Notice("versions_not_compared", message, where=f"safety.{cohort}")
