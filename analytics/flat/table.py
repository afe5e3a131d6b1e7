"""Anybody's flat CSV → the analysis frame, with every fault named by column and line."""

from pathlib import Path

import numpy as np
import pandas as pd

from analytics.errors import DataError, FaultyDataError
from analytics.flat.adverse_events import read_adverse_events
from analytics.flat.cells import Column, choose, is_missing, numbers
from analytics.flat.columns import read_csv
from analytics.flat.protocol import TableEndpoint, TableProtocol, TableResponse, months
from analytics.flat.schema import events_schema, frame_schema, pass_gate
from analytics.flat.variants import about_spellings
from analytics.frame import AnalysisFrame
from analytics.protocol.plan import DEFINING, ENTRY, EXPOSURE, Covariate, Token, token_text


def read_table(path: Path, *, protocol: TableProtocol) -> AnalysisFrame:
    """The frame of a CSV file, and of the adverse-event file beside it where the protocol names one.

    FaultyDataError with all faults of the cells at once.
    """
    faults: list[DataError] = []
    file = read_csv(path, needed=_needed(protocol), faults=faults)
    table = _encode(file.columns, protocol=protocol, faults=faults)
    events = None
    if protocol.safety is not None:
        events, exposure = read_adverse_events(
            path.parent / protocol.safety.table, protocol=protocol, first=file, faults=faults
        )
        table = table if exposure is None else table.assign(**{EXPOSURE: exposure})
    if faults:
        raise FaultyDataError(*faults)
    pass_gate(table, schema=frame_schema(protocol))
    if events is not None:
        pass_gate(events.table, schema=events_schema(protocol))
    return AnalysisFrame(
        table=table,
        source=path.name,
        sha256=file.sha256,
        rows=file.rows,
        adverse_events=events,
        notices=about_spellings(file.columns, protocol=protocol),
    )


def _needed(protocol: TableProtocol) -> list[str]:
    table = protocol.table
    names = [table.id, table.arm, *(name for name in (table.center, table.defining, table.entry) if name)]
    for endpoint in protocol.endpoints.values():
        names += _columns_of(endpoint)
    return [*names, *(covariate.reads for covariate in protocol.covariates)]


def _columns_of(endpoint: TableEndpoint | TableResponse) -> list[str]:
    if isinstance(endpoint, TableResponse):
        return [endpoint.value]
    return [endpoint.time, endpoint.event, *([endpoint.entry] if endpoint.entry else [])]


def _encode(columns: dict[str, Column], *, protocol: TableProtocol, faults: list[DataError]) -> pd.DataFrame:
    """The table of the frame; adds what is wrong to `faults` and leaves such columns out."""
    encoded = _of_the_patient(columns, protocol=protocol, faults=faults)
    for name, endpoint in protocol.endpoints.items():
        encoded |= _outcome(columns, name=name, endpoint=endpoint, faults=faults)
    for covariate in protocol.covariates:
        if covariate.reads in columns:
            encoded[covariate.name] = encode_covariate(columns[covariate.reads], covariate=covariate, faults=faults)
    return pd.DataFrame(encoded)


def _of_the_patient(
    columns: dict[str, Column], *, protocol: TableProtocol, faults: list[DataError]
) -> dict[str, object]:
    """Who it is, in which arm and center, and the times that all endpoints share."""
    encoded: dict[str, object] = {}
    table = protocol.table
    if table.id in columns:
        encoded["id"] = _ids(columns[table.id], faults=faults)
    if table.arm in columns:
        encoded["arm"] = _arms(columns[table.arm], protocol=protocol, faults=faults)
    if table.center in columns:
        center = columns[table.center]
        encoded["center"] = [None if is_missing(cell) else cell.strip() for cell in center.cells]
    for key, name in ((DEFINING, table.defining), (ENTRY, table.entry)):
        if name in columns:
            encoded[key] = months(numbers(columns[name], faults=faults), unit=protocol.first_unit)
    return encoded


def _outcome(
    columns: dict[str, Column], *, name: str, endpoint: TableEndpoint | TableResponse, faults: list[DataError]
) -> dict[str, object]:
    if isinstance(endpoint, TableResponse):
        if endpoint.value not in columns:
            return {}
        return {f"{name}_value": _graded(columns[endpoint.value], endpoint=endpoint, faults=faults)}
    if endpoint.time not in columns or endpoint.event not in columns:
        return {}
    time = numbers(columns[endpoint.time], faults=faults)
    entry: dict[str, object] = {}
    if endpoint.entry in columns:
        entry[f"{name}_entry"] = months(numbers(columns[endpoint.entry], faults=faults), unit=endpoint.unit)
    return entry | {
        f"{name}_time": months(time, unit=endpoint.unit),
        f"{name}_event": _events(columns[endpoint.event], endpoint=endpoint, faults=faults),
    }


def _graded(column: Column, *, endpoint: TableResponse, faults: list[DataError]) -> list[str | None]:
    """Without an order any text is a value; a success is told as in the protocol, also where the file has 1.0 for 1."""
    values = _one_of(column, tokens=endpoint.order, faults=faults)
    if endpoint.order:
        return values
    chosen = choose(column, tokens=endpoint.success)
    return [
        token_text(endpoint.success[place]) if place >= 0 else value
        for place, value in zip(chosen, values, strict=True)
    ]


