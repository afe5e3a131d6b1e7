"""A draft is changed column by column; what the page does not show of it stays."""

from importers.layout.mapping_catalog import mapping_catalog
from importers.pages.guide.constants import _constant
from importers.pages.guide.content import assign, assigned_in, ignore, is_ignored, rules_of, tokens_of, withdraw
from importers.pages.guide.names import target_name, token_in

DRAFT = {
    "mapping": 1,
    "name": "visits",
    "everywhere": {"local_id": "No"},
    "records": [
        {"kind": "patient", "variables": {"sex": {"header": "Sex", "codes": {"1": "M"}}}},
        {"kind": "ae", "repeat": ["1", "2"], "variables": {"ae_term": "AE{n}"}},
        {"kind": "ae", "variables": {"ae_grade": {"header": "Grade", "when": [{"header": "No", "filled": True}]}}},
    ],
}


def draft():
    return {**DRAFT, "records": [{**rule, "variables": dict(rule["variables"])} for rule in DRAFT["records"]]}


def test_rules_of_one_kind_are_told_apart_and_repeated_columns_are_known():
    assert list(rules_of(draft())) == ["patient", "ae", "ae#2"]
    assert tokens_of(draft(), header="AE2") == ["ae.ae_term"]
    assert tokens_of(draft(), header="no") == ["every.local_id"]
    assert [one.token for one in assigned_in(draft())][-1] == "ae#2.ae_grade"


def test_another_column_for_a_variable_is_looked_at_where_the_first_is_blank():
    content = draft()
    assign(content, header="Gender", token="patient.sex")
    assign(content, header="CTCAE", token="ae#2.ae_grade")
    assert content["records"][0]["variables"]["sex"] == {"headers": ["Sex", "Gender"], "codes": {"1": "M"}}
    assert content["records"][2]["variables"]["ae_grade"]["when"] == [{"header": "No", "filled": True}]
    assert tokens_of(content, header="gender") == tokens_of(content, header="Sex") == ["patient.sex"]
    withdraw(content, header="sex", token="patient.sex")
    assert content["records"][0]["variables"]["sex"] == {"header": "Gender", "codes": {"1": "M"}}


def test_a_computed_date_starts_from_one_column():
    content = draft()
    shift = {"header": "Age", "unit": "years"}
    content["records"][0]["variables"]["birth_date"] = {"header": "Visit", "minus": shift}
    assign(content, header="First visit", token="patient.birth_date")
    assert content["records"][0]["variables"]["birth_date"] == {"header": "First visit", "minus": shift}


def test_a_column_of_a_repeated_group_stands_for_all_of_them_and_a_new_kind_is_added():
    content = draft()
    assign(content, header="Grade 1", token="ae.ae_grade")
    assign(content, header="AFP", token="lab_wide.afp")
    assert content["records"][1]["variables"]["ae_grade"] == {"header": "Grade {n}"}
    assert content["records"][3] == {"kind": "lab_wide", "variables": {"afp": {"header": "AFP"}}}
    withdraw(content, header="AFP", token="lab_wide.afp")
    assert tokens_of(content, header="AFP") == []


def test_a_column_is_ignored_until_it_gives_something():
    content = draft()
    ignore(content, header="Remark")
    assert is_ignored(content, header="remark")
    assign(content, header="Remark", token="patient.sex")
    assert not is_ignored(content, header="Remark")


def test_a_constant_of_several_codes_stays_what_it_is_when_the_page_is_sent():
    known = mapping_catalog()["imaging"].variables["criteria"]
    shown = _constant(known, value="MRECIST;RECIST11", rule="imaging")
    assert shown["options"][-1] == ("MRECIST;RECIST11", "MRECIST;RECIST11")


def test_a_target_is_understood_as_it_is_shown_and_as_it_is_typed():
    catalog = mapping_catalog()
    shown = target_name("patient.sex", catalog=catalog, every="Every record")
    assert shown == "Patients: Sex (patient.sex)"
    assert [
        token_in(text, catalog=catalog, content=draft())
        for text in (shown, "patient.sex", " every.local_id ", "patient.se")
    ] == [
        "patient.sex",
        "patient.sex",
        "every.local_id",
        None,
    ]
    named = [
        token_in(text, catalog=catalog, content=draft())
        for text in ("local_id", "性别", "tumor_size", "ae_term", "sex")
    ]
    assert named == ["every.local_id", "patient.sex", None, None, "patient.sex"]  # two rules have ae_term
    assert token_in("imaging_date", catalog=catalog, content={}) == "imaging.imaging_date"
