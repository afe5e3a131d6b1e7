"""Two runs of a study → what moved the hazard ratio: other patients, more follow-up, other values, another definition.

Note [Splitting a change]
~~~~~~~~~~~~~~~~~~~~~~~~~
The way from the former run to the later one is walked in four steps, and the ratio is computed anew after each:

1. *patients*: those who are new in the registry come in, those who are no longer there go; everybody else is as before;
2. *follow-up*: who stays gets the times and events that are known now; arms and covariates are as before;
3. *values*: all other cells are as they are now, and with them who is eligible, in which arm, and how they are matched;
4. *definition*: the protocol of the later run takes the place of the former one.

Each part is the difference of two neighboring logarithms, so the parts sum to the whole. Another order of the steps would
give other parts where changes act together; this one asks the questions in the order in which a reader asks them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import log

import pandas as pd

from analytics.cohort.extract import Extract
from analytics.cohort.reader import cohort_of
from analytics.engine.outcomes.headline import Headline, headlines
from analytics.errors import FaultyDataError
from analytics.frame import AnalysisFrame, fingerprint
from analytics.protocol.plan import DEFINING, ENTRY, EXPOSURE
from analytics.protocol.population import StudyProtocol


class Part(StrEnum):
    PATIENTS = "patients"
    FOLLOW_UP = "follow_up"
    VALUES = "values"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """After a step, for one endpoint: persons of each arm in the cohort of the design, and the logarithm of the hazard ratio."""

    n_focal: int
    n_reference: int
    log_hazard_ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """`stages` has the former run and then one stage per part, the last being the later run; None where nothing can be told."""

    stages: tuple[Stage | None, ...]

    @property
    def whole(self) -> float | None:
        return _difference(self.stages[0], self.stages[-1])

    @property
    def parts(self) -> dict[Part, float | None]:
        """They sum to the whole; None where the ratio before or after the step is not finite."""
        return {
            part: _difference(earlier, later)
            for part, earlier, later in zip(Part, self.stages, self.stages[1:], strict=False)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """`frames` are those of the former run, of each step, and of the later run."""

    frames: tuple[AnalysisFrame, ...]
    splits: dict[str, Split]


def walk(before: Extract, after: Extract, *, former: StudyProtocol, later: StudyProtocol) -> Walk:
    """Note [Splitting a change]. Every endpoint of either protocol has its split."""
    seen_before = cohort_of(before, protocol=former).frame
    with_patients = cohort_of(mixed(before, after), protocol=former).frame
    with_values = cohort_of(after, protocol=former).frame
    frames = (
        seen_before,
        with_patients,
        _with_follow_up(with_patients, known=with_values, protocol=former),
        with_values,
        cohort_of(after, protocol=later).frame,
    )
    protocols = (former, former, former, former, later)
    found = [_headlines(frame, protocol=protocol) for frame, protocol in zip(frames, protocols, strict=True)]
    names = dict.fromkeys(name for one in found for name in one)
    return Walk(frames=frames, splits={name: Split(stages=tuple(_stages(found, name=name))) for name in names})


def mixed(before: Extract, after: Extract) -> Extract:
    """The patients of the later time: who was there before with all that was known of them then, who is new as they are now."""
    then, now = (set(extract.tables["patient"]["id"]) for extract in (before, after))
    tables = {
        entity: _stacked(
            [
                before.tables[entity][_of_patients(before.tables[entity], entity=entity, who=then & now)],
                table[_of_patients(table, entity=entity, who=now - then)],
            ]
        )
        for entity, table in after.tables.items()
    }
    return Extract(tables=tables, centers={**before.centers, **after.centers})


def _of_patients(table: pd.DataFrame, *, entity: str, who: set[int]) -> pd.Series:
    return table["id" if entity == "patient" else "patient_id"].isin(who)


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled).sort_values("id").reset_index(drop=True)


def _with_follow_up(frame: AnalysisFrame, *, known: AnalysisFrame, protocol: StudyProtocol) -> AnalysisFrame:
    """Of those in both, the columns of outcomes as they are known in the other frame."""
    columns = [name for name in _outcome_columns(protocol) if name in frame.table and name in known.table]
    table = frame.table.set_index("id")
    newer = known.table.set_index("id")
    stays = table.index.intersection(newer.index)
    for column in columns:
        table.loc[stays, column] = newer.loc[stays, column]
    table = table.reset_index()[list(frame.table.columns)]
    return AnalysisFrame(table=table, source=frame.source, sha256=fingerprint(table), rows=frame.rows)


def _outcome_columns(protocol: StudyProtocol) -> Iterator[str]:
    for name in protocol.endpoints:
        yield from (f"{name}_{kind}" for kind in ("time", "event", "entry", "value"))
    yield from (DEFINING, ENTRY, EXPOSURE)


def _headlines(frame: AnalysisFrame, *, protocol: StudyProtocol) -> dict[str, Headline]:
    try:
        return headlines(frame, protocol=protocol)
    except FaultyDataError:  # an arm is empty at this step: it has no ratio
        return {}


def _stages(found: Iterable[dict[str, Headline]], *, name: str) -> Iterator[Stage | None]:
    for one in found:
        headline = one.get(name)
        if headline is None:
            yield None
            continue
        ratio = headline.ratio.hr
        yield Stage(
            n_focal=headline.n_focal,
            n_reference=headline.n_reference,
            log_hazard_ratio=log(ratio) if ratio else None,
        )


def _difference(earlier: Stage | None, later: Stage | None) -> float | None:
    if earlier is None or later is None or earlier.log_hazard_ratio is None or later.log_hazard_ratio is None:
        return None
    return later.log_hazard_ratio - earlier.log_hazard_ratio
