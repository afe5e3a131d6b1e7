"""A table of an extract as the bytes of a Parquet file and back, with every value and every kind of column as it was."""

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet


def to_parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pa.Table.from_pandas(table, preserve_index=False), buffer, compression="zstd")
    return buffer.getvalue()


def from_parquet(content: bytes) -> pd.DataFrame:
    """Dates are dates again and several codes a list: Arrow would give them as arrays."""
    table = pyarrow.parquet.read_table(io.BytesIO(content)).to_pandas(date_as_object=True)
    for name in table.select_dtypes(object):
        if any(isinstance(value, np.ndarray) for value in table[name]):
            lists = [value.tolist() if isinstance(value, np.ndarray) else value for value in table[name]]
            table[name] = pd.Series(lists, dtype=object, index=table.index)
    return table
