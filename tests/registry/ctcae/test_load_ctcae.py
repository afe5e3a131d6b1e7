from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import Workbook

from registry.clinical.adverse_events.ctcae import graded_as, terms
from registry.clinical.adverse_events.term_search import nearest_terms
from registry.ctcae.nci_file import NotACtcaeFile, OfficialTerm, read_ctcae_file
from registry.ctcae.terms import forget, is_loaded, known_terms
from registry.models import CtcaeTerm

GRADES = [f"Grade {grade} \u00a0\u00a0" for grade in range(1, 6)]  # as the institute types them
V4_03 = ["MedDRA v12.0 Code", "CTCAE v4.0 SOC", "CTCAE v4.0 Term", *GRADES, "CTCAE v4.0 AE Term Definition", "Errata"]
V5_0 = ["MedDRA Code", "MedDRA SOC", "CTCAE Term", *GRADES, "Definition", "Navigational Note", "CTCAE v5.0 Change"]
V6_0 = [*(f"CTCAE v6.0 MedDRA 28.0 {what}" for what in ("LLT Code", "SOC", "Term")), *GRADES, "Definition"]
GUT = "Gastrointestinal disorders"
NAUSEA = [10028813, GUT, "Nausea", "Loss of appetite", "Oral intake decreased", "Hospitalization", "-", "–"]
ANAL_PAIN = [10002167, GUT, "Anal  pain", "Mild", "Moderate", "Severe", None, ""]
DEAFNESS = [10019245, "Ear and labyrinth disorders", "Hearing impaired", "Mild", "Moderate", "Severe", "Deaf", "—"]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Any:
    forget()
    yield
    forget()


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(*rows: list[Any], sheet: str = "Sheet1", beside: dict[str, list[list[Any]]] | None = None) -> Path:
        book = Workbook()
        page = book.active
        assert page is not None
        page.title = sheet
        for row in rows:
            page.append(row)
        for name, others in (beside or {}).items():
            other = book.create_sheet(name)
            for row in others:
                other.append(row)
        path = tmp_path / "terms.xlsx"
        book.save(path)
        return path

    return write


@pytest.mark.parametrize(("header", "version"), [(V4_03, "4.03"), (V4_03, "4.0"), (V5_0, "5.0"), (V6_0, "6.0")])
def test_the_spreadsheet_of_each_version_is_read(written: Any, header: list[str], version: str) -> None:
    official = read_ctcae_file(written(header, NAUSEA, ANAL_PAIN, DEAFNESS), version=version)
    assert official.version == graded_as(version)
    mild = ("Mild", "Moderate", "Severe")
    assert official.terms == (
        OfficialTerm(
            term="Nausea", soc=GUT, grades="123", code="10028813", definitions=(*map(str, NAUSEA[3:6]), "", "")
        ),
        OfficialTerm(term="Anal pain", soc=GUT, grades="123", code="10002167", definitions=(*mild, "", "")),
        OfficialTerm(
            term="Hearing impaired",
            soc="Ear and labyrinth disorders",
            grades="1234",
            code="10019245",
            definitions=(*mild, "Deaf", ""),
        ),
    )


def test_titles_above_empty_rows_and_classes_named_once_are_understood(written: Any) -> None:
    merged = [10002167, None, *ANAL_PAIN[2:]]
    note = ["A semicolon indicates 'or' within the description of the grade."]
    path = written(["Common Terminology Criteria"], [], V5_0, NAUSEA, merged, [], note)
    assert [(term.term, term.soc) for term in read_ctcae_file(path, version="5.0").terms] == [
        ("Nausea", GUT),
        ("Anal pain", GUT),
    ]


def test_the_clean_sheet_is_taken_beside_tracked_changes(written: Any) -> None:
    path = written(V6_0, NAUSEA, sheet="Tracked changes", beside={"CTCAE v6.0 Clean Copy": [V6_0, NAUSEA, DEAFNESS]})
    assert len(read_ctcae_file(path, version="6.0").terms) == 2


def test_of_two_versions_side_by_side_the_one_asked_for_is_taken(written: Any) -> None:
    path = written([*V6_0, "CTCAE v5.0 Term"], [*NAUSEA, "Defined so", "Queasiness"])
    assert [term.term for term in read_ctcae_file(path, version="6.0").terms] == ["Nausea"]


