"""The drugs of a session stand beside it in groups of columns, and each is a record of its own."""

from typing import Any

import pytest

from importers.checks.check import check_workbook
from importers.checks.records import Record
from registry.access.scope import center_scope
from registry.models import TransarterialAgent
from registry.workbook.stored_keys import stored_in
from tests.importers import books
from tests.importers.loading import load_workbook

FOLFOX = (("OXALIPLATIN", "IA", 150), ("FOLINATE_CA", "IA", 350), ("FLUOROURACIL", "IA", 4375))


def haic(*drugs: tuple[Any, Any, Any], **variables: Any) -> dict[str, Any]:
    """A session of HAIC with its drugs in groups 1, 2 and so on; the patient weighs 65 kg at 170 cm."""
    cells = {
        f"agent_{number}_{name}": value
        for number, drug in enumerate(drugs, start=1)
        for name, value in zip(("code", "route", "dose_mg"), drug, strict=True)
    }
    session = books.session(modality="HAIC", haic_regimen="FOLFOX", lipiodol_ml=None, embolic_agent=None)
    return session | cells | variables


def workbook(*sessions: dict[str, Any]) -> bytes:
    return books.workbook(books.whole_center(1) | {books.TRANSARTERIAL: list(sessions)})


def told(*sessions: dict[str, Any], **options: Any) -> list[tuple[str, int | None, str]]:
    report = check_workbook(workbook(*sessions), center="C01", **options)
    others = (finding for finding in report.findings if finding.code != "V-D19")  # a course of one cycle
    return [(finding.code, finding.place.row, finding.place.name) for finding in others]


def drugs_of(*sessions: dict[str, Any]) -> list[Record]:
    return list(check_workbook(workbook(*sessions), center="C01").accepted["transarterialagent"])


@pytest.fixture
def load(cast):
    def run(*sessions: dict[str, Any]) -> dict[str, Any]:
        given = {"center": cast.center, "by": cast.uploader, "reason": "a test"}
        return dict(load_workbook(workbook(*sessions), **given).counts)

    return run


def test_every_group_is_a_drug_of_the_session_in_its_row():
    assert told(haic(*FOLFOX)) == []
    assert [record.values for record in drugs_of(haic(*FOLFOX))] == [
        {"agent_code": code, "route": route, "dose_mg": float(dose)} for code, route, dose in FOLFOX
    ]


def test_a_group_may_be_left_out_between_others():
    gap = haic(FOLFOX[0], (None, None, None), FOLFOX[2])
    assert told(gap) == []
    assert [record.key[3] for record in drugs_of(gap)] == ["OXALIPLATIN", "FLUOROURACIL"]


def test_drugs_are_stored_below_their_session_and_again_untouched(load, cast):
    first = load(haic(*FOLFOX), haic(*FOLFOX[:1], start_date="2015-04-20"))
    assert (first["transarterialsession"].new, first["transarterialagent"].new) == (2, 4)
    again = load(haic(*reversed(FOLFOX)), haic(*FOLFOX[:1], start_date="2015-04-20"))
    assert (again["transarterialagent"].new, again["transarterialagent"].unchanged) == (0, 4)
    with center_scope([cast.center.pk]):
        stored = TransarterialAgent.objects.order_by("session__start_date", "agent_code")
        found = [(str(a.session.start_date), a.agent_code, a.route, a.dose_mg) for a in stored]
        assert {agent.patient_id for agent in stored} == {agent.session.patient_id for agent in stored}
    assert found == [
        ("2015-03-20", "FLUOROURACIL", "IA", 4375.0),
        ("2015-03-20", "FOLINATE_CA", "IA", 350.0),
        ("2015-03-20", "OXALIPLATIN", "IA", 150.0),
        ("2015-04-20", "OXALIPLATIN", "IA", 150.0),
    ]


def test_a_changed_dose_changes_one_drug_and_a_blank_none(load):
    load(haic(*FOLFOX))
    counts = load(haic(("OXALIPLATIN", None, 145), (None, None, None), *FOLFOX[2:]))["transarterialagent"]
    assert (counts.new, counts.changed, counts.unchanged, counts.changed_values) == (0, 1, 1, 1)


@pytest.mark.parametrize(
    ("drug", "column"),
    [
        ((None, "IA", 150), "agent_2_code"),
        ((None, None, 150), "agent_2_code"),
    ],
)
def test_a_group_partly_filled_is_told_at_the_column_that_lacks(drug, column):
    session = haic(FOLFOX[2], drug)
    assert told(session) == [("C-REQUIRED", 2, column)]
    assert drugs_of(session) == []


