"""Who is in a study, and in which arm: a protocol's population decided on frames, every removal counted."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from analytics.errors import ProtocolError
from analytics.messages import Message
from analytics.protocol.conditions import Condition, Truth, decide
from analytics.protocol.endpoints.plans import StudyEndpointOrResponse
from analytics.protocol.errors import sentence, validate_plan
from analytics.protocol.events import Event, Noun, Records, Text, attach_events
from analytics.protocol.part import Part
from analytics.protocol.plan import AnalysisPlan, Arm, Arms, SafetyPlan
from analytics.protocol.quantities import CountRule, ExposureRule, Quantity, attach_quantities
from analytics.protocol.source import PrintedResult
from analytics.protocol.text import parse_protocol

ARM_STEP = "arm"


Related = Literal["tat", "abl", "sr", "rt", "tki", "vegf", "ici", "chemo"]  # variables related_… of an adverse event


class Criterion(Part):
    """One row of the flow chart.

    Patients for whom `keep` cannot be evaluated are excluded too and counted separately, unless `when_missing` is keep.
    """

    id: str
    text: Text
    keep: Condition
    when_missing: Literal["remove", "keep"] = "remove"


class Population(Part):
    """`events` are located and `eligibility` criteria applied in the order given. `counts` and `exposures` are variables under
    their own names, for criteria, arms and covariates."""

    events: Mapping[str, Event] = Field(min_length=1)
    counts: Mapping[str, CountRule] = {}
    exposures: Mapping[str, ExposureRule] = {}
    eligibility: tuple[Criterion, ...] = ()

    @model_validator(mode="after")
    def _events_rest_on_earlier_ones(self) -> Self:
        seen: set[str] = set()
        for name, rule in self.events.items():
            for anchor in sorted(rule.anchors - seen):
                raise sentence(
                    f"the event {name} refers to {anchor}, which is not defined before it",
                    zh=f"事件 {name} 引用的 {anchor} 未在其上方定义",
                    at=("events", name),
                )
            seen.add(name)
        return self

    @model_validator(mode="after")
    def _quantities_rest_on_events(self) -> Self:
        for name, rule in self.quantities.items():
            for anchor in sorted(rule.anchors - self.events.keys()):
                raise sentence(
                    f"{name} refers to {anchor}, which is not an event of the population",
                    zh=f"{name} 引用的 {anchor} 不是人群定义中的事件",
                    at=("counts" if name in self.counts else "exposures", name),
                )
        for name in sorted(self.counts.keys() & self.exposures.keys()):
            raise sentence(f"{name} is both a count and an exposure", zh=f"{name} 不能同时作为计数和暴露")
        return self

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        return {**self.counts, **self.exposures}

    @property
    def nouns(self) -> frozenset[Noun]:
        """Whose records it reads."""
        return frozenset(noun for rule in (*self.events.values(), *self.quantities.values()) for noun in rule.records)


class StudyArm(Arm):
    label_zh: str = ""
    where: Condition


class StudyArms(Arms):
    """Arms defined by the patient's variables and events. `text` is their row in the flow chart."""

    focal: StudyArm
    reference: StudyArm
    others: tuple[StudyArm, ...] = ()
    text: Text = Text(en="In one of the two arms", zh="属于两组之一")

    @property
    def all_arms(self) -> tuple[StudyArm, ...]:
        return (self.focal, self.reference, *self.others)


class StudySafety(SafetyPlan):
    """Adverse events from the event `since` (default: time zero) on, up to the event `until` and for `within_days` days where given,
    both ends included; the time at risk is the same. Patients without the event `since` are not at risk.

    `ctcae` limits them to these versions, which are never pooled with others; events of other versions are counted. The rest
    narrows them: possibly, probably or definitely related to one of these treatments, serious, immune-related, of these `terms`. An event
    of which that is not recorded is excluded and counted."""

    ctcae: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    since: str | None = None
    until: str | None = None
    within_days: Annotated[int, Field(ge=0)] | None = None
    related_to: tuple[Related, ...] = ()
    serious: bool = False
    immune_related: bool = False

    @property
    def events(self) -> tuple[tuple[str, str], ...]:
        """The events of the population that it names, each with its key."""
        named = (("safety.since", self.since), ("safety.until", self.until))
        return tuple((key, name) for key, name in named if name is not None)


