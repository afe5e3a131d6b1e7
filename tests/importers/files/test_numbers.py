import datetime
from decimal import Decimal

import pytest

from importers.files.numbers import NOT_DETECTED, OVER_LIMIT, read_number, without_flags
from importers.files.unit_words import usual_unit
from registry.clinical.laboratory.quantities import folded_unit
from registry.clinical.ranges import ANALYTE_RANGES, RANGES

GRAMS = {"g/dL": Decimal(10)}
FLAGS = ("↑", " ↑", "↓", " ↓", " H", " L", "H", "L", " HH", " *", "*", "(H)", "（↑）", " 偏高", "▲")


def result(raw, **options):
    return read_number(raw, unit="g/L", factors=GRAMS, may_compare=True, **options)


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("pattern", ["35.2{}", "35.2{} g/L", "35.2 g/L {}", "3.52{} g/dL"])
def test_the_flag_of_a_laboratory_system_is_no_unit_and_stays_in_the_raw_text(flag, pattern):
    raw = pattern.format(flag)
    cell = result(raw)
    assert (cell.value, cell.problem, cell.raw) == (35.2, None, raw)


@pytest.mark.parametrize("raw", ["↑35.2", "H 35.2", "↓ 35.2", "* 35.2"])
def test_a_flag_may_stand_before_the_number(raw):
    assert result(raw).value == 35.2


def test_a_flag_leaves_the_comparator_and_the_unit_alone():
    cell = result(">121000 H")
    assert (cell.value, cell.comparator) == (121000, ">")
    assert without_flags("35.2 g/L") == "35.2 g/L"
    assert without_flags("35 U/L") == "35 U/L"
    assert read_number("98 L", unit="cm").problem.code == "V-U23"


@pytest.mark.parametrize("word", sorted(NOT_DETECTED))
def test_not_detected_says_to_write_the_limit(word):
    assert result(word).problem.code == "C-NOT-DETECTED"
    assert "<0.5" in result(word.upper()).problem.zh


@pytest.mark.parametrize("word", sorted(OVER_LIMIT))
def test_over_the_limit_says_to_write_the_limit(word):
    assert result(word).problem.code == "C-OVER-LIMIT"


def test_nd_of_an_assay_with_a_limit_is_asked_about():
    for word in ("ND", "nd", "N.D."):
        asked, plain = result(word, has_limit=True), result(word)
        assert (asked.missing, asked.notice.code, asked.problem) == ("ND", "C-ND", None)
        assert (plain.missing, plain.notice) == ("ND", None)
    assert result("未做", has_limit=True).notice is None


@pytest.mark.parametrize("raw", ["2.1*1.9", "2.1 × 1.9 cm", "2.1x1.9x3", "21mm*19mm", "2.1cm×1.9cm"])
def test_several_dimensions_get_a_sentence_of_their_own(raw):
    assert read_number(raw, unit="cm", factors={"mm": Decimal("0.1")}).problem.code == "C-DIMENSIONS"


def test_a_power_of_ten_is_no_dimension():
    assert result("1.2×10^5").value == result("1.2*10^5").value == 120000


@pytest.mark.parametrize(("unit", "value"), [("%", 12.5), ("cm", None), ("", None), ("1", None)])
def test_a_percentage_is_read_where_the_unit_is_one_and_told_elsewhere(unit, value):
    cell = read_number("12.5%", unit=unit)
    assert cell.value == value
    assert (cell.problem.code if cell.problem else None) == (None if value else "C-PERCENT")


def test_no_sentence_shows_minus_zero_or_the_unit_1():
    assert str(read_number("-0", unit="cm").value) == str(read_number(-0.0).value) == "0.0"
    problem = read_number("1.1 s", unit="1").problem
    assert problem.code == "V-U23"
    assert "1." not in problem.en.replace("1.1", "")


def test_a_date_in_the_place_of_a_number_is_called_one():
    assert "2019-08-05" in read_number(datetime.date(2019, 8, 5)).problem.en


UNITS = sorted(
    {unit for one in (*RANGES.values(), *ANALYTE_RANGES.values()) for unit in (one.unit, *one.factors) if unit}
)
CHINESE = {
    "kg": "公斤",
    "g": "克",
    "mg": "毫克",
    "cm": "厘米",
    "mm": "毫米",
    "mL": "毫升",
    "L": "升",
    "h": "小时",
    "min": "分钟",
    "s": "秒",
}
CHINESE |= {
    "d": "天",
    "a": "年",
    "Gy": "戈瑞",
    "GBq": "吉贝可",
    "mCi": "毫居里",
    "W": "瓦",
    "Cel": "摄氏度",
    "mm[Hg]": "毫米汞柱",
}
CHINESE |= {
    "g/L": "克/升",
    "g/dL": "克/分升",
    "mg/L": "毫克/升",
    "mg/dL": "毫克/分升",
    "ng/mL": "纳克/毫升",
    "ug/L": "微克/升",
    "pg/mL": "皮克/毫升",
}
CHINESE |= {
    "umol/L": "微摩尔/升",
    "mmol/L": "毫摩尔/升",
    "nmol/L": "纳摩尔/升",
    "pmol/L": "皮摩尔/升",
    "U/L": "单位/升",
    "U/mL": "单位/毫升",
}
CHINESE |= {
    "IU/mL": "国际单位/毫升",
    "copies/mL": "拷贝/毫升",
    "mIU/L": "毫国际单位/升",
    "uIU/mL": "微国际单位/毫升",
    "mEq/L": "毫当量/升",
}
CHINESE |= {
    "10*9/L": "10^9/升",
    "万/uL": "万/微升",
    "/uL": "个/微升",
    "g/d": "克/天",
    "lb": "磅",
    "ng/L": "纳克/升",
    "m": "米",
    "ng/dL": "纳克/分升",
}
CHINESE |= {"ug/dL": "微克/分升", "ug/mL": "微克/毫升", "kIU/mL": "千国际单位/毫升"}


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit in CHINESE])
def test_a_unit_may_be_written_in_everyday_chinese(unit):
    cell = read_number(f"60 {CHINESE[unit]}", unit=unit)
    assert (cell.value, cell.problem, cell.unit) == (60, None, CHINESE[unit])


def test_nearly_every_unit_has_its_everyday_words():
    without = {unit for unit in UNITS if unit not in CHINESE}
    assert without <= {
        *(
            "%",
            "1",
            "斤",
            "ukat/L",
            "10*3/uL",
            "K/uL",
            "BUN mg/dL",
            "g/(24.h)",
            "g/24h",
            "mg/24h",
            "m[arb'U]/mL",
            "mAU/mL",
        ),
        *("[IU]/mL", "m[IU]/L", "/a"),
    }


def test_the_usual_spelling_of_a_unit_is_left_as_it_is():
    assert {folded_unit(usual_unit(unit)) == folded_unit(unit) for unit in UNITS if unit not in {"g/24h"}} == {True}


def test_what_is_counted_needs_no_unit():
    assert read_number("3枚").value == read_number("3 个").value == 3
    assert read_number("3个月").problem.code == "V-U13"