def test_a_drug_of_haic_is_stored_without_its_dose_and_asked_about():
    unknown = haic(("OXALIPLATIN", "IA", None), *FOLFOX[1:])
    assert told(unknown) == [("V-L12", 2, "agent_1_dose_mg")]
    assert {drug.key[3]: drug.values["dose_mg"] for drug in drugs_of(unknown)}["OXALIPLATIN"] is None
    excused = haic(("OXALIPLATIN", "IA", "NR"), *FOLFOX[1:])
    assert told(excused) == []
    assert drugs_of(excused)[0].values["dose_mg_missing_reason"] == "NR"


def test_a_drug_of_tace_is_stored_without_its_dose():
    session = books.session(agent_1_code="EPIRUBICIN", agent_1_dose_mg=None)
    assert told(session) == []
    assert [drug.key[3] for drug in drugs_of(session)] == ["EPIRUBICIN"]


def test_a_drug_is_stored_where_the_file_has_no_column_of_doses(load, cast):
    session = haic(*FOLFOX[:1])
    del session["agent_1_dose_mg"]
    load(session)
    with center_scope([cast.center.pk]):
        drug = TransarterialAgent.objects.get()
        assert (drug.dose_mg, str(drug)) == (None, drug.get_agent_code_display())


def test_the_same_drug_twice_in_a_session_is_told_at_the_later():
    session = haic(FOLFOX[0], FOLFOX[2], ("oxaliplatin", "IA", 75))
    assert told(session) == [("V-B03", 2, "agent_3_code")]
    assert drugs_of(session) == []


@pytest.mark.parametrize(
    ("drug", "finding"),
    [
        (("XYZ", None, 150), ("V-B04", 2, "agent_3_code")),
        (("CISPLATIN", "NOWHERE", 100), ("V-B04", 2, "agent_3_route")),
        (("CISPLATIN", None, "a lot"), ("V-U13", 2, "agent_3_dose_mg")),
        (("EPIRUBICIN", None, 500), ("V-U01", 2, "agent_3_dose_mg")),
        (("EPIRUBICIN", None, 85), ("V-U02", 2, "agent_3_dose_mg")),
    ],
)
def test_what_is_wrong_with_a_drug_is_told_in_its_own_group(drug, finding):
    assert told(haic(FOLFOX[0], FOLFOX[2], drug)) == [finding]


def test_a_dose_is_held_against_the_regimen_of_its_session_and_the_surface_of_its_patient():
    weak = ("OXALIPLATIN", "IA", 105)  # 60 mg/m2
    assert told(haic(FOLFOX[2], weak)) == [("V-T08", 2, "agent_2_dose_mg")]
    assert told(haic(FOLFOX[2], weak, dose_reduction_pct=30)) == []
    assert told(haic(FOLFOX[2], weak, haic_regimen="CDDP")) == []


def test_bland_embolization_with_a_drug_is_told_at_the_drug():
    session = books.session(modality="TAE", agent_1_code="EPIRUBICIN", agent_1_dose_mg=50)
    assert ("V-T02", 2, "agent_1_code") in told(session)


def test_haic_without_drugs_is_told_where_drugs_could_have_been_entered(load, cast):
    assert told(haic()) == []
    assert told(haic((None, None, None))) == [("V-T01", 2, "modality")]
    load(haic(*FOLFOX))
    with center_scope([cast.center.pk]):
        stored = stored_in(cast.center.pk)
    assert told(haic((None, None, None)), stored=stored) == []


def test_a_drug_is_judged_with_what_is_stored_of_its_session(load, cast):
    load(haic(*FOLFOX, dose_reduction_pct=30))
    with center_scope([cast.center.pk]):
        stored = stored_in(cast.center.pk)
    assert told(haic(("OXALIPLATIN", "IA", 105)), stored=stored) == []
    assert told(haic(("OXALIPLATIN", "IA", 105))) == [("V-T08", 2, "agent_1_dose_mg")]


def test_names_of_drugs_are_known_in_both_languages_and_headers_too():
    header = ["local_id", "start_date", "modality", "haic_regimen", "药物 1", "Agent 1: Dose administered"]
    rows = books.whole_center(1)
    del rows[books.TRANSARTERIAL]
    sheets = {name: [list(given[0]), list(given[0].values())] for name, given in rows.items()}
    sheets[books.TRANSARTERIAL] = [header, ["0001", "2015-03-20", "HAIC", "FOLFOX", "奥沙利铂", 150]]
    report = check_workbook(books.grid(sheets), center="C01")
    assert [record.key[3] for record in report.accepted["transarterialagent"]] == ["OXALIPLATIN"]
