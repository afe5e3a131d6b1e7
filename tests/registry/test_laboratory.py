"""A laboratory value typed into the form is what the same text in a workbook is."""

import pytest

from importers.cells import Cell, read_number
from registry.clinical.ranges import ANALYTE_RANGES
from registry.laboratory import LaboratoryValue, NotALaboratoryValue, read_value, shown_value


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
        ("alb", "12,5", "“12,5” is not a laboratory value; enter a number such as 41.7, <0.5 or 41.7 g/L."),
        ("alb", "4.1 mg/mL", "The unit of “4.1 mg/mL” is not known here; use one of: g/L, g/dL."),
        ("alb", "417", "417 is outside 10 to 70 g/L; check the value and its unit."),
    ],
)
def test_what_the_form_refuses_it_explains(analyte, text, sentence):
    with pytest.raises(NotALaboratoryValue) as refused:
        read_value(text, analyte=analyte)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("text", ["12,5", "4.1 mg/mL", "positive"])
def test_what_the_form_cannot_read_a_workbook_cannot(text):
    assert in_workbook(text, analyte="alb").problem is not None
