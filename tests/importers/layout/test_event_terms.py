"""An adverse event in a file is the term that the box of a form makes of the same word; what may mean several is asked about."""

import pytest

from importers.checks.check import check_workbook
from importers.files.reader import read_content
from importers.layout.event_terms import read_term
from importers.mapping.text import read_mapping
from registry.clinical.adverse_events.ctcae import terms
from registry.clinical.adverse_events.synonyms import Meaning, synonyms
from registry.ctcae.names import typed_term
from tests.importers import books

pytestmark = pytest.mark.django_db  # a center may have loaded the official list

ALT = "Alanine aminotransferase increased"
MAPPING = """
mapping: 1
name: events
records:
  - kind: patient
    constants: {consent_status: WAIV, diagnosis_basis: IMG, tumor_type: HCC, birth_date: 1960-01-01, diagnosis_date: 2015-01-01, sex: M}
    variables: {local_id: ID}
  - kind: ae
    constants: {ctcae_version: "6.0", ae_grade: 1}
    variables: {local_id: ID, ae_term: 不良反应, ae_term_verbatim: 不良反应, ae_onset_date: 日期}
"""


def event(term, day, **others):
    grade = {"ae_grade": 1, "ctcae_version": "5.0", "ae_term_verbatim": term}
    return {"local_id": "0001", "ae_term": term, "ae_onset_date": f"2015-04-{day:02}", **grade, **others}


def checked(content, **options):
    return check_workbook(read_content(content), center="C01", **options)


def read_as(report):
    return [record.values["ae_term"] for record in report.accepted["adverseevent"]]


def test_every_word_of_the_picker_is_read_as_the_picker_reads_it():
    for word, synonym in synonyms().items():
        cell = read_term(word)
        assert (cell.value, cell.raw) == (typed_term(word), word)
        assert (cell.value == word) is (synonym.meaning is not Meaning.TERM or typed_term(word) == word)
    for term in terms():
        assert {read_term(name).value for name in (term.term, term.term.upper(), term.term_zh)} == {term.term}


def test_events_are_stored_by_their_terms_and_what_may_mean_several_is_asked_about():
    words = ["发热", "ALT升高", " fever ", "血小板减少", "肺炎", "Alanine amino", "Liver dysfunction"]
    rows = [event(word, day) for day, word in enumerate(words, start=1)]
    rows[3]["ctcae_version"], rows[4]["ctcae_version"] = "6.0", "4.03"
    report = checked(books.workbook({books.PATIENT: [books.patient()], "11_不良事件_ae": rows}))
    assert read_as(report) == ["Fever", ALT, "Fever", "Thrombocytopenia"]
    asked = {finding.place.row: finding.en for finding in report.findings if finding.code == "V-E01"}
    assert list(asked) == [6, 7, 8]
    assert "Lung infection · Pneumonitis – choose by cause: infectious or immune-mediated" in asked[6]
    assert any("肺部感染" in finding.zh and "由病因决定" in finding.zh for finding in report.findings)
    assert ALT in asked[7]  # the beginning of a name is no name: nobody sees what would be made of it


def test_a_hospitals_own_column_is_read_with_the_same_words():
    rows = [["ID", "不良反应", "日期"], ["0001", "血小板减少", "2015-04-01"], ["0001", "发烧", "2015-04-02"]]
    report = checked(books.grid({"Sheet1": rows}), header_mapping=read_mapping(MAPPING))
    assert read_as(report) == ["Thrombocytopenia", "Fever"]
    assert [one.values["ae_term_verbatim"] for one in report.accepted["adverseevent"]] == ["血小板减少", "发烧"]
