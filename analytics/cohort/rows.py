"""A view of the registry as rows: the plain values that the registry's own functions take."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd
from django.db.models import IntegerField

from registry.models.base.companion_columns import MISSING_REASON
from registry.models.hierarchy import model_of

Row = dict[str, Any]


def rows_of(table: pd.DataFrame, *, entity: str) -> Iterator[Row]:
    """In the order of the table. None where a value is missing; why it is missing is left out."""
    names = [name for name in table.columns if not name.endswith(MISSING_REASON)]
    columns = [_values(table[name], is_whole=name in _whole(entity)) for name in names]
    return (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))


def _values(column: pd.Series, *, is_whole: bool) -> list[Any]:
    values = column.tolist()
    if column.dtype == float and is_whole:
        return [None if value != value else int(value) for value in values]
    return [None if value is pd.NaT or value != value else value for value in values]


@cache
def _whole(entity: str) -> frozenset[str]:
    """Whole numbers, which pandas makes floats where one is missing."""
    return frozenset(
        field.attname for field in model_of(entity)._meta.local_concrete_fields if isinstance(field, IntegerField)
    )
