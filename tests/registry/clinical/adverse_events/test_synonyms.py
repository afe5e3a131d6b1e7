import csv

import pytest

from registry.clinical.adverse_events.ctcae import lookup
from registry.clinical.adverse_events.synonyms import SYNONYMS_FILE, Meaning, synonyms, term_for


def test_every_synonym_leads_to_shipped_terms_and_says_what_it_needs() -> None:
    for word, synonym in synonyms().items():
        assert all(lookup(term) for term in synonym.terms), word
        assert (len(synonym.terms) == 1) == (synonym.meaning == Meaning.TERM), word
        assert bool(synonym.note.en) == bool(synonym.note.zh), word
        if synonym.meaning != Meaning.TERM:
            assert synonym.note.en, word
            assert synonym.term is None, word
        if "Other, specify" in (synonym.term or ""):
            assert synonym.specify, word


def test_no_word_stands_in_two_rows() -> None:
    with SYNONYMS_FILE.open(encoding="utf-8", newline="") as lines:
        words = [
            word.casefold()
            for row in csv.DictReader(lines)
            for word in f"{row['words_en']}|{row['words_zh']}".split("|")
        ]
    assert len(words) == len(set(words)) == len(synonyms())
    assert all(words)


@pytest.mark.parametrize(
    ("verbatim", "term"),
    [
        ("Peritoneal effusion", "Ascites"),
        ("  liver ABSCESS ", "Hepatic infection"),
        ("肝脓肿", "Hepatic infection"),
        ("Jaundice", "Blood bilirubin increased"),
        ("hand-foot syndrome", "Palmar-plantar erythrodysesthesia syndrome"),
        ("手足综合征", "Palmar-plantar erythrodysesthesia syndrome"),
        ("ＡＬＴ升高", "Alanine aminotransferase increased"),
        ("Rash", "Rash maculo-papular"),
        ("Cholangitis", "Biliary tract infection"),
        ("Hepatic encephalopathy", "Encephalopathy"),
        ("Ascites", "Ascites"),  # a term's own name
        ("脱发", "Alopecia"),  # a term's own Chinese name
    ],
)
def test_a_clear_word_has_one_term(verbatim: str, term: str) -> None:
    found = term_for(verbatim)
    assert found is not None
    assert found.term == term


@pytest.mark.parametrize(
    ("verbatim", "meaning"),
    [
        ("Hemorrhage", Meaning.CHOICE),
        ("Bleeding", Meaning.CHOICE),
        ("Hepatitis", Meaning.CHOICE),
        ("Pneumonia", Meaning.CHOICE),
        ("肺炎", Meaning.CHOICE),
        ("Liver dysfunction", Meaning.SPLIT),
        ("恶心呕吐", Meaning.SPLIT),
        ("Others", Meaning.NONE),
    ],
)
def test_an_ambiguous_word_is_asked_about_and_never_decided(verbatim: str, meaning: Meaning) -> None:
    found = term_for(verbatim)
    assert found is not None
    assert (found.meaning, found.term) == (meaning, None)


def test_an_event_without_a_term_of_its_own_brings_its_wording() -> None:
    found = term_for("RCCEP")
    assert found is not None
    assert (found.term, found.specify) == ("Skin and subcutaneous tissue disorders - Other, specify", "RCCEP")


@pytest.mark.parametrize("unknown", [None, "", "no fever", "fever and rash"])
def test_what_is_not_known_as_a_whole_has_no_synonym(unknown: str | None) -> None:
    assert term_for(unknown) is None
