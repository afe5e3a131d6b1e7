"""The gate of a flat table: what the reader made of its cells must be the frame of the protocol, in shape, types, codes and ranges."""

import numpy as np
import pandas as pd
import pandera.pandas as pa

from analytics.errors import DataError, FaultyDataError
from analytics.flat.adverse_events import GRADES
from analytics.flat.protocol import TableEndpoint, TableProtocol, TableResponse
from analytics.messages import Message
from analytics.protocol.plan import CENTER, DEFINING, ENTRY, EXPOSURE, Covariate, token_text


def pass_gate(table: pd.DataFrame, *, schema: pa.DataFrameSchema) -> None:
    """FaultyDataError where the reader is at fault: what is wrong with a file has been told by then, by column and line."""
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        names = dict.fromkeys(str(name) for name in errors.failure_cases["column"])
        raise FaultyDataError(*(_misread(name) for name in names)) from None


def frame_schema(protocol: TableProtocol) -> pa.DataFrameSchema:
    """The columns of `AnalysisFrame` that the protocol asks for, and no others."""
    table = protocol.table
    columns: dict[str, pa.Column] = {
        "id": pa.Column(str, unique=True),
        "arm": _text(tuple(arm.label for arm in protocol.arms.all_arms)),
    }
    if table.center is not None:
        columns[CENTER] = _text()
    if table.defining is not None:
        columns[DEFINING] = _number()
    if table.entry is not None:
        columns[ENTRY] = _number()
    for name, endpoint in protocol.endpoints.items():
        columns |= _outcome(name, endpoint=endpoint)
    columns |= {covariate.name: _covariate(covariate) for covariate in protocol.covariates}
    if protocol.safety is not None and protocol.safety.exposure is not None:
        columns[EXPOSURE] = _number()
    return pa.DataFrameSchema(columns, strict=True)


def events_schema(protocol: TableProtocol) -> pa.DataFrameSchema:
    """The columns of `AdverseEvents`."""
    columns = {
        "id": pa.Column(str),
        "term": pa.Column(str),
        "class": _text(),
        "grade": _number(pa.Check.isin([float(grade) for grade in GRADES])),
    }
    if protocol.safety is not None and protocol.safety.start is not None:
        columns["start_months"] = _number()
    return pa.DataFrameSchema(columns, strict=True)


def _outcome(name: str, *, endpoint: TableEndpoint | TableResponse) -> dict[str, pa.Column]:
    if isinstance(endpoint, TableResponse):
        return {f"{name}_value": _text(tuple(map(token_text, endpoint.order)))}
    codes = [float(code) for code in range(2 + len(endpoint.competing_code or ()))]
    entry = {} if endpoint.entry is None else {f"{name}_entry": _number()}
    return entry | {f"{name}_time": _number(), f"{name}_event": _number(pa.Check.isin(codes))}


def _covariate(covariate: Covariate) -> pa.Column:
    if covariate.type == "categorical":
        return _text(tuple(map(token_text, covariate.levels)))
    if covariate.type == "binary":
        return _number(pa.Check.isin([0.0, 1.0]))
    return _number(pa.Check.gt(0)) if covariate.log else _number()


def _number(*checks: pa.Check) -> pa.Column:
    """Finite, or NaN where missing."""
    return pa.Column(float, checks=[pa.Check(np.isfinite), *checks], nullable=True)


def _text(codes: tuple[str, ...] = ()) -> pa.Column:
    """One of the codes where there are any, None where missing."""
    checks = [pa.Check.isin(codes)] if codes else [pa.Check(lambda values: values.map(type).isin([str]))]
    return pa.Column(object, checks=checks, nullable=True)


def _misread(column: str) -> DataError:
    return DataError(
        "column_misread",
        Message(
            f"The column {column} was misread. This is a fault of the program, not of the file: please report it.",
            f"列 {column} 读取有误。这是程序的错误，不是文件的问题：请报告。",
        ),
        column,
    )
