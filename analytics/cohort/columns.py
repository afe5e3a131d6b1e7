"""A column of a view, or of what is derived, in plain kinds of values; and the two together."""

import numpy as np
import pandas as pd

from analytics.protocol.conditions import SEVERAL_CODES
from registry.clinical.ranges import DERIVED_RANGES, RANGES

MISSING_CODES = ("UNK", "ND", "NR")
ENTERED = "entered_"
KEPT_AS_ENTERED = ("response_",)  # shown beside the derived value
CLAIMS = {"afp_gt_400", *(f"within_{criteria}" for criteria in ("milan", "ucsf", "up_to_seven", "hangzhou"))}
NUMBERS = {
    *RANGES,
    *DERIVED_RANGES,
    *("birth_year", "age_at_assessment", "value", "lmr", "sii", "corrected_calcium"),
    *("line_no", "session_no", "cycle_no", "days_since_previous", "dose_per_m2"),
}


def plain_column(column: pd.Series) -> pd.Series:
    """Codes as text and None where unknown, numbers as floats, dates as datetime64, claims as booleans."""
    name = str(column.name)
    if name == "id" or name.endswith("_id"):
        return column
    if name.endswith("_date"):
        return column.astype("datetime64[s]")
    if name in NUMBERS:
        return column.astype(float)
    if name in CLAIMS:
        return pd.Series([_claim(value) for value in column], index=column.index, dtype="boolean")
    return _codes(column)


def with_derived(table: pd.DataFrame, *, derived: pd.DataFrame | None) -> pd.DataFrame:
    """The derived value where there is one, else as entered. A response as entered stays beside it, under `entered_`."""
    if derived is None:
        return table
    places = derived.index.get_indexer(pd.Index(table["id"]))
    columns: dict[str, pd.Series] = {}
    for name in derived.columns:
        values = plain_column(derived[name].take(places.clip(min=0)).set_axis(table.index)) if len(derived) else None
        found = _none(table, name=name) if values is None else values.where(places >= 0)
        columns[name] = found
        if name in table:
            columns[name] = found.where(found.notna(), table[name])
            if name.startswith(KEPT_AS_ENTERED):
                columns[ENTERED + name] = table[name]
    return table.assign(**columns)


def _none(table: pd.DataFrame, *, name: str) -> pd.Series:
    return plain_column(pd.Series(None, index=table.index, name=name, dtype=object))


def _claim(value: object) -> bool | None:
    return True if value in (True, "1") else False if value in (False, "0") else None


def _codes(column: pd.Series) -> pd.Series:
    values, is_missing = column.to_numpy(dtype=object, copy=True), column.isna().to_numpy()
    if not is_missing.all():
        first = values[np.flatnonzero(~is_missing)[0]]
        if isinstance(first, list):
            values = np.array([_joined(codes) for codes in values], dtype=object)
        else:
            is_missing |= column.isin(MISSING_CODES).to_numpy()
    values[is_missing] = None
    return pd.Series(values, index=column.index, dtype=object)


def _joined(codes: list[str] | None) -> str | None:
    return None if codes is None else SEVERAL_CODES.join(sorted(codes)) or None
