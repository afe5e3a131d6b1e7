import doctest
from importlib import import_module

import pytest

from registry.clinical.adverse_events.ctcae import grade_defined, lookup, term_in_chinese, terms


def test_the_171_terms_are_all_there_once() -> None:
    names = [term.term for term in terms()]
    assert len(names) == len(set(names)) == 171


def test_each_term_has_an_eight_digit_code_of_its_own_and_rising_grades() -> None:
    assert len({term.code for term in terms()}) == 171
    for term in terms():
        assert len(term.code) == 8
        assert term.code.isdecimal()
        assert list(term.grades) == sorted(set(term.grades) & set("12345"))


def test_a_term_is_found_whatever_its_case_and_spaces() -> None:
    found = lookup("  alanine AMINOTRANSFERASE  increased ")
    assert found is not None
    assert (found.term, found.term_zh, found.code) == (
        "Alanine aminotransferase increased",
        "丙氨酸氨基转移酶（ALT）升高",
        "10001551",
    )


@pytest.mark.parametrize("unknown", ["", None, "Nauseated"])
def test_an_unknown_term_is_not_found(unknown: str | None) -> None:
    assert lookup(unknown) is None
    assert grade_defined(unknown, grade=1) is None


@pytest.mark.parametrize(
    ("term", "grade", "defined"),
    [
        ("Nausea", 3, True),
        ("Nausea", 4, False),
        ("Alopecia", 3, False),
        ("Palmar-plantar erythrodysesthesia syndrome", 4, False),
        ("Febrile neutropenia", 2, False),
        ("Hepatic necrosis", 5, True),
        ("Nausea", None, None),
    ],
)
def test_a_grade_is_defined_or_not_for_its_term(term: str, grade: int | None, defined: bool | None) -> None:
    assert grade_defined(term, grade=grade) is defined


def test_the_chinese_of_a_term_is_known_by_the_name_of_any_version() -> None:
    assert term_in_chinese(" nausea") == "恶心"
    assert term_in_chinese("Thrombocytopenia") == term_in_chinese("Platelet count decreased") != ""
    assert term_in_chinese("Hearing impaired") == ""


@pytest.mark.parametrize(
    "module", ["dosing.body", "adverse_events.ctcae", "dates", "liver_function.scores", "staging.bclc"]
)
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    results = doctest.testmod(import_module(f"registry.clinical.{module}"))
    assert results.attempted
    assert not results.failed


def test_other_versions_have_the_shipped_terms_under_their_own_names_and_without_grades() -> None:
    assert terms("4.0") == terms("4.03")
    assert len(terms("4.03")) == 169
    assert lookup("Blood lactate dehydrogenase increased", version="4.03") is None
    renamed = lookup("Thrombocytopenia", version="6.0")
    assert renamed is not None
    assert (renamed.term_zh, renamed.grades) == ("血小板减少", "")
    assert lookup("Platelet count decreased", version="6.0") is None
    assert lookup("Thrombocytopenia") is None
