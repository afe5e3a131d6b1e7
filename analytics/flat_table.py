"""Anybody's flat CSV → the analysis frame, with every fault named by column and line."""

import csv
import hashlib
import io
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.cells import Column, choose, is_missing, numbers
from analytics.errors import DataError, FaultyDataError, UnreadableTableError
from analytics.frame import AnalysisFrame
from analytics.messages import Message
from analytics.protocol import (
    DAYS_PER_MONTH,
    DAYS_PER_UNIT,
    MONTHS_PER_UNIT,
    Covariate,
    TableArm,
    TableEndpoint,
    TableProtocol,
    Unit,
    token_text,
)

MOST_LINES_LISTED = 100


def read_table(path: Path, *, protocol: TableProtocol) -> AnalysisFrame:
    """The frame of a CSV file (UTF-8, comma, header in line 1); FaultyDataError with all faults of its cells at once."""
    content = _read_bytes(path)
    header, lines, rows = _parse(content, name=path.name)
    faults = _faults_of_shape(header, lines=lines, rows=rows, protocol=protocol)
    if any(fault.code == "ragged_row" for fault in faults):
        raise FaultyDataError(*faults)
    columns = {
        name: Column(name=name, cells=tuple(row[place] for row in rows), lines=lines)
        for place, name in reversed(list(enumerate(header)))
    }
    table = _encode(columns, protocol=protocol, faults=faults)
    if faults:
        raise FaultyDataError(*faults)
    return AnalysisFrame(table=table, source=path.name, sha256=hashlib.sha256(content).hexdigest(), rows=len(rows))


def months(time: np.ndarray, *, unit: Unit) -> np.ndarray:
    """Times in months of 30.4375 days."""
    if unit in MONTHS_PER_UNIT:
        return time * MONTHS_PER_UNIT[unit]
    return time * DAYS_PER_UNIT[unit] / DAYS_PER_MONTH


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise UnreadableTableError(
            Message(
                en=f"The table {path.name} cannot be opened: {reason}.", zh=f"无法打开数据表 {path.name}：{reason}。"
            )
        ) from None


def _parse(content: bytes, *, name: str) -> tuple[list[str], tuple[int, ...], list[list[str]]]:
    """Header, line number of each row, rows; wholly blank lines are no rows."""
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        records = [(reader.line_num, record) for record in reader if any(cell.strip() for cell in record)]
    except (UnicodeDecodeError, csv.Error):
        raise UnreadableTableError(
            Message(
                en=f"The table {name} is not CSV text in UTF-8; save it as CSV UTF-8.",
                zh=f"数据表 {name} 不是 UTF-8 编码的 CSV 文本；请另存为 CSV UTF-8。",
            )
        ) from None
    if not records:
        raise UnreadableTableError(
            Message(en=f"The table {name} is empty; it needs a header line.", zh=f"数据表 {name} 为空；需要标题行。")
        )
    header = [cell.strip() for cell in records[0][1]]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise UnreadableTableError(
            Message(
                en=f"The columns of {name} are not separated by commas; save it as CSV with commas.",
                zh=f"{name} 的各列不是以逗号分隔；请另存为逗号分隔的 CSV。",
            )
        )
    return header, tuple(line for line, _ in records[1:]), [record for _, record in records[1:]]


def _needed(protocol: TableProtocol) -> list[str]:
    table = protocol.table
    names = [table.id, table.arm, *([table.center] if table.center else [])]
    for endpoint in protocol.endpoints.values():
        names += [endpoint.time, endpoint.event]
    return list(dict.fromkeys([*names, *(covariate.name for covariate in protocol.covariates)]))


def _faults_of_shape(
    header: list[str], *, lines: tuple[int, ...], rows: list[list[str]], protocol: TableProtocol
) -> list[DataError]:
    faults = []
    for name in _needed(protocol):
        if header.count(name) == 0:
            found = ", ".join(header[:20])
            en = f"The column {name} is missing; the columns found are {found}."
            faults.append(DataError("missing_column", Message(en, f"缺少列 {name}；已有的列：{found}。"), name, (1,)))
        elif header.count(name) > 1:
            en = f"The column {name} is there {header.count(name)} times; keep one of them."
            zh = f"列 {name} 出现了 {header.count(name)} 次；请只保留一列。"
            faults.append(DataError("duplicate_column", Message(en, zh), name, (1,)))
    ragged = tuple(line for line, row in zip(lines, rows, strict=True) if len(row) != len(header))
    if ragged:
        en = f"{len(ragged)} line(s) do not have the {len(header)} cells of the header; the first is line {ragged[0]}."
        zh = f"{len(ragged)} 行的单元格数与标题行（{len(header)}）不符；首先出现在第 {ragged[0]} 行。"
        faults.append(DataError("ragged_row", Message(en, zh), None, ragged[:MOST_LINES_LISTED]))
    return faults


def _encode(columns: dict[str, Column], *, protocol: TableProtocol, faults: list[DataError]) -> pd.DataFrame:
    """The table of the frame; adds what is wrong to `faults` and leaves such columns out."""
    encoded: dict[str, object] = {}
    table = protocol.table
    if table.id in columns:
        encoded["id"] = _ids(columns[table.id], faults=faults)
    if table.arm in columns:
        encoded["arm"] = _arms(columns[table.arm], protocol=protocol, faults=faults)
    if table.center in columns:
        center = columns[table.center]
        encoded["center"] = [None if is_missing(cell) else cell.strip() for cell in center.cells]
    for name, endpoint in protocol.endpoints.items():
        if endpoint.time in columns and endpoint.event in columns:
            time = numbers(columns[endpoint.time], faults=faults)
            encoded[f"{name}_time"] = months(time, unit=endpoint.unit)
            encoded[f"{name}_event"] = _events(columns[endpoint.event], endpoint=endpoint, faults=faults)
    for covariate in protocol.covariates:
        if covariate.name in columns:
            encoded[covariate.name] = encode_covariate(columns[covariate.name], covariate=covariate, faults=faults)
    return pd.DataFrame(encoded)


