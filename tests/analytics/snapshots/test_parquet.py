"""What a Parquet file gives back is what was read, to the value and to the kind of column."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from analytics.cohort.extract import read_extract
from analytics.snapshots.parquet import from_parquet, to_parquet
from registry.models import Patient
from tests.conftest import Cast


def test_every_kind_of_column_comes_back_as_it_was() -> None:
    table = pd.DataFrame(
        {
            "id": [1, 2, 3],
            "day": [date(2020, 2, 29), None, date(1900, 1, 1)],
            "moment": [datetime(2020, 1, 1, tzinfo=UTC)] * 3,
            "codes": [["NONE", "TACE"], [], None],
            "claim": pd.Series([True, None, False], dtype=object),
            "value": [0.1 + 0.2, np.nan, -0.0],
            "text": ["肝癌", "", None],
            "nothing": pd.Series([None, None, None], dtype=object),
        }
    )
    pd.testing.assert_frame_equal(from_parquet(to_parquet(table)), table, check_exact=True)


def test_a_table_without_rows_keeps_its_columns() -> None:
    table = pd.DataFrame({"id": [], "day": []}, dtype=object)
    assert list(from_parquet(to_parquet(table)).columns) == ["id", "day"]


def test_equal_tables_are_equal_bytes() -> None:
    table = pd.DataFrame({"id": [1, 2], "text": ["a", None]})
    assert to_parquet(table) == to_parquet(table.copy())


@pytest.mark.django_db
def test_every_table_of_the_registry_comes_back_as_it_was(make_case: Callable[..., Patient], cast: Cast) -> None:
    make_case("1", laboratory={"afp": 30.0})
    make_case("2", arm="ablation", death_date=date(2020, 1, 5))
    extract = read_extract([cast.center.pk])
    assert len(extract.tables["patient"]) == 2
    for entity, table in extract.tables.items():
        pd.testing.assert_frame_equal(from_parquet(to_parquet(table)), table, check_exact=True, obj=entity)
