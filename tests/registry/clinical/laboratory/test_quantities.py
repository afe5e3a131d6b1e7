from decimal import Decimal

import pytest

from registry.clinical.laboratory.analyte_ranges import ANALYTE_RANGES
from registry.clinical.laboratory.quantities import (
    LONGEST_NUMBER,
    NotAQuantity,
    UnknownUnit,
    possible_readings,
    read_quantity,
)

PLATELETS = {"10*3/uL": Decimal(1), "万/uL": Decimal(10), "/uL": Decimal("0.001")}


@pytest.mark.parametrize(
    ("text", "value", "comparator", "number", "unit"),
    [
        ("210", 210.0, "=", "210", ""),
        ("＜210", 210.0, "<", "<210", ""),
        ("≥ 1,210", 1210.0, ">=", "≥ 1,210", ""),
        ("210×10⁹/L", 210.0, "=", "210", "×10^9/L"),
        ("2.1×10^5 /uL", 210.0, "=", "2.1×10^5", "/uL"),
        ("21万/μL", 210.0, "=", "21", "万/μL"),
        ("210 10^3 / ul", 210.0, "=", "210", "10^3 / ul"),
    ],
)
def test_number_sign_and_unit_are_told_apart(text, value, comparator, number, unit):
    found = read_quantity(text, unit="10*9/L", factors=PLATELETS)
    assert (found.value, found.comparator, found.number, found.unit) == (value, comparator, number, unit)


@pytest.mark.parametrize(
    "text", ["", "high", "12,5", "0,125", "1。5", "<", "5-10", "1 2", "1e999", "0." + "0" * LONGEST_NUMBER + "1"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(NotAQuantity):
        read_quantity(text, unit="g/L")


def test_two_numbers_are_no_number_even_where_1_is_the_unit():
    with pytest.raises(NotAQuantity):
        read_quantity("4 1", unit="1")


@pytest.mark.parametrize(
    ("text", "readings"),
    [("1,5", ("1.5", "15")), ("1。5", ("1.5", "15")), ("<0，125", ("<0.125", "<0125")), ("1.5", None), ("high", None)],
)
def test_a_comma_or_a_full_stop_may_be_a_point_or_nothing(text, readings):
    assert possible_readings(text) == readings


def test_an_unknown_unit_is_named():
    with pytest.raises(UnknownUnit) as refused:
        read_quantity("4.1 mg/mL", unit="g/L")
    assert refused.value.unit == "mg/mL"


def test_where_no_unit_is_agreed_none_is_understood():
    with pytest.raises(NotAQuantity):
        read_quantity("3 nodules")


CELL_COUNTS = sorted(analyte for analyte, known in ANALYTE_RANGES.items() if known.unit == "10*9/L")


def test_the_cell_counts_are_those_of_a_blood_count():
    assert CELL_COUNTS == ["eos", "lym", "mono", "neut", "plt", "wbc"]


@pytest.mark.parametrize("analyte", CELL_COUNTS)
@pytest.mark.parametrize(
    "text", ["6.2", "6.2 10^9/L", "6.2×10⁹/L", "6.2 10^3/uL", "6.2×10³/µL", "6.2 K/uL", "0.62万/μL", "6200 /uL"]
)
def test_every_cell_count_knows_the_units_of_cells(analyte, text):
    known = ANALYTE_RANGES[analyte]
    assert read_quantity(text, unit=known.unit, factors=known.factors).value == pytest.approx(6.2)
