"""What a laboratory's system exports: a row per patient, date and test, each in the laboratory's own words and units.

The visits are those of the hospital's other export, so that the results come to patients who are there already.
"""

import datetime
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from demo.foreign.sheet import ForeignSheet, Planted
from demo.foreign.visits import PLACE, hospital_visits

PATIENTS, VISITS = 200, 1_000
HEADERS = ("病历号", "姓名", "采样日期", "检验目的", "检验项目", "结果", "单位", "参考区间", "报告日期")
RESULT, UNIT, TEST, SAMPLED = (HEADERS.index(name) for name in ("结果", "单位", "检验项目", "采样日期"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    name: str
    unit: str
    usual: str
    low: float
    high: float
    digits: int


TESTS = (
    _Test(name="γ-谷氨酰转肽酶", unit="U/L", usual="10-60", low=15, high=120, digits=0),
    _Test(name="直接胆红素", unit="μmol/L", usual="0-6.8", low=1.5, high=6, digits=1),
    _Test(name="总蛋白", unit="g/L", usual="65-85", low=62, high=82, digits=1),
    _Test(name="白细胞计数", unit="10^9/L", usual="3.5-9.5", low=3.2, high=8.5, digits=2),
    _Test(name="尿素", unit="mmol/L", usual="3.1-8", low=3, high=8, digits=1),
    _Test(name="葡萄糖", unit="mg/dL", usual="70-110", low=75, high=125, digits=0),
    _Test(name="异常凝血酶原(PIVKA-II)", unit="mAU/mL", usual="<40", low=25, high=900, digits=0),
    _Test(name="尿酸碱度", unit="", usual="5-8", low=5, high=8, digits=1),
)


def laboratory_results(*, patients: int = PATIENTS, visits: int = VISITS, seed: int = 13) -> ForeignSheet:
    draw = random.Random(seed)  # noqa: S311 - invented patients, no secret
    export = hospital_visits(patients=patients, visits=visits)
    wrong = {one.row - export.first_row for one in export.planted}
    stored = [row for place, row in enumerate(export.rows) if place not in wrong]
    rows = [row for visit in stored for row in _rows(draw, visit=visit)]
    planted = list(_spoiled(rows))
    return ForeignSheet(
        filename="检验结果导出.xlsx",
        sheet="Sheet1",
        mapping="laboratory-results",
        head=[],
        headers=HEADERS,
        rows=rows,
        planted=sorted(planted, key=lambda one: (one.row, one.header)),
    )


def _rows(draw: random.Random, *, visit: Sequence[Any]) -> Iterator[list[Any]]:
    day, is_later = visit[PLACE["检查日期"]], visit[PLACE["就诊类型"]]
    purpose = "复查" if is_later else "术前检查"
    for test in TESTS:
        value = round(draw.uniform(test.low, test.high), test.digits)
        reported = day + datetime.timedelta(days=1)
        yield [visit[0], "患者姓名", day, purpose, test.name, _printed(draw, value), test.unit, test.usual, reported]
    yield [
        visit[0],
        "患者姓名",
        day,
        purpose,
        "乙肝e抗原",
        draw.choice(("阴性(-)", "阴性(-)", "弱阳性")),
        "",
        "阴性",
        reported,
    ]
    yield [visit[0], "患者姓名", day, purpose, "HBV-DNA定量", _viral_load(draw), "IU/mL", "<20", reported]


def _printed(draw: random.Random, value: float) -> Any:
    arrow = draw.choice(("", "", "", "↑", "↓"))
    return f"{value:g}{arrow}" if arrow else value


def _viral_load(draw: random.Random) -> Any:
    return "未检出" if draw.random() < 0.5 else draw.randrange(30, 90_000)


def _spoiled(rows: list[list[Any]]) -> Iterator[Planted]:
    """Each fault in rows of its own: `place` counts the rows from 0."""
    for place, header, value, code in (
        (2, "单位", "毫克", "V-U23"),
        (13, "检验项目", "甲状腺球蛋白", "M-VALUE"),
        (24, "结果", "标本溶血", "V-U13"),
        (35, "采样日期", "2019/13/45", "C-DATE"),
    ):
        rows[place][HEADERS.index(header)] = value
        yield Planted(row=place + 2, header="结果" if header == "单位" else header, code=code)
    rows[45] = list(rows[44])
    yield Planted(row=47, header="病历号", code="V-B03")
