"""In whatever order patients were registered or a workbook's rows were sent, no digit of a result is another."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.cohort.extract import Extract, read_extract
from analytics.protocol.library import protocol_text
from analytics.protocol.population import read_study_protocol
from analytics.result.comparison import json_text, result_json
from analytics.result.differences import timeless
from analytics.studies.services import compare_extract
from registry.access.scope import center_scope
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
RANDOM = np.random.default_rng(7)


@pytest.fixture
def extract(make_case: Callable, cast: Cast) -> Extract:
    """Many share their score, so that ties decide who is matched."""
    for number in range(24):
        make_case(
            f"{number}",
            arm="resection" if number % 3 == 0 else "ablation",
            center=[cast.center, cast.other_center][number % 2],
            sex="MF"[number // 2 % 2],
            death_date=date(2019 + number % 4, 6, 1 + number) if number % 2 else None,
        )
    return read_extract([cast.center.pk, cast.other_center.pk])


def result(extract: Extract, *, cast: Cast) -> dict[str, Any]:
    protocol = read_study_protocol(protocol_text("an-2025"))
    with center_scope([cast.center.pk, cast.other_center.pk]):
        found: dict[str, Any] = json.loads(result_json(compare_extract(extract, protocol=protocol)))
    return timeless(found)


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    return table.iloc[RANDOM.permutation(len(table))].reset_index(drop=True)


def sent_in_another_order(extract: Extract) -> Extract:
    """Each patient has another key, as if its row had stood elsewhere in the workbook."""
    keys = extract.tables["patient"]["id"].to_numpy()
    new = dict(zip(keys.tolist(), RANDOM.permutation(keys).tolist(), strict=True))
    tables = {
        name: table.assign(id=table["id"].map(new))
        if name == "patient"
        else table.assign(patient_id=table["patient_id"].map(new))
        for name, table in extract.tables.items()
    }
    return replace(extract, tables={name: table.sort_values("id") for name, table in tables.items()})


def test_no_digit_rests_on_the_order_of_rows(extract: Extract, cast: Cast) -> None:
    planned = result(extract, cast=cast)
    assert planned["matching"]["ties"]["decide_who"]
    assert planned["endpoints"]["OS"]["matched"]["hazard_ratio"]["hr"] is not None
    rows = replace(extract, tables={name: shuffled(table) for name, table in extract.tables.items()})
    for other in (rows, sent_in_another_order(extract)):
        assert json_text(result(other, cast=cast)) == json_text(planned)
