"""Studies, and what was computed for them: who asked, on whose data, with what result."""

from analytics.models.design import DesignData, DesignDecision, DesignTry
from analytics.models.export import Export
from analytics.models.run import Run, RunChange, RunQuerySet, RunRepetition, RunResult, Snapshot, SnapshotTable
from analytics.models.study import OfCentersQuerySet, Study, StudyDraft

__all__ = [
    "DesignData",
    "DesignDecision",
    "DesignTry",
    "Export",
    "OfCentersQuerySet",
    "Run",
    "RunChange",
    "RunQuerySet",
    "RunRepetition",
    "RunResult",
    "Snapshot",
    "SnapshotTable",
    "Study",
    "StudyDraft",
]
