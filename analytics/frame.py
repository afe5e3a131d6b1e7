"""The one shape of data the engine works on, whether it came from the registry or from a flat table."""

from dataclasses import dataclass

import pandas as pd

from analytics.messages import Message


@dataclass(frozen=True)
class AnalysisFrame:
    """`table` has one row per person, in data order, with these columns:

    - `id`: text, unique;
    - `arm`: the label of the focal or of the reference arm, None where the person is in neither;
    - `center`: text, None where unknown; the column may be absent;
    - `<NAME>_time`, `<NAME>_event` for each endpoint: months (float), and 1.0 event, 0.0 censored; NaN where unknown;
    - each covariate under its name: continuous float; binary 1.0 or 0.0; NaN where missing; categorical the level as
      text, None where missing.

    `source` names the file or snapshot, `sha256` is of its content, `rows` counts its rows before any exclusion.
    """

    table: pd.DataFrame
    source: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class FlowRow:
    """One step of the flow chart: who left, and who remains per arm (label → persons; empty before arms are known).

    `centers` counts the centers that still have a person, None where centers are not recorded. `detail` gives, where
    several reasons overlap, the count per reason and arm."""

    id: str
    text: Message
    removed: int
    remaining: int
    arms: dict[str, int]
    centers: int | None = None
    detail: dict[str, dict[str, int]] | None = None
