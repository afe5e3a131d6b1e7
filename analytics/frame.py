"""The one shape of data the engine works on, whether it came from the registry or from a flat table."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analytics.messages import Message, Notice


@dataclass(frozen=True)
class AdverseEvents:
    """`table` has one row per adverse event, in any order, with these columns:

    - `id`: of the person, as in the analysis frame; events of persons outside the cohorts are left out;
    - `term`: text; `class`: text, None where unknown or where terms have no class;
    - `grade`: 1.0 to 5.0, NaN where unknown;
    - `start_months`: months from the start of observation (time zero, or the event that safety is counted from) to the event,
      NaN where unknown; the column may be absent. What began before it is left out;
    - `version`: of CTCAE, None where unknown; the column may be absent.

    `versions` are those asked for, `of_other_versions` the persons (one per event) whose events were left out for their version;
    `at_risk` those who are observed at all, None for everybody.
    `source`, `sha256` and `rows` as in `AnalysisFrame`.
    """

    table: pd.DataFrame
    source: str
    sha256: str
    rows: int
    versions: tuple[str, ...] = ()
    of_other_versions: tuple[str, ...] = ()
    at_risk: frozenset[str] | None = None


@dataclass(frozen=True)
class Histories:
    """What a registry tells of each person beside the comparison: nothing of it enters a comparison or its hash.

    `persons` has one row per person of the frame:
    - `id`; `year` of time zero; `followed_months` and `died`; `progression_months`, NaN where there was none after time zero;
    - `after_progression`: codes of the treatments after the first progression, joined by ";", None where none is recorded;
    - `sessions`, `number_before`, `number_after`, `size_before_cm`, `size_after_cm`, where a local treatment makes the arm:
      transarterial sessions before it, nodules and largest diameter at time zero and at the last assessment before it;
    - `change_pct`: the smallest change of the sum of diameters from time zero on, NaN where it was not measured.
    Columns that the study has no use for are absent.

    `treatments`: `id`, `kind`, `start_months` and `end_months` (NaN where it is one day) of each treatment from time zero on.
    `complications`: `id`, `term`, `kind` (major or minor) of each complication that the endpoint counts, None without one.
    """

    persons: pd.DataFrame
    treatments: pd.DataFrame
    complications: pd.DataFrame | None = None


@dataclass(frozen=True)
class AnalysisFrame:
    """`table` has one row per person, in data order, with these columns:

    - `id`: text, unique;
    - `arm`: the label of an arm of the protocol, None where the person is in none;
    - `center`: text, None where unknown; the column may be absent;
    - `<NAME>_time`, `<NAME>_event` for each endpoint: months (float), and 1.0 event, 0.0 censored, 2.0 and on the competing
      events in the order of the protocol; NaN where unknown;
    - `<NAME>_value` for each binary endpoint: the graded value as text, None where not evaluable;
    - `defining_months`, where the protocol has a defining act: months from time zero to it, NaN where unknown;
    - `entry_months`, where patients come under observation after time zero: months from it to then, 0 or below where they were
      there from the start, NaN where unknown. Each endpoint counts a person as at risk from then (`<NAME>_entry` in its place
      where the endpoint is counted from another day);
    - `exposure_months`, where adverse events are counted per patient-year: months at risk of them, NaN where unknown;
    - each covariate under its name: continuous float; binary 1.0 or 0.0; NaN where missing; categorical the level as
      text, None where missing.

    `source` names the file or snapshot, `sha256` is of its content, `rows` counts its rows before any exclusion.
    `adverse_events` is there where the protocol asks for safety, `histories` where the registry was read. `notices` are what whoever read the table has to say of it.
    `years` are the calendar years of time zero by `id`, where they are known: designs are judged by period, nothing rests on them.
    """

    table: pd.DataFrame
    source: str
    sha256: str
    rows: int
    adverse_events: AdverseEvents | None = None
    notices: tuple[Notice, ...] = ()
    histories: Histories | None = None
    years: Mapping[str, int] | None = None


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


def fingerprint(table: pd.DataFrame) -> str:
    """SHA-256 of the table as CSV text with every digit: equal for equal data, whoever reads them and when."""
    return sha256(table.to_csv(index=False, lineterminator="\n"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