def _ids(column: Column, *, faults: list[DataError]) -> list[str]:
    blank = [place for place, cell in enumerate(column.cells) if not cell.strip()]
    if blank:
        en = f"{len(blank)} row(s) have no id in column {column.name}; the first is line {column.lines[blank[0]]}."
        zh = f"列 {column.name} 中有 {len(blank)} 行没有编号；首先出现在第 {column.lines[blank[0]]} 行。"
        faults.append(column.fault("missing_id", en=en, zh=zh, places=blank))
    repeated = np.flatnonzero(pd.Series(column.cells, dtype=object).duplicated(keep=False)).tolist()
    repeated = [place for place in repeated if column.cells[place].strip()]
    if repeated:
        lines = ", ".join(str(column.lines[place]) for place in repeated[:6])
        en = f"Ids in column {column.name} occur more than once, in lines {lines}{' …' if len(repeated) > 6 else ''}."
        zh = f"列 {column.name} 中的编号重复，行号：{lines}{' …' if len(repeated) > 6 else ''}。"
        faults.append(column.fault("duplicate_id", en=en, zh=zh, places=repeated))
    return list(column.cells)


def _arms(column: Column, *, protocol: TableProtocol, faults: list[DataError]) -> list[str | None]:
    arms: tuple[TableArm, TableArm] = (protocol.arms.focal, protocol.arms.reference)
    tokens = tuple(token for arm in arms for token in arm.value)
    labels = [arm.label for arm in arms for _ in arm.value]
    chosen = choose(column, tokens=tokens)
    values = [labels[place] if place >= 0 else None for place in chosen]
    for arm in arms:
        if arm.label not in values:
            asked = ", ".join(token_text(token) for token in arm.value)
            found = column.examples()
            en = f"The arm {arm.label} is empty: no cell of column {column.name} is {asked}; found are {found}."
            zh = f"{arm.label} 组为空：列 {column.name} 中没有值 {asked}；已有的值：{found}。"
            faults.append(column.fault("empty_arm", en=en, zh=zh))
    return values


def _events(column: Column, *, endpoint: TableEndpoint, faults: list[DataError]) -> np.ndarray:
    tokens = endpoint.event_code + endpoint.censor_code
    chosen = choose(column, tokens=tokens)
    wrong = [place for place in np.flatnonzero(chosen == -1).tolist() if not is_missing(column.cells[place])]
    if wrong:
        codes = ", ".join(token_text(token) for token in tokens)
        found = column.examples(wrong)
        en = f"{len(wrong)} cell(s) of column {column.name} hold {found}; the codes of the protocol are {codes}."
        zh = f"列 {column.name} 中有 {len(wrong)} 个单元格的值为 {found}；研究方案中的编码为 {codes}。"
        faults.append(column.fault("bad_event_code", en=en, zh=zh, places=wrong))
    return np.where(chosen < 0, np.nan, (chosen < len(endpoint.event_code)).astype(float))


def encode_covariate(column: Column, *, covariate: Covariate, faults: list[DataError]) -> np.ndarray | list[str | None]:
    """The cells of one covariate as the frame holds them; faults are added to `faults`."""
    if covariate.type == "continuous":
        return numbers(column, faults=faults)
    if covariate.type == "binary":
        return _binary(column, covariate=covariate, faults=faults)
    return _levels(column, covariate=covariate, faults=faults)


def _binary(column: Column, *, covariate: Covariate, faults: list[DataError]) -> np.ndarray:
    positive = choose(column, tokens=(covariate.positive,)) == 0
    known = np.array([not is_missing(cell) for cell in column.cells], dtype=bool) | positive
    others = np.flatnonzero(known & ~positive).tolist()
    if len(column.distinct(others)) > 1:
        found = column.examples(others)
        asked = token_text(covariate.positive)
        en = f"The binary column {column.name} holds, beside {asked}, more than one other value: {found}."
        zh = f"二分类列 {column.name} 除 {asked} 外还有多个其他值：{found}。"
        faults.append(column.fault("more_than_two_values", en=en, zh=zh, places=others))
    return np.where(known, positive.astype(float), np.nan)


def _levels(column: Column, *, covariate: Covariate, faults: list[DataError]) -> list[str | None]:
    if not covariate.levels:
        return [None if is_missing(cell) else cell.strip() for cell in column.cells]
    chosen = choose(column, tokens=covariate.levels)
    wrong = [place for place in np.flatnonzero(chosen == -1).tolist() if not is_missing(column.cells[place])]
    if wrong:
        known = ", ".join(token_text(level) for level in covariate.levels)
        found = column.examples(wrong)
        en = f"{len(wrong)} cell(s) of column {column.name} hold {found}, which is not among its levels {known}."
        zh = f"列 {column.name} 中有 {len(wrong)} 个单元格的值 {found} 不在水平 {known} 之中。"
        faults.append(column.fault("unknown_level", en=en, zh=zh, places=wrong))
    return [token_text(covariate.levels[place]) if place >= 0 else None for place in chosen]
