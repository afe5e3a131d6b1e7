"""A term is found by whatever a chart says of it, and taken for it only where nothing is left to a person."""

import pytest

from registry.clinical.adverse_events.ctcae import terms
from registry.clinical.adverse_events.synonyms import Meaning, synonyms
from registry.clinical.adverse_events.term_search import (
    named_in,
    nearest_terms,
    resolve_term,
    search_terms,
    shipped_index,
)

ALT = "Alanine aminotransferase increased"
AST = "Aspartate aminotransferase increased"


def _found(typed: str) -> list[str]:
    return [hit.term.term for hit in search_terms(typed, among=shipped_index())]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("fever", "Fever"),
        ("发热", "Fever"),
        ("ALT升高", ALT),
        ("alanine amino", ALT),
        ("aminotransf alan", ALT),  # words in any order, each begun
        ("ＡＬＴ升高", ALT),  # of full width
        ("liver abscess", "Hepatic infection"),
        ("血小板", "Platelet count decreased"),
        ("肝脏出血", "Hepatic hemorrhage"),  # spelled almost alike
        ("Nausae", "Nausea"),
        ("diarrhoea", "Diarrhea"),
    ],
)
def test_the_likeliest_term_comes_first(typed: str, first: str) -> None:
    assert _found(typed)[0] == first


def test_a_class_in_either_language_gives_its_terms() -> None:
    for typed in ("Hepatobiliary", "肝胆系统"):
        found = search_terms(typed, among=shipped_index(), most=200)
        assert {hit.term.soc for hit in found} >= {"Hepatobiliary disorders"}
        assert sum(hit.term.soc == "Hepatobiliary disorders" for hit in found) > 5


def test_a_word_of_charts_tells_by_which_word_a_term_was_found() -> None:
    (alt, *_others) = search_terms("ALT升高", among=shipped_index())
    assert alt.word == "alt升高"


@pytest.mark.parametrize(
    "typed", ["肺炎", "bleeding", "转氨酶升高", "其他", "increased", "Hep", "", "  ", "no such thing"]
)
def test_what_leaves_a_choice_is_not_resolved(typed: str) -> None:
    assert resolve_term(typed, among=shipped_index()) is None


def test_every_term_is_resolved_from_what_is_shown_of_it_in_either_language() -> None:
    for term in terms():
        assert resolve_term(term.term.upper(), among=shipped_index()) == term
        assert resolve_term(term.term_zh, among=shipped_index()) == term


def test_every_word_of_charts_that_means_one_term_is_resolved_to_it() -> None:
    unique = {written: word.term for written, word in synonyms().items() if word.meaning is Meaning.TERM}
    for written, term in unique.items():
        found = resolve_term(written, among=shipped_index())
        assert found is not None
        assert found.term == term or written in (found.term.casefold(), found.term_zh.casefold())


def test_nearest_terms_are_real_ones() -> None:
    assert nearest_terms("Alanine amino", among=shipped_index())[0] == ALT
    assert set(nearest_terms("转氨酶", among=shipped_index())) == {ALT, AST}
    assert nearest_terms("terrible nausea and headache", among=shipped_index()) == ("Nausea", "Headache")
    assert nearest_terms("qqqq", among=shipped_index()) == ()


def test_a_renamed_term_has_the_name_of_its_version() -> None:
    assert named_in("6.0", term="Platelet count decreased") == "Thrombocytopenia"
    assert named_in("5.0", term="Platelet count decreased") == "Platelet count decreased"
