"""The only reader of the registry's tables: the de-identified records of some centers, as they are at one time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from registry.access import deidentified_views
from registry.access.scope import center_scope
from registry.models import Center


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """`tables` has a frame per kind of record, ordered by its id; `centers` the code of each center id. Nobody writes into them."""

    tables: Mapping[str, pd.DataFrame]
    centers: Mapping[int, str]


def read_extract(center_ids: Iterable[int], *, entities: Mapping[str, Sequence[str]] | None = None) -> Extract:
    """Read as the statistics role, so that nothing that names a person is ever seen.

    `entities` names the tables to read, each with its columns (none named: all of them); without it every table is read.
    """
    wanted = dict.fromkeys(deidentified_views.nouns(), ()) if entities is None else entities
    with center_scope(center_ids):
        tables = {name: deidentified_views.read(name, columns=columns) for name, columns in wanted.items()}
        return Extract(tables=tables, centers=dict(Center.objects.values_list("pk", "center_code")))
