"""Printouts as hospitals print them, in both languages, and cells as spreadsheets give them."""

import pytest

from registry.clinical.laboratory.printout import MOST_LINES, Printed, read_printout
from registry.clinical.ranges import ANALYTE_RANGES

UNITS = {code: (known.unit, *known.factors) for code, known in ANALYTE_RANGES.items()}


def read(text: str) -> list[Printed]:
    return list(read_printout(text, names={}, units=UNITS).results)


def said(text: str) -> list[tuple[str, str, str]]:
    return [(each.analyte, each.value, each.unit) for each in read(text)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1\tALT\t丙氨酸氨基转移酶\t45\t↑\tU/L\t9-50", ("alt", "45", "U/L")),
        ("2\tAST\t天门冬氨酸氨基转移酶(AST)\t38\t\tU/L\t15-40", ("ast", "38", "U/L")),
        ("总胆红素  16.45↑  μmol/L  0.0-23.0", ("tbil", "16.45", "μmol/L")),
        ("*PLT  88 L  10^9/L  125-350", ("plt", "88", "10^9/L")),
        ("ALT H 45 U/L", ("alt", "45", "U/L")),
        ("Albumin: 4.1 g/dL", ("alb", "4.1", "g/dL")),
        ("AFP >121000 ng/mL <7.0", ("afp", ">121000", "ng/mL")),
        ("CA 19-9 33.2 U/mL", ("ca199", "33.2", "U/mL")),
        ("γ-GT   102   ★   U/L", ("ggt", "102", "U/L")),
        ("HBsAg 阳性", ("hbsag_q", "阳", "")),
        ("PIVKA-Ⅱ 3,456 mAU/mL", ("pivka2", "3,456", "mAU/mL")),
        ("ＩＮＲ　１．０８", ("inr", "1.08", "")),
        ("甲胎蛋白 12.5 kg/L", ("afp", "12.5", "kg/L")),  # told as a unit of no AFP when it is read
        ("PT 12,5 s", ("pt", "12,5", "s")),  # refused when it is read, as typed into the box
    ],
)
def test_a_line_gives_name_value_and_unit(line: str, expected: tuple[str, str, str]) -> None:
    assert said(line) == [expected]


def test_several_results_side_by_side_are_each_read() -> None:
    line = "白细胞计数(WBC) 3.2↓ 10^9/L 3.5-9.5  血红蛋白 120 g/L 130-175\tK 4.1 mmol/L"
    assert said(line) == [("wbc", "3.2", "10^9/L"), ("hb", "120", "g/L"), ("k", "4.1", "mmol/L")]


@pytest.mark.parametrize(
    "line",
    [
        "项目\t结果\t单位",
        "NEUT% 65.2 %",
        "=cmd|' /C calc'!A0",
        "ALT",
        "ALT 9-50",
        "阿尔法 45 U/L",
        "<script>1</script>",
    ],
)
def test_what_names_no_result_is_left_out_and_told(line: str) -> None:
    printout = read_printout(line, names={}, units=UNITS)
    assert not printout.results
    assert printout.others == (line,)


def test_a_name_of_the_registry_counts_as_well() -> None:
    assert read_printout("Serum whites 5", names={"serumwhites": "wbc"}, units=UNITS).results[0].analyte == "wbc"


def test_a_flood_of_text_ends() -> None:
    assert len(read("ALT 45 U/L\n" * 5_000)) == MOST_LINES
    assert read("(" * 20_000) == read("9" * 20_000) == read("ALT " * 5_000) == []
