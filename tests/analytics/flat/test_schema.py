"""The gate of a flat table: the frame that the reader made must be that of the protocol."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.errors import FaultyDataError
from analytics.flat.protocol import TableProtocol
from analytics.flat.schema import events_schema, frame_schema, pass_gate
from analytics.frame import AnalysisFrame
from tests.analytics.tables import RESPONSE, make_content, make_frame, make_protocol, make_rows


@pytest.fixture
def protocol() -> TableProtocol:
    content = make_content()
    return make_protocol(
        table=content["table"] | {"defining": "wait"},
        endpoints={"OS": content["endpoints"]["OS"] | {"competing_code": [2]}, "ORR": RESPONSE},
        covariates=[*content["covariates"], {"name": "afp", "type": "continuous", "log": True}],
        safety={"table": "ae.csv", "start": "day", "exposure": "days"},
    )


@pytest.fixture
def frame(protocol: TableProtocol, tmp_path: Path) -> AnalysisFrame:
    (tmp_path / "ae.csv").write_text("patient,term,grade,day\n000,Fever,3,9\n001,Rash,,\n", encoding="utf-8")
    rows = make_rows().assign(bor=["CR", "SD", "PD", ""] * 60, wait=30, afp=20.5)
    return make_frame(tmp_path, protocol=protocol, rows=rows)


def test_the_columns_of_the_gate_are_those_of_the_frame_that_is_read(
    protocol: TableProtocol, frame: AnalysisFrame
) -> None:
    assert set(frame_schema(protocol).columns) == set(frame.table)
    assert frame.adverse_events is not None
    assert set(events_schema(protocol).columns) == set(frame.adverse_events.table)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", "000"), ("id", 5), ("arm", "Transplant"), ("center", 3), ("defining_months", np.inf), ("OS_time", np.inf),
        ("OS_event", 3.0), ("OS_event", 0.5), ("ORR_value", "complete"), ("age", -np.inf), ("bclc", "D"), ("hbv", 2.0),
        ("afp", 0.0), ("exposure_months", np.inf),
    ],
)  # fmt: skip
def test_what_the_protocol_does_not_know_does_not_pass(
    column: str, value: Any, protocol: TableProtocol, frame: AnalysisFrame
) -> None:
    values = list(frame.table[column])
    values[7] = value
    table = frame.table.assign(**{column: values})
    with pytest.raises(FaultyDataError) as caught:
        pass_gate(table, schema=frame_schema(protocol))
    assert [(error.code, error.column) for error in caught.value.errors] == [("column_misread", column)]
    assert str(value) not in caught.value.errors[0].message.en


@pytest.mark.parametrize("lines", ["", "000,,,\n"], ids=["no row", "a row that tells of no event"])
@pytest.mark.parametrize("organ", [None, "organ"])
def test_a_file_without_an_adverse_event_passes(lines: str, organ: str | None, tmp_path: Path) -> None:
    (tmp_path / "ae.csv").write_text(f"patient,term,grade,organ\n{lines}", encoding="utf-8")
    protocol = make_protocol(safety={"table": "ae.csv", **({"class": organ} if organ else {})})
    events = make_frame(tmp_path, protocol=protocol).adverse_events
    assert events is not None
    assert events.table.empty


def test_columns_without_a_value_pass(tmp_path: Path) -> None:
    content = make_content()
    protocol = make_protocol(
        endpoints=content["endpoints"] | {"ORR": RESPONSE}, covariates=content["covariates"][1:2], cox=None, design=None
    )
    rows = make_rows().assign(center="", bor="", bclc="", days="", died="")
    assert len(make_frame(tmp_path, protocol=protocol, rows=rows).table) == len(rows)


def test_a_column_too_many_or_too_few_or_of_another_type_does_not_pass(
    protocol: TableProtocol, frame: AnalysisFrame
) -> None:
    schema, table = frame_schema(protocol), frame.table
    for wrong in (table.assign(more=1.0), table.drop(columns="hbv"), table.assign(hbv=table["hbv"].astype(int))):
        with pytest.raises(FaultyDataError):
            pass_gate(wrong, schema=schema)


@pytest.mark.parametrize(
    ("column", "value"), [("grade", 6.0), ("grade", 2.5), ("term", None), ("start_months", np.inf)]
)
def test_adverse_events_pass_the_same_way(
    column: str, value: Any, protocol: TableProtocol, frame: AnalysisFrame
) -> None:
    assert frame.adverse_events is not None
    table: pd.DataFrame = frame.adverse_events.table
    with pytest.raises(FaultyDataError):
        pass_gate(table.assign(**{column: [value] * len(table)}), schema=events_schema(protocol))
