"""The analysis frame of a study → the data set that leaves the registry: named, labeled, de-identified, formula-safe."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pandas as pd
from django.utils.translation import gettext as _

from analytics.engine.design.variables import observed_levels
from analytics.exports.names import column_names
from analytics.frame import AnalysisFrame
from analytics.messages import Message
from analytics.protocol.endpoints.catalog import TIMES, label_of
from analytics.protocol.events import Text
from analytics.protocol.plan import DEFINING, ENTRY, EXPOSURE, Covariate, token_text
from analytics.protocol.population import StudyProtocol
from analytics.report.labels import level_label, variable_column, variable_label
from registry.clinical.ranges import RANGES
from registry.languages import in_both
from registry.spreadsheet import harmless


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CLAIM = "0 or 1"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportColumn:
    """`source` is the column of the analysis frame. `codes` gives the meaning of each value of a claim or a code."""

    name: str
    source: str
    kind: Kind
    label: Message
    unit: str = ""
    codes: Mapping[str, Message] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """`table` has the columns by name: numbers and claims as floats (NaN missing), the others as text (None missing)."""

    columns: tuple[ExportColumn, ...]
    table: pd.DataFrame

    def name_of(self, source: str) -> str | None:
        return next((column.name for column in self.columns if column.source == source), None)


def patients_data(frame: AnalysisFrame, *, protocol: StudyProtocol) -> DataSet:
    """One row per patient, in the order of the frame."""
    return _data_set(frame.table, drafts=_drafts(frame.table, protocol=protocol))


def adverse_events_data(frame: AnalysisFrame) -> DataSet | None:
    """One row per adverse event, where the study asks for them."""
    if frame.adverse_events is None:
        return None
    table = frame.adverse_events.table
    return _data_set(table, drafts=_event_drafts())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A column before it has a name that nobody else has."""

    source: str
    wanted: str
    kind: Kind
    label: Message
    unit: str = ""
    codes: Mapping[str, Message] = field(default_factory=dict)


def _data_set(table: pd.DataFrame, *, drafts: Iterable[_Draft]) -> DataSet:
    present = [draft for draft in drafts if draft.source in table]
    columns = tuple(
        ExportColumn(name=name, source=d.source, kind=d.kind, label=d.label, unit=d.unit, codes=d.codes)
        for name, d in zip(column_names(draft.wanted for draft in present), present, strict=True)
    )
    return DataSet(
        columns=columns, table=pd.DataFrame({c.name: _values(table[c.source], kind=c.kind) for c in columns})
    )


def _values(column: pd.Series, *, kind: Kind) -> Any:
    if kind in {Kind.NUMBER, Kind.CLAIM}:
        return column.to_numpy(dtype=float)
    cells = [None if pd.isna(value) else harmless(str(value)) for value in column]
    return pd.Series(cells, dtype=object)


def _drafts(table: pd.DataFrame, *, protocol: StudyProtocol) -> Iterator[_Draft]:
    arms = {harmless(arm.label): Message(en=arm.label, zh=arm.label_zh or arm.label) for arm in protocol.arms.all_arms}
    yield _Draft(source="id", wanted="id", kind=Kind.TEXT, label=_in_both(lambda: _("Registry ID")))
    yield _Draft(source="arm", wanted="arm", kind=Kind.CODE, label=_in_both(lambda: _("Arm")), codes=arms)
    yield _Draft(source="center", wanted="center", kind=Kind.TEXT, label=_in_both(lambda: _("Center code")))
    kinds = {name: plan.kind for name, plan in protocol.endpoints.items()}
    for name in protocol.survival_endpoints:
        axis = TIMES[kinds[name]].start.axis
        yield from _survival_drafts(name, of=label_of(name, kinds=kinds), axis=axis)
    for name in protocol.responses:
        values = observed_levels(table[f"{name}_value"])
        yield _response_draft(name, label=label_of(name, kinds=kinds), values=values)
    yield _months(
        ENTRY, label=Message("Months from time zero to the start of observation", "自时间零点至进入观察的月数")
    )
    yield _months(
        DEFINING, label=Message("Months from time zero to the arm-defining event", "自时间零点至分组治疗的月数")
    )
    yield _months(EXPOSURE, label=Message("Months at risk for adverse events", "不良事件风险暴露月数"))
    for covariate in protocol.covariates:
        quantity = protocol.population.quantities.get(covariate.reads)
        yield _covariate_draft(covariate, values=table[covariate.name], text=quantity.text if quantity else None)


