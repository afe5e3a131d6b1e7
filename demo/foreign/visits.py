"""What a Chinese hospital's system exports: a row per visit under its own headers, codes 0 and 1, ages, millimeters without a unit.

2,360 invented patients and 11,684 visits, with the faults that such exports have, each planted in a known cell.
"""

import datetime
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from demo.foreign.sheet import ForeignSheet, Planted

PATIENTS, VISITS = 2_360, 11_684
TITLE = "介入科肝癌患者随访数据导出"
HEADERS = (
    "研究编号",
    "姓名",
    "性别",
    "年龄",
    "确诊日期",
    "检查日期",
    "就诊类型",
    "身高",
    "体重",
    "ECOG",
    "腹水",
    "乙肝",
    "丙肝",
    "肝硬化",
    "病灶数",
    "最大径",
    "血管侵犯",
    "肝外转移",
    "甲胎蛋白(ng/mL)",
    "白蛋白",
    "总胆红素",
    "谷丙转氨酶",
    "谷草转氨酶",
    "血小板",
    "国际标准化比值",
    "肌酐",
    "血红蛋白",
    "介入治疗",
    "末次随访日期",
    "结局",
    "备注",
)
PLACE = {header: place for place, header in enumerate(HEADERS)}
ARROWS = ("", "", "", "↑", "↓")


@dataclass(slots=True)
class _Person:
    number: str
    sex: int
    born: datetime.date
    diagnosed: datetime.date
    height: int
    weight: float
    lesions: int
    diameter: int
    is_infected: int
    has_cirrhosis: int
    is_dead: int
    afp: float
    platelets: int
    visits: list[datetime.date]


def hospital_visits(*, patients: int = PATIENTS, visits: int = VISITS, seed: int = 7) -> ForeignSheet:
    """Smaller ones have the same faults, as far as they have room for them."""
    draw = random.Random(seed)  # noqa: S311 - invented patients, no secret
    people = list(_people(draw, patients=patients, visits=visits))
    rows = [row for person in people for row in _rows(draw, person=person)]
    planted = list(_spoiled(rows, draw=draw))
    return ForeignSheet(
        filename="随访导出.xlsx",
        sheet="Sheet1",
        mapping="hospital-visits",
        head=[[TITLE]],
        headers=HEADERS,
        rows=rows,
        planted=sorted(planted, key=lambda one: (one.row, one.header)),
    )


def _people(draw: random.Random, *, patients: int, visits: int) -> Iterator[_Person]:
    """The visits are dealt out so that they sum up; nobody has fewer than two."""
    counts = [2] * patients
    while sum(counts) < visits:
        counts[draw.randrange(patients)] += 1
    for number, count in enumerate(counts, start=1):
        diagnosed = datetime.date(2012, 1, 1) + datetime.timedelta(days=draw.randrange(2500))
        first = diagnosed + datetime.timedelta(days=draw.randrange(3, 25))
        gaps = [draw.randrange(38, 75) for _ in range(count - 1)]
        yield _Person(
            number=f"LY{number:05}",
            sex=int(draw.random() < 0.83),
            born=datetime.date(diagnosed.year - draw.randrange(36, 72), draw.randrange(1, 13), draw.randrange(1, 29)),
            diagnosed=diagnosed,
            height=draw.randrange(155, 181),
            weight=round(draw.uniform(50, 78), 1),
            lesions=draw.choice((1, 1, 2, 3)),
            diameter=draw.randrange(21, 96),
            is_infected=int(draw.random() < 0.85),
            has_cirrhosis=int(draw.random() < 0.7),
            is_dead=int(draw.random() < 0.4),
            afp=draw.lognormvariate(4, 1.8) + 2,
            platelets=draw.randrange(120, 240),
            visits=[first + datetime.timedelta(days=sum(gaps[:place])) for place in range(count)],
        )


def _rows(draw: random.Random, *, person: _Person) -> Iterator[list[Any]]:
    last = person.visits[-1] + datetime.timedelta(days=draw.randrange(30, 300))
    for place, day in enumerate(person.visits):
        age = day.year - person.born.year - ((day.month, day.day) < (person.born.month, person.born.day))
        yield [
            person.number,
            "患者姓名",
            person.sex,
            age,
            person.diagnosed,
            day,
            0 if place == 0 else 1,
            person.height,
            person.weight,
            0,
            0,
            person.is_infected,
            0,
            person.has_cirrhosis,
            person.lesions,
            person.diameter,
            0,
            0,
            _afp(draw, person=person),
            _marked(draw, low=35, high=48),
            _marked(draw, low=7, high=26),
            _marked(draw, low=12, high=80),
            _marked(draw, low=14, high=85),
            person.platelets + draw.randrange(-15, 16),
            round(draw.uniform(0.92, 1.25), 2),
            round(draw.uniform(50, 98), 1),
            draw.randrange(115, 160),
            int(place == 0),
            last,
            person.is_dead,
            None,
        ]


def _afp(draw: random.Random, *, person: _Person) -> Any:
    if person.afp < 4 and draw.random() < 0.3:
        return "未检出"
    return round(person.afp * draw.uniform(0.8, 1.25), 2) + 0.003  # no assay's own limit


def _marked(draw: random.Random, *, low: float, high: float) -> Any:
    """As the laboratory's system prints it."""
    value, arrow = round(draw.uniform(low, high), 1), draw.choice(ARROWS)
    return f"{value}{arrow}" if arrow else value


def _spoiled(rows: list[list[Any]], *, draw: random.Random) -> Iterator[Planted]:
    """Each fault in rows of its own, so that none hides another."""
    later = [n for n in range(1, len(rows)) if rows[n][0] == rows[n - 1][0]]
    draw.shuffle(later)
    free = iter(later)
    for count, spoil in SPOILING:
        wanted = max(1, round(count * len(rows) / VISITS)) if len(rows) < VISITS else count
        for _ in range(wanted):
            place = next(free, None)
            if place is not None:
                header, code = spoil(rows, place)
                yield Planted(row=place + 3, header=header, code=code)


def _repeat(rows: list[list[Any]], place: int) -> tuple[str, str]:
    """The visit before once more."""
    rows[place] = list(rows[place - 1])
    return "研究编号", "V-B03"


def _set(header: str, value: Any, code: str) -> Callable[[list[list[Any]], int], tuple[str, str]]:
    def spoil(rows: list[list[Any]], place: int) -> tuple[str, str]:
        rows[place][PLACE[header]] = value
        return header, code

    return spoil


def _fall(rows: list[list[Any]], place: int) -> tuple[str, str]:
    """Younger than at the visit before."""
    rows[place][PLACE["年龄"]] -= 9
    return "检查日期", "M-DIFFERS"


SPOILING = (
    (12, _repeat),
    (24, _fall),
    (60, _set("甲胎蛋白(ng/mL)", 121000, "V-U12")),
    (14, _set("病灶数", 0, "V-S18")),
    (8, _set("腹水", 9, "M-VALUE")),
    (9, _set("血小板", 186000, "V-U01")),
    (7, _set("白蛋白", 4.1, "V-U01")),
    (5, _set("检查日期", "2019/13/45", "C-DATE")),
)
