"""A laboratory value typed into the form is what the same text in a workbook is."""

import pytest

from importers.files.cells import Cell, read_code, read_number
from importers.layout.columns import code_names
from registry.clinical.ranges import ANALYTE_RANGES
from registry.records.laboratory_values import LaboratoryValue, NotALaboratoryValue, read_value, shown_unit, shown_value
from registry.workbook.sheets import sheet_of


def in_workbook(text: str, *, analyte: str) -> Cell:
    known = ANALYTE_RANGES[analyte]
    return read_number(text, unit=known.unit, factors=known.factors, may_compare=True)


@pytest.mark.parametrize(
    ("analyte", "text", "value"),
    [
        ("alb", "41.7", LaboratoryValue(value=41.7, comparator="=", raw_value="41.7", raw_unit="")),
        ("alb", "4.1 g/dL", LaboratoryValue(value=41.0, comparator="=", raw_value="4.1", raw_unit="g/dL")),
        ("crp", "<0.5", LaboratoryValue(value=0.5, comparator="<", raw_value="<0.5", raw_unit="")),
        ("afp", "＞121,000", LaboratoryValue(value=121000.0, comparator=">", raw_value=">121,000", raw_unit="")),
        ("plt", "≤21 万/μL", LaboratoryValue(value=210.0, comparator="<=", raw_value="≤21", raw_unit="万/μL")),
    ],
)
def test_form_and_workbook_read_the_same(analyte, text, value):
    cell = in_workbook(text, analyte=analyte)
    assert read_value(text, analyte=analyte) == value
    assert (cell.value, cell.comparator, cell.number, cell.unit) == (
        value.value, value.comparator, value.raw_value, value.raw_unit,
    )  # fmt: skip
    assert read_value(shown_value(value.value, comparator=value.comparator), analyte=analyte).value == value.value


@pytest.mark.parametrize(
    ("analyte", "text", "sentence"),
    [
        ("alb", "12,5", "“12,5” could be 12.5 or 125. Enter it with a decimal point."),
        ("alb", "4.1 mg/mL", "The unit in “4.1 mg/mL” is not recognized. Use one of: g/L, g/dL."),
        ("alb", "417", "417 is outside the range 10 to 70 g/L. Check the value and its unit."),
    ],
)
def test_what_the_form_refuses_it_explains(analyte, text, sentence):
    with pytest.raises(NotALaboratoryValue) as refused:
        read_value(text, analyte=analyte)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("text", ["12,5", "4.1 mg/mL", "positive"])
def test_what_the_form_cannot_read_a_workbook_cannot(text):
    assert in_workbook(text, analyte="alb").problem is not None


@pytest.mark.parametrize(
    ("analyte", "text", "code"),
    [
        ("hbsag_q", "+", "POS"),
        ("hbsag_q", "阳", "POS"),
        ("hbsag_q", "Negative", "NEG"),
        ("hbeag", "-", "NEG"),
        ("hcv_ab", "（＋）", "POS"),
        ("u_pro_dip", "±", "TRACE"),
        ("u_pro_dip", "++", "2+"),
        ("u_pro_dip", "+3", "3+"),
        ("u_pro_dip", "-", "NEG"),
    ],
)
def test_a_qualitative_result_is_read_as_reports_print_it_in_form_and_workbook(analyte, text, code):
    assert read_value(text, analyte=analyte).value_code == code
    assert read_code(text, names=code_names(sheet_of("labresult").name, column=analyte)).value == code


@pytest.mark.parametrize(("text", "reason"), [("ND", "ND"), ("not done", "ND"), ("unk", "UNK")])
def test_a_reason_may_stand_in_place_of_a_result(text, reason):
    for analyte in ("alb", "hbsag_q"):
        read = read_value(text, analyte=analyte)
        assert (read.value, read.value_code, read.missing_reason) == (None, None, reason)


def test_a_code_of_another_test_is_refused_with_those_of_this_one():
    with pytest.raises(NotALaboratoryValue, match=r"2\+.*POS \(Positive\), NEG \(Negative\)"):
        read_value("2+", analyte="hbsag_q")


@pytest.mark.parametrize(
    ("analyte", "text", "value"),
    [
        ("pivka2", "52 mAU/mL", 52.0),
        ("tsh", "2.5 uIU/mL", 2.5),
        ("tsh", "2.5 mIU/L", 2.5),
        ("hbv_dna", "1.2×10^5 IU/mL", 120_000.0),
        ("urea", "20 BUN mg/dL", 7.14),
        ("u_pro_24h", "300 mg/24h", 0.3),
        ("dbil", "0.5 mg/dL", 8.552),
        ("d_dimer", "550 ng/mL", 0.55),
    ],
)
def test_every_unit_a_report_prints_becomes_the_canonical_one(analyte, text, value):
    assert read_value(text, analyte=analyte).value == pytest.approx(value)


def test_what_is_shown_of_a_unit_is_read_back():
    for analyte, known in ANALYTE_RANGES.items():
        shown = shown_unit(known.unit)
        assert read_value(f"{known.hard[1]:.0f} {shown}", analyte=analyte).value == known.hard[1], analyte


def test_urea_in_milligrams_is_not_taken_for_urea_nitrogen():
    with pytest.raises(NotALaboratoryValue):
        read_value("20 mg/dL", analyte="urea")