def _ids(column: Column, *, faults: list[DataError]) -> list[str]:
    blank = [place for place, cell in enumerate(column.cells) if not cell.strip()]
    if blank:
        en = f"{len(blank)} row(s) have no id in column {column.name}, first on line {column.lines[blank[0]]}."
        zh = f"列 {column.name} 中有 {len(blank)} 行没有编号；首先出现在第 {column.lines[blank[0]]} 行。"
        faults.append(column.fault("missing_id", en=en, zh=zh, places=blank))
    repeated = np.flatnonzero(pd.Series(column.cells, dtype=object).duplicated(keep=False)).tolist()
    repeated = [place for place in repeated if column.cells[place].strip()]
    if repeated:
        lines = ", ".join(str(column.lines[place]) for place in repeated[:6])
        en = f"Column {column.name} contains duplicate ids on lines {lines}{' …' if len(repeated) > 6 else ''}."
        zh = f"列 {column.name} 中的编号重复，行号：{lines}{' …' if len(repeated) > 6 else ''}。"
        faults.append(column.fault("duplicate_id", en=en, zh=zh, places=repeated))
    return list(column.cells)


def _arms(column: Column, *, protocol: TableProtocol, faults: list[DataError]) -> list[str | None]:
    arms = protocol.arms.all_arms
    tokens = tuple(token for arm in arms for token in arm.value)
    labels = [arm.label for arm in arms for _ in arm.value]
    chosen = choose(column, tokens=tokens)
    values = [labels[place] if place >= 0 else None for place in chosen]
    for arm in arms:
        if arm.label not in values:
            asked = ", ".join(token_text(token) for token in arm.value)
            found = column.examples()
            en = f"The arm {arm.label} is empty: no cell in column {column.name} is {asked}. Values found: {found}."
            zh = f"{arm.label} 组为空：列 {column.name} 中没有值 {asked}；已有的值：{found}。"
            faults.append(column.fault("empty_arm", en=en, zh=zh))
    return values


def _events(column: Column, *, endpoint: TableEndpoint, faults: list[DataError]) -> np.ndarray:
    """1 for the event, 0 for censored, 2 and on for each competing event in the order of the protocol."""
    competing = endpoint.competing_code or ()
    tokens = endpoint.event_code + endpoint.censor_code + competing
    chosen = choose(column, tokens=tokens)
    wrong = [place for place in np.flatnonzero(chosen == -1).tolist() if not is_missing(column.cells[place])]
    if wrong:
        codes = ", ".join(token_text(token) for token in tokens)
        found = column.examples(wrong)
        en = f"{len(wrong)} cell(s) in column {column.name} contain {found}; the codes in the protocol are {codes}."
        zh = f"列 {column.name} 中有 {len(wrong)} 个单元格的值为 {found}；研究方案中的编码为 {codes}。"
        faults.append(column.fault("bad_event_code", en=en, zh=zh, places=wrong))
    codes_of = [1.0] * len(endpoint.event_code) + [0.0] * len(endpoint.censor_code)
    codes_of += [float(place) for place in range(2, 2 + len(competing))]
    return np.array([*codes_of, np.nan])[chosen]


def encode_covariate(column: Column, *, covariate: Covariate, faults: list[DataError]) -> np.ndarray | list[str | None]:
    """The cells of one covariate as the frame holds them; faults are added to `faults`."""
    if covariate.type == "continuous":
        values = numbers(column, faults=faults)
        if covariate.log:
            _refuse_no_logarithm(values, column=column, faults=faults)
        return values
    if covariate.type == "binary":
        return _binary(column, covariate=covariate, faults=faults)
    return _one_of(column, tokens=covariate.levels, faults=faults)


def _refuse_no_logarithm(values: np.ndarray, *, column: Column, faults: list[DataError]) -> None:
    wrong = np.flatnonzero(values <= 0).tolist()
    if wrong:
        line = column.lines[wrong[0]]
        en = f"{len(wrong)} cell(s) in column {column.name} are not above zero and have no logarithm, first on line {line}."
        zh = f"列 {column.name} 中有 {len(wrong)} 个单元格不大于零，无法取对数；首先出现在第 {line} 行。"
        faults.append(column.fault("no_logarithm", en=en, zh=zh, places=wrong))


def _binary(column: Column, *, covariate: Covariate, faults: list[DataError]) -> np.ndarray:
    positive = choose(column, tokens=(covariate.positive,)) == 0
    known = np.array([not is_missing(cell) for cell in column.cells], dtype=bool) | positive
    others = np.flatnonzero(known & ~positive).tolist()
    if len(column.distinct(others)) > 1:
        found = column.examples(others)
        asked = token_text(covariate.positive)
        en = f"The binary column {column.name} contains more than one value other than {asked}: {found}."
        zh = f"二分类列 {column.name} 除 {asked} 外还有多个其他值：{found}。"
        faults.append(column.fault("more_than_two_values", en=en, zh=zh, places=others))
    return np.where(known, positive.astype(float), np.nan)


def _one_of(column: Column, *, tokens: tuple[Token, ...], faults: list[DataError]) -> list[str | None]:
    """Each cell as the listed level it is, or as it stands where none are listed."""
    if not tokens:
        return [None if is_missing(cell) else cell.strip() for cell in column.cells]
    chosen = choose(column, tokens=tokens)
    wrong = [place for place in np.flatnonzero(chosen == -1).tolist() if not is_missing(column.cells[place])]
    if wrong:
        known = ", ".join(token_text(token) for token in tokens)
        found = column.examples(wrong)
        en = f"{len(wrong)} cell(s) in column {column.name} contain {found}, not one of its levels {known}."
        zh = f"列 {column.name} 中有 {len(wrong)} 个单元格的值 {found} 不在水平 {known} 之中。"
        faults.append(column.fault("unknown_level", en=en, zh=zh, places=wrong))
    return [token_text(tokens[place]) if place >= 0 else None for place in chosen]