def _survival_drafts(name: str, *, of: Message, axis: Message) -> Iterator[_Draft]:
    label = Message(f"{of.en}: {axis.en[0].lower()}{axis.en[1:]}", f"{of.zh}：{axis.zh}")
    yield _Draft(source=f"{name}_time", wanted=f"{name}_months", kind=Kind.NUMBER, label=label, unit="mo")
    codes = {"1": Message("event", "事件"), "0": Message("censored", "删失")}
    label = Message(f"{of.en}: months to the start of observation", f"{of.zh}：至进入观察的月数")
    yield _Draft(source=f"{name}_entry", wanted=f"{name}_entry", kind=Kind.NUMBER, label=label, unit="mo")
    label = Message(f"{of.en}: event", f"{of.zh}：事件")
    yield _Draft(source=f"{name}_event", wanted=f"{name}_event", kind=Kind.CLAIM, label=label, codes=codes)


def _response_draft(name: str, *, label: Message, values: tuple[str, ...]) -> _Draft:
    codes = {harmless(value): Message(value, value) for value in values}
    return _Draft(source=f"{name}_value", wanted=f"{name}_value", kind=Kind.CODE, label=label, codes=codes)


def _months(source: str, *, label: Message) -> _Draft:
    return _Draft(source=source, wanted=source, kind=Kind.NUMBER, label=label, unit="mo")


def _covariate_draft(covariate: Covariate, *, values: pd.Series, text: Text | None) -> _Draft:
    """`text` is what the protocol calls a count or an exposure."""
    name = covariate.reads
    label = Message(en=text.en, zh=text.zh) if text else _in_both(lambda: variable_label(name))
    column = variable_column(name)
    limits = column.range if column else RANGES.get(name)
    kinds = {"continuous": Kind.NUMBER, "binary": Kind.CLAIM, "categorical": Kind.CODE}
    codes: Mapping[str, Message] = {}
    if covariate.type == "binary":
        codes = _claim_codes(covariate)
    elif covariate.type == "categorical":
        codes = {harmless(level): _level(name, level=level) for level in levels_of(covariate, values=values)}
    return _Draft(
        source=covariate.name,
        wanted=covariate.name,
        kind=kinds[covariate.type],
        label=label,
        unit=limits.unit if limits else "",
        codes=codes,
    )


def levels_of(covariate: Covariate, *, values: pd.Series) -> tuple[str, ...]:
    """As the protocol lists them, else as observed."""
    return tuple(token_text(level) for level in covariate.levels) or observed_levels(values)


def _claim_codes(covariate: Covariate) -> dict[str, Message]:
    """1 is the level the protocol asks for, 0 every other one."""
    positive = token_text(covariate.positive)
    if positive == "true":
        return {"1": Message("yes", "是"), "0": Message("no", "否")}
    yes = _level(covariate.reads, level=positive)
    column = variable_column(covariate.reads)
    others = [code for code in (column.codes if column else ()) if code not in {positive, "UNK", "ND", "NR"}]
    if len(others) == 1:
        return {"1": yes, "0": _level(covariate.reads, level=others[0])}
    return {"1": yes, "0": Message(f"not {yes.en}", f"非{yes.zh}")}


def _level(name: str, *, level: str) -> Message:
    return _in_both(lambda: level_label(name, level=level))


def _event_drafts() -> Iterator[_Draft]:
    yield _Draft(source="id", wanted="id", kind=Kind.TEXT, label=_in_both(lambda: _("Registry ID")))
    yield _Draft(source="term", wanted="term", kind=Kind.TEXT, label=Message("Adverse event term", "不良事件名称"))
    yield _Draft(source="class", wanted="class", kind=Kind.TEXT, label=Message("Class", "类别"))
    yield _Draft(source="grade", wanted="grade", kind=Kind.NUMBER, label=Message("CTCAE grade", "CTCAE 分级"))
    yield _months(
        "start_months", label=Message("Months from the start of observation to the event", "自观察开始至事件的月数")
    )


def _in_both(say: Callable[[], str]) -> Message:
    return Message(*in_both(say))
