import datetime
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.files import cells
from importers.files.cells import read_code, read_codes, read_date, read_identifier, read_number, read_text

FACTORS = {"g/dL": Decimal(10), "万/uL": Decimal(10), "/uL": Decimal("0.001"), "mmol/L": Decimal("16.11")}
anything = st.one_of(
    st.text(), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.times(), st.none(), st.integers()
)


def number(raw, **options):
    return read_number(raw, unit="10*9/L", factors=FACTORS, may_compare=True, **options)


@pytest.mark.parametrize(
    "text",
    [
        "2019-03-05",
        "2019/3/5",
        "20190305",
        "2019年3月5日",
        "２０１９－０３－０５",
        "2019.3.5",
        " 2019-03-05 ",
        "2019-03-05 00:00:00",
    ],
)
def test_a_date_may_be_written_in_several_ways(text):
    assert read_date(text).value == datetime.date(2019, 3, 5)


@pytest.mark.parametrize(
    "raw", [43529.0, 20190305.0, datetime.date(2019, 3, 5), datetime.datetime.fromisoformat("2019-03-05 14:30")]
)
def test_a_date_may_be_what_excel_makes_of_it(raw):
    assert read_date(raw).value == datetime.date(2019, 3, 5)


def test_days_may_count_from_1904():
    assert read_date(43529.0 - 1462, epoch_1904=True).value == datetime.date(2019, 3, 5)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("03/04/2019", "C-DATE-ORDER"), ("3-4-19", "C-DATE-ORDER"), ("2019-03", "C-DATE-PART"), ("2019年", "C-DATE-PART"),
        (2019.0, "C-DATE-PART"), (201903.0, "C-DATE"), ("2019-02-30", "C-DATE"), ("yesterday", "C-DATE"), (12.0, "C-DATE"),
        (-1.0, "C-DATE"), (math.inf, "C-DATE"), (True, "C-DATE"), (datetime.time(3, 4), "C-DATE"), ("0212-01-01", "C-DATE-YEAR"),
        ("43529", "C-DATE"),
    ],
)  # fmt: skip
def test_no_date_is_guessed(raw, code):
    cell = read_date(raw)
    assert cell.value is None
    assert cell.problem.code == code


@given(st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2100, 12, 31)))
def test_every_date_is_read_back_from_each_of_its_forms(day):
    forms = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        day,
    ]
    assert {read_date(form).value for form in forms} == {day}


@given(st.dates(min_value=datetime.date(1910, 1, 2), max_value=datetime.date(2099, 12, 31)))
def test_every_date_is_read_back_from_its_excel_serial(day):
    assert read_date(float((day - datetime.date(1899, 12, 30)).days)).value == day


@pytest.mark.parametrize(
    ("raw", "value", "comparator"),
    [
        (">1210", 1210, ">"), ("＞121,000", 121000, ">"), ("<0.5", 0.5, "<"), ("≤ 5", 5, "<="), (">=3", 3, ">="), ("1,210", 1210, "="),
        ("1.2E+05", 120000, "="), ("1.2×10^5", 120000, "="), ("1.2×10⁵", 120000, "="), ("12.50", 12.5, "="), (41.7, 41.7, "="), ("-3", -3, "="),
        (".5", 0.5, "="),
    ],
)  # fmt: skip
def test_a_number_may_carry_a_sign_and_thousands(raw, value, comparator):
    cell = number(raw)
    assert (cell.value, cell.comparator) == (value, comparator)


@pytest.mark.parametrize(
    ("raw", "value", "unit", "submitted"),
    [
        ("4.1 g/dL", 41, "g/dL", "4.1"), ("4.1G/DL", 41, "G/DL", "4.1"), ("12万/µL", 120, "万/μL", "12"), ("150 10^9/L", 150, "10^9/L", "150"),
        ("150×10⁹/L", 150, "×10^9/L", "150"), ("<8.2 mmol/L", 132.102, "mmol/L", "<8.2"), ("150000/uL", 150, "/uL", "150000"),
    ],
)  # fmt: skip
def test_a_number_in_another_unit_is_converted_and_its_own_kept(raw, value, unit, submitted):
    cell = number(raw)
    assert (cell.value, cell.unit, cell.number) == (value, unit, submitted)


def test_conversion_is_decimal():
    assert read_number("0.7 g/dL", unit="g/L", factors=FACTORS).value == 7.0  # 0.7 * 10 is 7.000000000000001 nowhere
    assert read_number("1.1 mmol/L", unit="g/L", factors=FACTORS).value == 17.721


@pytest.mark.parametrize(
    "raw",
    [
        "12,5",
        "1e400",
        "1210+",
        "12 5",
        "abc",
        "1,2345",
        "<",
        "1.2.3",
        "--5",
        "5-7",
        "NaN",
        "inf",
        True,
        datetime.date(2019, 3, 5),
    ],
)
def test_no_number_is_guessed(raw):
    cell = number(raw)
    assert cell.value is None
    assert cell.problem.code == "V-U13"