class StudyProtocol(AnalysisPlan):
    """A study on the registry. `time_zero` and `defining` name events of the population, as does `entry`: patients are then at
    risk only from that event on (delayed entry, left truncation), such as referral to the center.

    `printed` holds results of the source, shown beside ours and never used in computing; `emulation` is a sentence for a source that
    randomized its patients, which a registry can only emulate."""

    title_zh: str = ""
    note: Text | None = None
    emulation: Text | None = None
    printed: tuple[PrintedResult, ...] = ()
    population: Population
    arms: StudyArms
    time_zero: str
    defining: str | None = None
    entry: str | None = None
    cutoff_date: datetime.date
    endpoints: Mapping[str, StudyEndpointOrResponse] = Field(min_length=1)
    safety: StudySafety | None = None

    @model_validator(mode="after")
    def _events_are_known(self) -> Self:
        named = [("time_zero", self.time_zero), ("defining", self.defining), ("entry", self.entry)]
        for endpoint, plan in self.endpoints.items():
            named += [(f"endpoints.{endpoint}", name) for name in sorted(plan.named_events)]
        named += self.safety.events if self.safety else ()
        for key, name in named:
            if name is not None and name not in self.population.events:
                raise sentence(
                    f"{key} names {name}, which is not an event of the population",
                    zh=f"{key} 中的 {name} 不是人群定义中的事件",
                    at=tuple(key.split(".")),
                )
        if self.immortal_time is not None and self.defining is None:
            raise sentence(
                "immortal_time requires the arm-defining event; name it in defining",
                zh="immortal_time 需要分组确定事件：请在 defining 中指定",
                at=("defining",),
            )
        return self

    @model_validator(mode="after")
    def _entry_stands_alone(self) -> Self:
        if self.immortal_time is not None and self.entry is not None:
            raise sentence(
                "immortal_time is not available with delayed entry; remove immortal_time or entry",
                zh="immortal_time 不能与延迟进入同时使用：请去掉 immortal_time 或 entry",
                at=("entry",),
            )
        return self

    @model_validator(mode="after")
    def _printed_results_are_of_this_study(self) -> Self:
        labels = {arm.label for arm in self.arms.all_arms}
        for number, row in enumerate(self.printed):
            if row.endpoint is not None and row.endpoint not in self.endpoints:
                raise sentence(
                    f"printed names {row.endpoint}, which is not an endpoint",
                    zh=f"printed 中的 {row.endpoint} 不是终点",
                    at=("printed", number, "endpoint"),
                )
            if row.arm is not None and row.arm not in labels:
                raise sentence(
                    f"printed names {row.arm}, which is not an arm",
                    zh=f"printed 中的 {row.arm} 不是任何一组",
                    at=("printed", number, "arm"),
                )
        return self

    @property
    def nouns(self) -> frozenset[Noun]:
        """Whose records the study reads."""
        asked = {Noun.ADVERSE_EVENT} if self.safety is not None else set()
        return self.population.nouns.union(asked, *(plan.nouns for plan in self.endpoints.values()))

    @property
    def cutoff(self) -> pd.Timestamp:
        return pd.Timestamp(self.cutoff_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the flow chart: `missing` of those `removed` left because the row could not be decided for them.

    `arms` is empty until everybody who remains is in an arm.
    """

    id: str
    text: Message
    removed: int
    missing: int
    remaining: int
    arms: Mapping[str, int]
    centers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """`patients` are the eligible ones with every variable, and `arm` the label of theirs; `records` are everybody's."""

    patients: pd.DataFrame
    records: Records
    steps: tuple[Step, ...]


def read_study_protocol(text: str) -> StudyProtocol:
    """The protocol of a study; ProtocolError with every key at fault."""
    return validate_plan(StudyProtocol, content=parse_protocol(text))


def select(patients: pd.DataFrame, *, records: Records, protocol: StudyProtocol) -> Selection:
    """The patients of a study, in the order given. `patients` is indexed by identifier and has `center`."""
    everyone = with_events(patients, records=records, protocol=protocol)
    remaining, steps = flow(everyone, eligibility=protocol.population.eligibility, arms=protocol.arms)
    return Selection(patients=remaining, records=records, steps=steps)


def with_events(patients: pd.DataFrame, *, records: Records, protocol: StudyProtocol) -> pd.DataFrame:
    """Everybody, with the columns of the events and quantities of the study."""
    asked = protocol.population
    everyone = attach_events(patients, records=records, rules=asked.events)
    return attach_quantities(everyone, records=records, rules=asked.quantities, cutoff=protocol.cutoff)


def flow(
    everyone: pd.DataFrame, *, eligibility: tuple[Criterion, ...], arms: StudyArms | None
) -> tuple[pd.DataFrame, tuple[Step, ...]]:
    """Who remains after each row, with `arm`; `everyone` has the columns of events and quantities. A study that is still being
    written may have no arms yet: then nobody leaves for being in none."""
    arm, in_an_arm = _arms(everyone, arms=arms)
    patients, everyone = everyone, everyone.assign(arm=arm)
    start = Message(en="Patients recorded", zh="登记的患者")
    nobody = np.zeros(len(everyone), dtype=bool)
    steps = [_step("recorded", text=start, frame=everyone, removed=nobody, missing=nobody, arms=arms)]
    for criterion in eligibility:
        truth = decide(criterion.keep, frame=everyone)
        stays = truth.true | (truth.undecided & (criterion.when_missing == "keep"))
        row = (criterion.id, criterion.text)
        everyone = _leave(everyone, stays=stays, truth=truth, row=row, steps=steps, arms=arms)
    if arms is not None:
        truth = _of(in_an_arm, rows=everyone.index, all_rows=patients.index)
        row = (ARM_STEP, arms.text)
        everyone = _leave(everyone, stays=truth.true, truth=truth, row=row, steps=steps, arms=arms)
    return everyone, tuple(steps)


def _arms(frame: pd.DataFrame, *, arms: StudyArms | None) -> tuple[pd.Series, Truth]:
    """Each patient's arm, and whether it is certain that there is one. In two arms at once is a fault of the protocol."""
    if arms is None:
        every = np.ones(len(frame), dtype=bool)
        return pd.Series(None, index=frame.index, dtype=object), Truth(true=every, known=every)
    decided = {arm.label: decide(arm.where, frame=frame) for arm in arms.all_arms}
    hits = np.sum([truth.true for truth in decided.values()], axis=0)
    if (both := int((hits > 1).sum())) > 0:
        raise ProtocolError(
            Message(
                en=f"{both} patients match two arms. The conditions of the arms must be mutually exclusive.",
                zh=f"{both} 名患者同时符合两组；各组的条件必须互斥。",
            )
        )
    arm = pd.Series(None, index=frame.index, dtype=object)
    for label, truth in decided.items():
        arm = arm.mask(truth.true, label)
    known = np.logical_and.reduce([truth.known for truth in decided.values()])
    return arm, Truth(true=hits > 0, known=(hits > 0) | known)


def _of(truth: Truth, *, rows: pd.Index, all_rows: pd.Index) -> Truth:
    places = all_rows.get_indexer(rows)
    return Truth(true=truth.true[places], known=truth.known[places])


def _leave(
    frame: pd.DataFrame,
    *,
    stays: np.ndarray,
    truth: Truth,
    row: tuple[str, Text],
    steps: list[Step],
    arms: StudyArms | None,
) -> pd.DataFrame:
    name, text = row
    missing = truth.undecided & ~stays
    left = frame[stays]
    steps.append(
        _step(name, text=Message(en=text.en, zh=text.zh), frame=left, removed=~stays, missing=missing, arms=arms)
    )
    return left


def _step(
    name: str, *, text: Message, frame: pd.DataFrame, removed: np.ndarray, missing: np.ndarray, arms: StudyArms | None
) -> Step:
    counts = {arm.label: int((frame["arm"] == arm.label).sum()) for arm in (arms.all_arms if arms else ())}
    all_in_an_arm = name == ARM_STEP and sum(counts.values()) == len(frame)
    return Step(
        id=name,
        text=text,
        removed=int(removed.sum()),
        missing=int(missing.sum()),
        remaining=len(frame),
        arms=counts if all_in_an_arm else {},
        centers=int(frame["center"].nunique()),
    )
