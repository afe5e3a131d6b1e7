"""What the registry derives of the records that a study reads, by the registry's own functions: nothing is derived here.

Only what a study names is derived. A timeline holds no more kinds of record than the variables asked for rest on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.cohort.records import Tables
from analytics.cohort.rows import Row, rows_of
from analytics.cohort.tables import PATIENT, date_of
from analytics.cohort.variables import ASSESSMENT, BURDEN, LABORATORY, TREATMENTS, Wanted, rests_on
from registry.clinical.timeline import BELOW, build_timeline
from registry.derived.assessment import derived_values, parts_for
from registry.derived.extent import derived_burden, number_class
from registry.derived.inputs import Inputs, Result
from registry.derived.outcomes import RESPONSES_OF, derived_events, derived_progressions, derived_scans
from registry.derived.patient import derived_patient
from registry.derived.record import DerivedRecord, coded_flag
from registry.derived.reference_limits import limits_of_results
from registry.derived.treatments import derived_treatments
from registry.models.hierarchy import entity_of, model_of, parents_of

SCAN = "imagingassessment"
OF_TREATMENTS = TREATMENTS | {"transarterialagent"}
CLAIMS = ("within_milan", "within_ucsf", "within_up_to_seven", "within_hangzhou")

Derived = Mapping[str, pd.DataFrame]
Values = dict[int, Row]


def derived_columns(tables: Tables, *, wanted: Wanted, cutoff: pd.Timestamp) -> Derived:
    """By kind of record: the variables wanted, as the registry derives them from what was known at the cut-off.

    `tables` are the views as they are read. A row has the id of its record; a value that cannot be derived is None.
    """
    needed = rests_on(wanted) | wanted.keys()
    known = {entity: _until(tables, entity=entity, cutoff=cutoff) for entity in tables if entity in needed}
    found: dict[str, Values] = _of_assessments(known, wanted=wanted)
    found |= _of_courses(known, wanted={e: names for e, names in wanted.items() if e not in {ASSESSMENT, BURDEN}})
    return {entity: _frame(found.get(entity, {}), names=sorted(names)) for entity, names in wanted.items()}


def _until(tables: Tables, *, entity: str, cutoff: pd.Timestamp) -> pd.DataFrame:
    """The records of one kind to the cut-off, with the words of the record above that tell their day."""
    table = tables[entity]
    for column, model in parents_of(model_of(entity)):
        words = tables[entity_of(model)].set_index("id")[list(BELOW[entity])]
        table = table.join(words, on=column, how="inner")
    date = date_of(entity)
    return table if date is None else table[pd.to_datetime(table[date]) <= cutoff]


def _of_assessments(tables: Tables, *, wanted: Wanted) -> dict[str, Values]:
    names, of_burden = wanted.get(ASSESSMENT, frozenset()), wanted.get(BURDEN, frozenset())
    if not names and not of_burden:
        return {}
    parts = parts_for(names)
    values: dict[str, Values] = {ASSESSMENT: {}, BURDEN: {}}
    for inputs in _inputs(tables, reads_limits=any(part.reads_limits for part in parts)):
        if parts:
            values[ASSESSMENT][inputs.assessment["id"]] = derived_values(inputs, parts=parts)
        if of_burden:
            values[BURDEN] |= {row["id"]: _burden(row, inputs=inputs) for row in inputs.burdens.values()}
    return values


def _burden(row: Mapping[str, Any], *, inputs: Inputs) -> Row:
    found = derived_burden(row, inputs=inputs)
    return {
        "macrovascular_invasion": coded_flag(found.macrovascular_invasion),
        "extrahepatic_metastasis": coded_flag(found.extrahepatic_metastasis),
        "number_class": number_class(row),
        **{name: getattr(found, name) for name in CLAIMS},
    }


def _inputs(tables: Tables, *, reads_limits: bool) -> Iterator[Inputs]:
    results = tables[LABORATORY]
    panels = _panels(results)
    measured = _measured(results) if reads_limits else {}
    burdens: dict[int, dict[str, Row]] = defaultdict(dict)
    for row in rows_of(tables[BURDEN], entity=BURDEN):
        burdens[row["assessment_id"]][row["diameter_basis"]] = row
    patients = {row["id"]: row for row in rows_of(tables[PATIENT], entity=PATIENT)}
    for row in rows_of(tables[ASSESSMENT], entity=ASSESSMENT):
        patient = patients[row["patient_id"]]
        own = measured.get(row["id"], ())
        yield Inputs(
            assessment=row,
            laboratory=panels.get(row["id"], {}),
            burdens=burdens.get(row["id"], {}),
            limits=limits_of_results(own, sex=patient["sex"]),
            sex=patient["sex"],
            age_years=row["age_at_assessment"],
            edmondson_grade=patient["edmondson_grade"],
        )


def _panels(results: pd.DataFrame) -> Mapping[int, Mapping[str, Result]]:
    """By assessment and analyte. Few of the results are asked for."""
    values, comparators = results["value"].tolist(), results["comparator"].tolist()
    panels: dict[int, _Panel] = {}
    for place, (assessment, analyte) in enumerate(
        zip(results["assessment_id"].tolist(), results["analyte_code"].tolist(), strict=True)
    ):
        panel = panels.get(assessment)
        if panel is None:
            panel = panels[assessment] = _Panel(values=values, comparators=comparators)
        panel.places[analyte] = place
    return panels


@dataclass(frozen=True, slots=True)
class _Measured:
    analyte_code: str
    lln: float | None
    uln: float | None


def _measured(results: pd.DataFrame) -> Mapping[int, list[_Measured]]:
    found: dict[int, list[_Measured]] = defaultdict(list)
    for row in rows_of(results, entity=LABORATORY):
        found[row["assessment_id"]].append(_Measured(row["analyte_code"], row["lln"], row["uln"]))
    return found


class _Panel(Mapping[str, Result]):
    """The results of one assessment, made when they are asked for."""

    __slots__ = ("comparators", "places", "values_")

    def __init__(self, *, values: list[Any], comparators: list[str]) -> None:
        self.values_, self.comparators = values, comparators
        self.places: dict[str, int] = {}

    def __getitem__(self, analyte: str) -> Result:
        place = self.places[analyte]
        value = self.values_[place]
        return Result(value=None if value != value else value, comparator=self.comparators[place])

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


def _of_courses(tables: Tables, *, wanted: Wanted) -> dict[str, Values]:
    """Patient by patient. A record is known by the id of its row."""
    found: dict[str, Values] = {entity: {} for entity in wanted}
    if not wanted:
        return found
    needed = rests_on(wanted) | wanted.keys()
    of_patient: dict[int, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for entity in needed & tables.keys():
        owner = "id" if entity == PATIENT else "patient_id"
        for row in rows_of(tables[entity], entity=entity):
            of_patient[row[owner]][entity].append(row)
    for rows in of_patient.values():
        for each in _of_course(rows, wanted=wanted):
            if each.entity in found:
                found[each.entity][each.record["id"]] = dict(each.values)
    return found


def _of_course(rows: Mapping[str, list[Row]], *, wanted: Wanted) -> Iterator[DerivedRecord]:
    mine = wanted.keys() & rows.keys()
    if not mine:
        return
    timeline = build_timeline(rows)
    if SCAN in mine:
        yield from derived_scans(
            timeline, criteria=[one for one, names in RESPONSES_OF.items() if names & wanted[SCAN]]
        )
    if "progressionevent" in mine:
        yield from derived_progressions(timeline)
    if "adverseevent" in mine:
        yield from derived_events(timeline)
    if mine & OF_TREATMENTS:
        yield from derived_treatments(timeline)
    if PATIENT in mine and (patient := derived_patient(timeline)) is not None:
        yield patient


def _frame(values: Values, *, names: Iterable[str]) -> pd.DataFrame:
    columns = {name: pd.Series([row.get(name) for row in values.values()], dtype=object) for name in names}
    return pd.DataFrame(columns).set_index(pd.Index(list(values), name="id", dtype="int64"))