def test_a_decimal_comma_is_asked_about_in_both_readings():
    assert number("12,5").problem.en == "“12,5” is ambiguous: it could be 12.5 or 125. Use a decimal point."


def test_an_unknown_unit_is_never_dropped():
    cell = number("4.1 mg/mL")
    assert (cell.value, cell.problem.code) == (None, "V-U23")


def test_a_comparison_has_no_place_in_a_plain_number():
    assert read_number(">5").problem.code == "C-COMPARATOR"


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4),
    st.sampled_from(["", "<", ">", "<=", ">="]),
)
def test_every_number_is_read_back_with_its_sign(value, sign):
    cell = number(f"{sign}{value:f}")
    assert cell.value == float(value)
    assert cell.comparator == (sign or "=")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_of_excel_is_kept_exactly(value):
    assert number(value).value == value


@given(anything)
def test_a_cell_is_a_value_or_missing_or_a_problem_and_never_an_exception(raw):
    for read in (number, read_date, read_text, read_identifier):
        cell = read(raw)
        said = [cell.value is not None, cell.missing is not None, cell.problem is not None]
        assert said.count(True) == 1
        if cell.problem:
            assert cell.problem.en
            assert cell.problem.zh


@given(anything)
def test_a_number_is_finite_and_a_date_within_the_calendar(raw):
    value = number(raw).value
    assert value is None or math.isfinite(value)
    day = read_date(raw).value
    assert day is None or cells.FIRST_YEAR <= day.year <= cells.LAST_YEAR


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("00123", "00123"),
        (123.0, "123"),
        (" A-7 ", "A-7"),
        ("００１２３", "00123"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ],
)
def test_an_identifier_keeps_its_zeros_and_a_formula_stays_text(raw, text):
    assert read_identifier(raw).value == text


def test_text_with_control_characters_is_refused():
    assert read_text("a\x00b").problem.code == "C-TEXT"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", ""),
        ("-", ""),
        ("/", ""),
        ("NA", "NA"),
        ("n/a", "NA"),
        ("无记录", "NR"),
        ("不详", "UNK"),
        ("未查", "ND"),
        ("未做", "ND"),
        (None, ""),
    ],
)
def test_what_stands_for_a_missing_value(raw, reason):
    for read in (number, read_date):
        cell = read(raw)
        assert (cell.value, cell.missing, cell.problem) == (None, reason, None)


SEX = {"m": "M", "f": "F", "unk": "UNK", "male": "M", "unknown": "UNK"}
YES_NO = {"1": "1", "0": "0", "unk": "UNK"}
HEPATITIS = {"pos": "POS", "neg": "NEG", "occ": "OCC"}
VERSIONS = {"4.0": "4.0", "4.03": "4.03", "5.0": "5.0"}
AGENTS = {"none": "NONE", "pva": "PVA", "coil": "COIL"}


@pytest.mark.parametrize(
    ("names", "raw", "code"),
    [
        (SEX, "男", "M"), (SEX, " m ", "M"), (SEX, "Ｆ", "F"), (SEX, "Male", "M"), (SEX, "不详", "UNK"), (YES_NO, "是", "1"),
        (YES_NO, "有", "1"), (YES_NO, "阳性", "1"), (YES_NO, "无", "0"), (YES_NO, "Y", "1"), (YES_NO, True, "1"), (YES_NO, False, "0"),
        (YES_NO, 1.0, "1"), (YES_NO, 0.0, "0"), (HEPATITIS, "阳性", "POS"), (HEPATITIS, "negative", "NEG"), (VERSIONS, 5.0, "5.0"),
        (VERSIONS, 4.03, "4.03"), (AGENTS, "无", "NONE"), (YES_NO, "未查", None), (HEPATITIS, "无", None),
    ],
)  # fmt: skip
def test_a_code_may_be_written_as_code_label_or_usual_word(names, raw, code):
    assert read_code(raw, names=names).value == code


@pytest.mark.parametrize(
    ("names", "raw"), [(SEX, "X"), (SEX, "1"), (YES_NO, "2"), (YES_NO, "maybe"), (HEPATITIS, "是"), (VERSIONS, "6")]
)
def test_an_unknown_code_stays_as_written_for_the_schema_to_refuse(names, raw):
    assert read_code(raw, names=names).value == raw


def test_several_codes_come_in_the_order_of_the_list():
    assert read_codes("coil；PVA;coil", names=AGENTS).value == ["PVA", "COIL"]
    assert read_codes("PVA", names=AGENTS).value == ["PVA"]
    assert read_codes("", names=AGENTS).value is None
    assert read_codes("PVA; glue", names=AGENTS).value == ["PVA", "glue"]