def test_the_file_of_another_version_is_refused(written: Any) -> None:
    with pytest.raises(NotACtcaeFile, match=r"is CTCAE 4\.03, not 5\.0"):
        read_ctcae_file(written(V4_03, NAUSEA), version="5.0")
    with pytest.raises(NotACtcaeFile, match=r"is CTCAE 6\.0, not 5\.0"):
        read_ctcae_file(written(V5_0[:-1], NAUSEA, sheet="CTCAE v6.0"), version="5.0")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["Some", "other", "table"]], "no sheet with columns"),
        ([V5_0[:7], NAUSEA], "no sheet with columns"),
        ([V5_0, NAUSEA, [123, *ANAL_PAIN[1:]]], "row 3: each term requires"),
        ([V5_0, [*NAUSEA[:3], "-", "-", "-", "-", "-"]], "row 2: each term requires"),
        ([V5_0, NAUSEA, NAUSEA], '"Nausea" appears twice'),
        ([V5_0], "no term"),
    ],
)
def test_a_table_that_is_not_the_list_is_refused_with_its_place(
    written: Any, rows: list[list[Any]], words: str
) -> None:
    with pytest.raises(NotACtcaeFile, match=words) as refused:
        read_ctcae_file(written(*rows), version="5.0")
    assert any("\u4e00" <= character <= "\u9fff" for character in refused.value.message.zh)


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "terms.xlsx"
    text.write_text("Nausea")
    for path in (text, tmp_path / "missing.xlsx", tmp_path):
        with pytest.raises(NotACtcaeFile, match="cannot be read as a workbook"):
            read_ctcae_file(path, version="5.0")


def test_before_any_list_is_loaded_the_shipped_terms_are_known(db: None) -> None:
    known = known_terms("5.0")
    assert (len(known.terms), known.is_official, known.can_refuse) == (171, False, True)
    assert known.grade_defined("nausea", grade=4) is False
    other = known_terms("4.0")
    assert (other.version, len(other.terms), other.can_refuse) == ("4.03", len(terms("4.03")), False)
    assert other.grade_defined("Nausea", grade=4) is None


def test_a_loaded_list_replaces_the_shipped_terms_and_keeps_their_chinese(db: None, written: Any, capsys: Any) -> None:
    call_command("load_ctcae", written(V5_0, NAUSEA, DEAFNESS), ctcae_version="5.0")
    assert capsys.readouterr().out == "CTCAE 5.0: 2 terms loaded.\n"
    known = known_terms("5.0")
    assert known.is_official
    nausea, deafness = known.lookup(" NAUSEA "), known.lookup("Hearing impaired")
    assert nausea is not None
    assert (nausea.term_zh, nausea.soc_zh, nausea.code) == ("恶心", "胃肠系统疾病", "10028813")
    assert deafness is not None
    assert (deafness.term_zh, deafness.soc_zh) == ("", "耳及迷路类疾病")
    assert known.lookup("Vomiting") is None
    assert known.grade_defined("Hearing impaired", grade=5) is False
    assert known.grade_defined("Vomiting", grade=1) is None
    assert nearest_terms("Nausae", among=known.index) == nearest_terms("恶心", among=known.index) == ("Nausea",)
    assert nausea.definitions[1] == "Oral intake decreased"
    assert is_loaded("Hearing impaired", version="5.0")
    assert not is_loaded("Vomiting", version="5.0")
    assert not known_terms("6.0").is_official


def test_loading_again_changes_terms_and_no_longer_offers_those_left_out(db: None, written: Any) -> None:
    call_command("load_ctcae", written(V4_03, NAUSEA, DEAFNESS), ctcae_version="4.03")
    graver = [*NAUSEA[:6], "Life-threatening", "-"]
    call_command("load_ctcae", written(V4_03, graver, ANAL_PAIN), ctcae_version="4.03")
    known = known_terms("4.03")
    assert [(term.term, term.grades) for term in known.terms] == [("Anal pain", "123"), ("Nausea", "1234")]
    assert known.can_refuse
    assert CtcaeTerm.objects.filter(version="4.03").count() == 3
    call_command("load_ctcae", written(V4_03, NAUSEA, DEAFNESS), ctcae_version="4.03")
    assert [term.term for term in known_terms("4.0").terms] == ["Hearing impaired", "Nausea"]


def test_a_refused_file_loads_nothing_and_says_why_in_the_readers_language(db: None, written: Any) -> None:
    path = written(V5_0, NAUSEA, NAUSEA)
    with pytest.raises(CommandError, match="twice") as refused:
        call_command("load_ctcae", path, ctcae_version="5.0")
    assert refused.value.returncode == 2
    with translation.override("zh-hans"), pytest.raises(CommandError, match="出现两次"):
        call_command("load_ctcae", path, ctcae_version="5.0")
    assert not CtcaeTerm.objects.exists()


def test_a_version_that_does_not_exist_is_refused(written: Any) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("load_ctcae", str(written(V5_0, NAUSEA)), "--ctcae-version", "3.0")
