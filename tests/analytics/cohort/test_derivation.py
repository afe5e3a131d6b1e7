"""One derivation: what the registry derives of a record is what the frame of a study has, for every derived variable."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from analytics.cohort.columns import plain_column, with_derived
from analytics.cohort.derivation import derived_columns
from analytics.cohort.reader import read_cohort
from analytics.cohort.variables import derivable
from analytics.protocol.library import protocol_text
from analytics.protocol.plan import Covariate
from analytics.protocol.population import Population, StudyProtocol, read_study_protocol
from analytics.report.labels import level_label, variable_label
from bench.derivation import FLAGS as BURDEN_FLAGS
from bench.derivation import differences
from registry.clinical.dates import completed_years
from registry.clinical.timeline import BELOW, build_timeline
from registry.derived.assessment import Derived, derive
from registry.derived.course import derived_course
from registry.derived.extent import number_class
from registry.derived.inputs import Inputs, Result
from registry.derived.record import coded_flag
from registry.derived.reference_limits import limits_of_results
from registry.derived.variables import DERIVED_VARIABLES
from registry.models.hierarchy import entity_of, model_of, parents_of
from tests.analytics.cohort.random_patients import Drawing, Rows, as_views
from tests.conftest import Cast

FAR = pd.Timestamp("2200-01-01")
# Of the view (age), never seen by a study (hashes), or of the analysis itself: counted to the cut-off from every contact
ELSEWHERE = {
    *("registry_id", "local_id_hash", "linkage_hash", "initials_hash", "age_at_index", "days_since_last_contact"),
}


def test_every_derived_variable_of_the_dictionary_is_within_reach_of_a_study() -> None:
    of_treatments = {name for entity in ("resection", "transplant") for name in derivable()[entity]}
    reached = {name for names in derivable().values() for name in names} | of_treatments
    assert {variable.name for variable in DERIVED_VARIABLES} - reached == ELSEWHERE


def expected_of(rows: Rows) -> dict[tuple[str, int, str], Any]:
    """By the registry's own functions, from the rows as records have them."""
    cells: dict[tuple[str, int, str], Any] = {}
    (patient,) = rows["patient"]
    for visit in rows["assessment"]:
        results = [row for row in rows["labresult"] if row["assessment_id"] == visit["id"]]
        burdens = [row for row in rows["tumorburden"] if row["assessment_id"] == visit["id"]]
        known = derive(
            Inputs(
                assessment=visit,
                laboratory={r["analyte_code"]: Result(value=r["value"], comparator=r["comparator"]) for r in results},
                burdens={row["diameter_basis"]: row for row in burdens},
                limits=limits_of_results([SimpleNamespace(**row) for row in results], sex=patient["sex"]),
                sex=patient["sex"],
                birth_date=patient["birth_date"],
                edmondson_grade=patient["edmondson_grade"],
            )
        )
        cells |= {("assessment", visit["id"], name): getattr(known, name) for name in derivable()["assessment"]}
        for row in burdens:
            cells |= {("tumorburden", row["id"], name): value for name, value in _of_burden(row, known=known).items()}
    for each in derived_course(build_timeline(_with_days(rows)), on=date(2200, 1, 1)).records:
        names = derivable().get(each.entity, {})
        cells |= {(each.entity, each.record["id"], name): each.values.get(name) for name in names}
    return cells


def _of_burden(row: dict[str, Any], *, known: Derived) -> dict[str, Any]:
    found = known.burdens[row["diameter_basis"]]
    claims = {name: getattr(found, name) for name in derivable()["tumorburden"] if name != "number_class"}
    return {**claims, **{name: coded_flag(claims[name]) for name in BURDEN_FLAGS}, "number_class": number_class(row)}


def _with_days(rows: Rows) -> Rows:
    days = {entity: [dict(row) for row in found] for entity, found in rows.items()}
    for entity, words in BELOW.items():
        for column, model in parents_of(model_of(entity)):
            above = {row["id"]: row for row in rows[entity_of(model)]}
            for row in days[entity]:
                row.update({word: above[row[column]][word] for word in words})
    return days


def frame_of(patients: list[Rows], *, wanted: dict[str, frozenset[str]]) -> dict[tuple[str, int, str], Any]:
    """As a study reads them: derived where that can be, else as entered."""
    ages = {
        v["id"]: completed_years(p["patient"][0]["birth_date"], on=v["assessment_date"])
        for p in patients
        for v in p["assessment"]
    }
    tables = as_views(patients, age=ages)
    derived = derived_columns(tables, wanted=wanted, cutoff=FAR)
    cells: dict[tuple[str, int, str], Any] = {}
    for entity, names in wanted.items():
        plain = pd.DataFrame({name: plain_column(tables[entity][name]) for name in tables[entity].columns})
        joined = with_derived(plain, derived=derived[entity])
        for name in names:
            cells |= {(entity, key, name): value for key, value in zip(joined["id"], joined[name], strict=True)}
    return cells


