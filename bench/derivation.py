"""What the registry derives, held against what a cohort reads, cell by cell: python -m bench.derivation, on the stored records.

Both derive by the same functions; what may differ is how they come to their inputs: records with their own types here, the
de-identified views and only the tables that a variable is said to rest on there.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if __name__ == "__main__":
    django.setup()

import pandas as pd

from analytics.cohort.columns import plain_column, with_derived
from analytics.cohort.derivation import derived_columns
from analytics.cohort.reader import active_centers
from analytics.cohort.tables import PATIENT
from analytics.cohort.variables import ASSESSMENT, BURDEN, derivable, rests_on
from registry.access import deidentified_views
from registry.access.scope import center_scope
from registry.clinical.timeline import BELOW, ENTITIES, build_timeline
from registry.derived.assessment import derived_of
from registry.derived.course import derived_course
from registry.derived.extent import number_class
from registry.derived.record import coded_flag
from registry.models import Assessment, Patient
from registry.queries.records import active_rows

FAR = pd.Timestamp("2200-01-01")
FLAGS = ("macrovascular_invasion", "extrahepatic_metastasis")

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    entity: str
    record_id: int
    variable: str
    registry: Any
    cohort: Any


def of_registry(patient_ids: Iterable[int]) -> Iterator[tuple[str, int, Values]]:
    """Kind, id and derived values of every record, from the stored records of these patients."""
    ids = list(patient_ids)
    assessments = Assessment.objects.filter(patient__in=ids).select_related("patient")
    for assessment in assessments.prefetch_related("labresult_set", "tumorburden_set"):
        known = derived_of(assessment)
        yield ASSESSMENT, assessment.pk, {name: getattr(known, name) for name in derivable()[ASSESSMENT]}
        for burden in assessment.tumorburden_set.all():
            found = known.burdens[burden.diameter_basis]
            values = {name: getattr(found, name) for name in derivable()[BURDEN] if name != "number_class"}
            row = {"tumor_number": burden.tumor_number, "tumor_number_uncountable": burden.tumor_number_uncountable}
            flags = {name: coded_flag(values[name]) for name in FLAGS}
            yield BURDEN, burden.pk, {**values, **flags, "number_class": number_class(row)}
    for patient in active_rows(ids):
        rows = {entity: found for entity, found in patient.rows.items() if entity in ENTITIES | BELOW.keys()}
        for each in derived_course(build_timeline(rows), on=date(2200, 1, 1)).records:
            names = derivable().get(each.entity, {})
            yield each.entity, each.record["id"], {name: each.values.get(name) for name in names}


def differences(center_ids: Iterable[int], *, alone: bool = False) -> tuple[int, list[Difference]]:
    """How many cells were compared, and those that differ. With `alone` each variable is derived by itself, from the tables
    that it is said to rest on and no others."""
    with center_scope(center_ids):
        tables = {entity: deidentified_views.read(entity) for entity in ENTITIES | BELOW.keys()}
        registry = list(of_registry(Patient.objects.values_list("pk", flat=True)))
    everything = {entity: frozenset(names) for entity, names in derivable().items()}
    pieces = (
        [{entity: frozenset({name})} for entity, names in everything.items() for name in names]
        if alone
        else [everything]
    )
    cohort: dict[tuple[str, int, str], Any] = {}
    for wanted in pieces:
        cohort |= _cells(tables, wanted=wanted)
    entered = {
        (entity, row["id"]): row for entity in everything for row in tables[entity].astype(object).to_dict("records")
    }
    found, compared = [], 0
    for entity, record_id, values in registry:
        for name, value in values.items():
            compared += 1
            expected = value if value is not None else entered[(entity, record_id)].get(name)
            if not _same(expected, cohort.get((entity, record_id, name)), name=name):
                cell = cohort.get((entity, record_id, name))
                found.append(
                    Difference(entity=entity, record_id=record_id, variable=name, registry=expected, cohort=cell)
                )
    return compared, found


def _cells(tables: Mapping[str, pd.DataFrame], *, wanted: Mapping[str, frozenset[str]]) -> dict[Any, Any]:
    needed = rests_on(wanted) | wanted.keys() | {PATIENT}
    needed |= {"assessment"} if needed & {"labresult", "tumorburden"} else set()
    needed |= {"transarterialsession"} if "transarterialagent" in needed else set()
    needed |= {"ablationsession"} if "ablationlesion" in needed else set()
    needed |= {"imagingassessment"} if "lesionmeasurement" in needed else set()
    read = {entity: table for entity, table in tables.items() if entity in needed}
    derived = derived_columns(read, wanted=wanted, cutoff=FAR)
    cells: dict[Any, Any] = {}
    for entity, names in wanted.items():
        plain = pd.DataFrame({name: plain_column(read[entity][name]) for name in read[entity].columns})
        joined = with_derived(plain, derived=derived[entity])
        for name in names:
            cells |= {(entity, id_, name): value for id_, value in zip(joined["id"], joined[name], strict=True)}
    return cells


def _same(registry: Any, cohort: Any, *, name: str) -> bool:
    (plain,) = plain_column(pd.Series([registry], name=name, dtype=object))
    return (
        bool(plain == cohort) if not (pd.isna(plain) or pd.isna(cohort)) else bool(pd.isna(plain) and pd.isna(cohort))
    )


if __name__ == "__main__":
    compared, found = differences(active_centers())
    print(f"{compared:,} cells, {len(found)} differences")
    for each in found[:20]:
        print(each)
