"""Which variables a protocol may name, of a patient and of each kind of record, and what they contain: from the registry itself."""

from collections.abc import Mapping
from functools import cache

import pandas as pd

from analytics.cohort.derivation import derived_columns
from analytics.cohort.extract import read_extract
from analytics.cohort.records import arrange
from analytics.cohort.tables import sources, tables_of
from analytics.cohort.variables import derivable, without_underived
from analytics.protocol.events import Noun
from analytics.protocol.kinds import Kind, kind_of

Variables = Mapping[str, Kind]

NOT_NAMED = {"patient"}
FOREVER = pd.Timestamp("2200-01-01")


@cache
def declared_variables() -> Mapping[Noun | None, Variables]:
    """By kind of record, and under None those of the patient. The views are read in a scope that shows no row: only columns."""
    wanted = {entity: frozenset(names) for entity, names in derivable().items()}
    tables = read_extract([], entities=dict.fromkeys(tables_of(frozenset(Noun)), ())).tables
    registry = arrange(
        without_underived(tables, wanted=wanted),
        sources=sources(),
        contacts=[],
        centers={},
        derived=derived_columns(tables, wanted=wanted, cutoff=FOREVER),
        cutoff=FOREVER,
    )
    declared: dict[Noun | None, Variables] = {None: {**_kinds(registry.patients), "center": Kind.CODE}}
    for noun, frame in registry.records.items():
        declared[noun] = _kinds(frame)
    return declared


def _kinds(frame: pd.DataFrame) -> Variables:
    return {str(name): kind_of(frame[name]) for name in frame.columns if name not in NOT_NAMED}