def differing(patients: list[Rows]) -> tuple[int, list[Any]]:
    """How many cells were compared, and those in which the frame has not what the registry has."""
    frame = frame_of(patients, wanted={entity: frozenset(names) for entity, names in derivable().items()})
    entered = {(entity, row["id"]): row for rows in patients for entity, found in rows.items() for row in found}
    expected = {key: value for rows in patients for key, value in expected_of(rows).items()}
    found = []
    for (entity, key, name), value in expected.items():
        stated = entered[(entity, key)].get(name) if value is None else value
        (plain,) = plain_column(pd.Series([stated], name=name, dtype=object))
        cell = frame[(entity, key, name)]
        if not _same(plain, cell):
            found.append((entity, key, name, plain, cell))
    return len(expected), found


def _same(one: Any, other: Any) -> bool:
    return pd.isna(one) and pd.isna(other) if pd.isna(one) or pd.isna(other) else bool(one == other)


@pytest.mark.parametrize("seed", range(4))
def test_the_frame_has_what_the_registry_derives_of_patients_drawn_at_random(seed: int) -> None:
    compared, found = differing(list(Drawing(seed).patients(60)))
    assert compared > 5_000
    assert found == []


def test_a_variable_derived_alone_is_as_when_all_are_derived() -> None:
    patients = list(Drawing(7).patients(40))
    whole = frame_of(patients, wanted={entity: frozenset(names) for entity, names in derivable().items()})
    for entity, names in derivable().items():
        for name in names:
            alone = frame_of(patients, wanted={entity: frozenset({name})})
            for key, value in alone.items():
                assert _same(value, whole[key]), key


@pytest.mark.django_db
def test_the_frame_has_what_the_registry_derives_of_stored_records(make_case, cast: Cast) -> None:
    make_case("1", laboratory={"inr": None, "pt": 13.0, "pt_control": 12.0, "ast": 60.0, "alt": 40.0})
    make_case("2", arm="ablation", whole={"pvtt_cheng": "III", "macrovascular_invasion": None})
    make_case("3", center=cast.other_center, baseline={"ctp_class": "C"}, laboratory={"alb": None})
    for alone in (False, True):
        compared, found = differences([cast.center.pk, cast.other_center.pk], alone=alone)
        assert compared > 200
        assert found == []


ASKED = {
    "baseline.whole_macrovascular_invasion": "categorical",
    "baseline.whole_extrahepatic_metastasis": "categorical",
    "baseline.whole_within_milan": "categorical",
    "baseline.whole_number_class": "categorical",
    "baseline.bclc_stage": "categorical",
    "baseline.cnlc_stage": "categorical",
    "baseline.ctp_class": "categorical",
    "baseline.bmi": "continuous",
}


def study() -> StudyProtocol:
    plain = read_study_protocol(protocol_text("an-2025"))
    covariates = tuple(Covariate(name=name, type=kind) for name, kind in ASKED.items())
    population = Population(events=plain.population.events, eligibility=())
    return plain.model_copy(update={"population": population, "covariates": covariates, "safety": None})


INVADED = {
    "baseline.whole_macrovascular_invasion": "1",
    "baseline.bclc_stage": "C",
    "baseline.whole_within_milan": "false",
}
MANY = {"tumor_number": None, "tumor_number_uncountable": "1", "max_diameter_cm": 4.0}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "read"),
    [
        ({"whole": {"pvtt_cheng": "III", "macrovascular_invasion": None}}, INVADED),
        ({"whole": {"pvtt_cheng": "III", "macrovascular_invasion": "0"}}, INVADED),
        (
            {"whole": {"metastasis_sites": ["LUNG"], "extrahepatic_metastasis": None}},
            {"baseline.whole_extrahepatic_metastasis": "1", "baseline.bclc_stage": "C"},
        ),
        (
            {"laboratory": {"inr": None, "pt": 13.0, "pt_control": 12.0}},
            {"baseline.ctp_class": "A", "baseline.bclc_stage": "A"},
        ),
        (
            {"laboratory": {"alb": None}, "baseline": {"ctp_class": "C", "lt_candidate": "1"}},
            {"baseline.ctp_class": "C", "baseline.bclc_stage": "A"},
        ),
        ({"laboratory": {"alb": None}, "baseline": {"ctp_class": "C"}}, {"baseline.bclc_stage": "D"}),
        (
            {"whole": MANY},
            {"baseline.whole_number_class": "multiple", "baseline.bclc_stage": "B", "baseline.cnlc_stage": "IIB", "baseline.whole_within_milan": "false"},
        ),
        ({"whole": {"tumor_number": 1}}, {"baseline.whole_number_class": "single"}),
        ({"baseline": {"height_cm": 170.0, "weight_kg": 65.0}}, {"baseline.bmi": pytest.approx(22.491, abs=0.001)}),
    ],
)  # fmt: skip
def test_a_study_reads_what_the_form_shows(
    make_case, cast: Cast, changed: dict[str, Any], read: dict[str, Any]
) -> None:
    make_case("1", **changed)
    row = read_cohort(study(), center_ids=[cast.center.pk]).frame.table.iloc[0]
    assert {name: row[name] for name in read} == read


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("baseline.bmi", "Body mass index (kg/m²)"),
        ("baseline.whole_within_ucsf", "Within UCSF criteria"),
        ("baseline.whole_number_class", "Number of tumors"),
        ("successful_downstaging", "Successful downstaging"),
    ],
)
def test_a_derived_variable_is_labeled_as_in_the_codebook(name: str, label: str) -> None:
    assert variable_label(name) == label
    assert level_label("baseline.whole_number_class", level="multiple") == "multiple"
