"""The second file of a flat table: one row per adverse event."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.errors import DataError
from analytics.flat.cells import Column, is_missing, numbers
from analytics.flat.columns import CsvTable, read_csv
from analytics.flat.protocol import TableProtocol, TableSafety, months
from analytics.frame import AdverseEvents
from analytics.messages import Message
from analytics.stats.event_times import Booleans, Floats

GRADES = (1, 2, 3, 4, 5)


def read_adverse_events(
    path: Path, *, protocol: TableProtocol, first: CsvTable, faults: list[DataError]
) -> tuple[AdverseEvents | None, Floats | None]:
    """The events, and the months of exposure of each row of the first file (None where the protocol asks for none).

    A row without term and grade tells of a person without an event. Faults name the file and are added to `faults`.
    """
    plan = protocol.safety
    if plan is None:
        return None, None
    found: list[DataError] = []
    plan = plan if plan.id else plan.model_copy(update={"id": protocol.table.id})
    needed = [name for name in (plan.id, plan.term, plan.grade, plan.class_, plan.start) if name]
    file = read_csv(path, needed=needed, faults=found)
    is_complete = all(name in file.columns for name in needed)
    table = _events(file, plan=plan, protocol=protocol, faults=found) if is_complete else None
    exposure = _exposure(file, plan=plan, protocol=protocol, first=first, faults=found) if is_complete else None
    faults += [replace(fault, message=_in_file(fault.message, name=file.name)) for fault in found]
    if table is None:
        return None, None
    return AdverseEvents(table=table, source=file.name, sha256=file.sha256, rows=file.rows), exposure


def _in_file(message: Message, *, name: str) -> Message:
    return Message(en=f"{name}: {message.en}", zh=f"{name}：{message.zh}")


def _events(file: CsvTable, *, plan: TableSafety, protocol: TableProtocol, faults: list[DataError]) -> pd.DataFrame:
    ids, terms = file.columns[plan.id or ""], file.columns[plan.term]
    grade = numbers(file.columns[plan.grade], faults=faults)
    _refuse_other_grades(file.columns[plan.grade], grade=grade, faults=faults)
    nameless = _is_blank(terms)
    no_event = nameless & np.array([is_missing(cell) for cell in file.columns[plan.grade].cells], dtype=bool)
    _refuse(ids, where=_is_blank(ids), code="missing_id", what=("id", "编号"), faults=faults)
    _refuse(terms, where=nameless & ~no_event, code="missing_term", what=("term", "术语"), faults=faults)
    columns: dict[str, object] = {  # as objects: a file without an event would have numbers for texts
        "id": np.array(ids.cells, dtype=object),
        "term": np.array([cell.strip() for cell in terms.cells], dtype=object),
        "class": np.array(_texts(file.columns[plan.class_]), dtype=object) if plan.class_ else None,
        "grade": grade,
    }
    if plan.start:
        columns["start_months"] = months(numbers(file.columns[plan.start], faults=faults), unit=protocol.first_unit)
    return pd.DataFrame(columns)[~no_event].reset_index(drop=True)


def _texts(column: Column) -> list[str | None]:
    return [None if is_missing(cell) else cell.strip() for cell in column.cells]


def _is_blank(column: Column) -> Booleans:
    return np.array([not cell.strip() for cell in column.cells], dtype=bool)


def _refuse(column: Column, *, where: Booleans, code: str, what: tuple[str, str], faults: list[DataError]) -> None:
    places = np.flatnonzero(where).tolist()
    if places:
        line = column.lines[places[0]]
        en = f"{len(places)} row(s) have no {what[0]} in column {column.name}, first on line {line}."
        zh = f"列 {column.name} 中有 {len(places)} 行没有{what[1]}；首先出现在第 {line} 行。"
        faults.append(column.fault(code, en=en, zh=zh, places=places))


def _refuse_other_grades(column: Column, *, grade: Floats, faults: list[DataError]) -> None:
    wrong = np.flatnonzero(~np.isnan(grade) & ~np.isin(grade, GRADES)).tolist()
    if wrong:
        found = column.examples(wrong)
        en = f"{len(wrong)} cell(s) in column {column.name} contain {found}; grades must be 1 to 5."
        zh = f"列 {column.name} 中有 {len(wrong)} 个单元格的值为 {found}；分级应为 1 至 5。"
        faults.append(column.fault("bad_grade", en=en, zh=zh, places=wrong))


def _exposure(
    file: CsvTable, *, plan: TableSafety, protocol: TableProtocol, first: CsvTable, faults: list[DataError]
) -> Floats | None:
    """From the first file where it has the column: a person without an event is in no row of the second, as a rule."""
    if plan.exposure is None or protocol.table.id not in first.columns:
        return None
    if plan.exposure in first.columns:
        time = numbers(first.columns[plan.exposure], faults=faults)
    elif plan.exposure in file.columns:
        time = _exposure_of_persons(file, plan=plan, people=first.columns[protocol.table.id], faults=faults)
    else:
        en = f"Neither file has the column {plan.exposure}. Provide each patient's time at risk in the first file."
        zh = f"两个文件中均没有列 {plan.exposure}：请在第一个文件中给出每人的暴露时间。"
        faults.append(DataError("missing_column", Message(en, zh), plan.exposure, (1,)))
        return None
    return months(time, unit=protocol.first_unit)


def _exposure_of_persons(file: CsvTable, *, plan: TableSafety, people: Column, faults: list[DataError]) -> Floats:
    """Exposure that only those with an event have would make every rate too high: all persons must have one."""
    column = file.columns[plan.exposure or ""]
    times = pd.Series(numbers(column, faults=faults), index=list(file.columns[plan.id or ""].cells)).dropna()
    if times.groupby(level=0).nunique().gt(1).any():
        en = f"A patient has different times at risk in column {column.name}. Provide one value per patient."
        faults.append(
            column.fault("exposure_differs", en=en, zh=f"列 {column.name} 中同一人的暴露时间不一致；每人只能有一个值。")
        )
    known = times[~times.index.duplicated()].reindex(list(people.cells)).to_numpy(dtype=float)
    missing = int(np.isnan(known).sum())
    if missing:
        en = (
            f"{missing} patient(s) in the first file have no time at risk in column {column.name}. Move the column to the "
            "first file, or add a row without term and grade for each."
        )
        zh = f"第一个文件中有 {missing} 人在列 {column.name} 中没有暴露时间：请将该列移至第一个文件，或为每人添加一行不含术语和分级的记录。"
        faults.append(column.fault("exposure_missing", en=en, zh=zh))
    return known
