"""The patients behind a number of a run, found again in the records that it read.

Note [Populations kept for clicking]
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
Reading a snapshot and selecting its patients takes seconds; who follows the numbers of a result asks for one after the other. So the
populations of the last few runs stay in this process. A finished run never changes, and the page asks each time whether its
reader may see single patients of all of its centers.
"""

import threading
from collections import OrderedDict

from analytics.cohort.membership import membership_in
from analytics.cohort.reader import cohort_in, registry_for
from analytics.drilldown.people import Person, Population, people_behind
from analytics.engine.comparison import compare
from analytics.errors import AnalysisError
from analytics.messages import Message
from analytics.models import Run
from analytics.protocol.population import read_study_protocol
from analytics.result.rows.row import ResultRow
from analytics.result.rows.rows import ResultRows
from analytics.snapshots.services import load

MOST_KEPT = 3

_kept: "OrderedDict[tuple[int, str], Population]" = OrderedDict()
_lock = threading.Lock()


def patients_behind(run: Run, *, row: ResultRow, rows: ResultRows) -> tuple[Person, ...] | None:
    """None where the number counts no patients. AnalysisError where the records of the run were not kept, or were cleared.

    Call it inside a scope of the centers of the run."""
    return people_behind(row, population=_population(run, rows=rows))


def _population(run: Run, *, rows: ResultRows) -> Population:
    key = (run.pk, run.result_sha256)
    with _lock:  # who clicks twice waits once
        if key not in _kept:
            _kept[key] = _read(run, rows=rows)
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
        return _kept[key]


def _read(run: Run, *, rows: ResultRows) -> Population:
    if run.snapshot is None:
        raise AnalysisError(
            Message(
                en="This run kept no records, so the patients behind its numbers cannot be found. Run the study again.",
                zh="该次运行未保存所读取的记录，无法查到数字背后的患者；请重新运行该研究。",
            )
        )
    protocol = read_study_protocol(run.study.protocol)
    registry = registry_for(load(run.snapshot), protocol=protocol)
    cohort = cohort_in(registry, protocol=protocol)
    found = compare(cohort.frame, protocol=protocol, flow=cohort.flow, design_only=True)
    names = dict.fromkeys(row.contrast for row in rows)  # in the order of the result, the study itself first
    designs = [found.design, *(contrast.design for contrast in found.contrasts)]
    return Population(
        membership=membership_in(registry, protocol=protocol),
        designs=dict(zip(["", *(name for name in names if name)], designs, strict=False)),
    )
