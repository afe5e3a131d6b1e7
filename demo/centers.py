"""Synthetic centers: who was treated where, and each center's own habits of writing."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from demo.cohort.haic import haic_rows
from demo.cohort.haic_screening import screen_haic
from demo.cohort.margins import scaled
from demo.cohort.patients import Random
from demo.cohort.records import Rows, patient_rows
from demo.cohort.screening import ELIGIBLE, GROUPS, SCREENED, Screened, screen
from demo.cohort.study_plans import StudyPlan, draw_study_plans
from demo.cohort.study_rows import study_rows
from demo.complete.record import complete
from demo.sheet_names import LABORATORY, PATIENT

Row = Mapping[str, Any]

MOST_CENTERS = 99
SEED = 7
OTHERS_STREAM = 23
ASSAY_LIMIT_OF_AFP = 1210  # of the laboratories that report no more
GRAMS_PER_DECILITER = ("alb", "hb")


@dataclass(frozen=True, slots=True, kw_only=True)
class CenterRows:
    """One center's rows by sheet and column name, and how many of its patients are in each arm or fail which criterion."""

    code: str
    sheets: Mapping[str, tuple[Row, ...]]
    patients: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in the registry: the arm, or the criterion failed; and the rows that tell of the person."""

    label: str
    is_in_arm: bool
    rows: Callable[..., Rows]


def make_centers(
    *, centers: int = 12, patients: int = SCREENED, others: int = 0, seed: int = SEED
) -> tuple[CenterRows, ...]:
    """The same arguments give the same rows; `patients` are screened for the first two studies, `others` are of the further groups.

    Raises ValueError for numbers of centers or patients that cannot be.
    """
    if not 1 <= centers <= MOST_CENTERS:
        raise ValueError(f"the number of centers must be 1 to {MOST_CENTERS}, not {centers}")
    if patients < centers:
        raise ValueError(f"{centers} centers require at least {centers} patients, not {patients}")
    random = np.random.default_rng(seed)
    people = _people(patients, random=random)
    places = _places(centers, patients=patients, random=random)
    groups = [[who for who, place in zip(people, places, strict=True) if place == number] for number in range(centers)]
    for number, who in _others(others, centers=centers, seed=seed):
        groups[number].append(who)
    return tuple(
        _center(number, people=group, random=random, seed=seed) for number, group in enumerate(groups, start=1)
    )


def _people(patients: int, *, random: Random) -> list[Member]:
    """In random order, so that a center's study numbers say nothing of the study."""
    groups = scaled(GROUPS, total=patients)
    failing, failing_haic = groups["failing an-2025"], groups["failing cao-2024"]
    screened = screen(groups["an-2025"] + failing, failing=failing, random=random)
    plans = screen_haic(groups["cao-2024"] + failing_haic, failing=failing_haic, random=random)
    found = [_member(who, rows=partial(patient_rows, who)) for who in screened]
    found += [_member(plan.who, rows=partial(haic_rows, plan)) for plan in plans]
    return [found[place] for place in random.permutation(len(found))]


def _others(total: int, *, centers: int, seed: int) -> Iterator[tuple[int, Member]]:
    """From a random stream of their own, so that the patients of the first two studies are the same with them and without."""
    random = np.random.default_rng([seed, OTHERS_STREAM])
    plans = draw_study_plans(total, random=random)
    for place in random.permutation(total):
        rows = partial(_rows_apart, plans[place], seed=(seed, OTHERS_STREAM, int(place)))
        yield int(random.integers(centers)), Member(label=plans[place].group.name, is_in_arm=True, rows=rows)


def _rows_apart(
    plan: StudyPlan, *, seed: tuple[int, ...], local_id: str, hospital_no: str | None, random: Random
) -> Rows:
    """From a stream of the patient's own, not the shared one."""
    del random
    return study_rows(plan, local_id=local_id, hospital_no=hospital_no, random=np.random.default_rng(seed))


def _member(who: Screened, *, rows: Callable[..., Rows]) -> Member:
    is_in_arm = who.outcome == ELIGIBLE
    return Member(label=who.person.arm if is_in_arm else who.outcome, is_in_arm=is_in_arm, rows=rows)


def _places(centers: int, *, patients: int, random: Random) -> np.ndarray:
    """Centers of unequal size, none without a patient, whatever the patient is like."""
    weights = np.linspace(2, 1, centers)
    rest = random.choice(centers, size=patients - centers, p=weights / weights.sum())
    return random.permutation(np.concatenate([np.arange(centers), rest]))


def _center(number: int, *, people: list[Member], random: Random, seed: int) -> CenterRows:
    sheets: dict[str, list[Row]] = defaultdict(list)
    births: set[date] = set()
    for serial, who in enumerate(people, start=1):
        hospital_no = f"ZY{number:02d}{serial:05d}" if number % 2 == 0 else None
        drawn = who.rows(local_id=f"{serial:05d}", hospital_no=hospital_no, random=random)
        outside_for = None if who.is_in_arm else who.label
        drawn[PATIENT] = [_born_apart(row, births=births) for row in drawn[PATIENT]]
        for sheet, rows in complete(drawn, seed=(seed, number, serial), outside_for=outside_for).items():
            sheets[sheet] += [_as_written(row, number=number) for row in rows] if sheet == LABORATORY else rows
    outcomes = Counter(who.label for who in people)
    return CenterRows(
        code=f"C{number:02d}",
        sheets=MappingProxyType({sheet: tuple(rows) for sheet, rows in sheets.items()}),
        patients=MappingProxyType(dict(sorted(outcomes.items()))),
    )


def _born_apart(patient: Row, *, births: set[date]) -> dict[str, Any]:
    """No two of a center are born on one day, as one person entered twice would be; some days earlier the age is the same."""
    day = patient["birth_date"]
    while day in births:
        day -= timedelta(days=1)
    births.add(day)
    return {**patient, "birth_date": day}


def _as_written(row: Row, *, number: int) -> Row:
    """Some centers write g/dL beside a value, and some laboratories count AFP up to a limit only."""
    written = dict(row)
    if number % 5 == 0:
        for name in GRAMS_PER_DECILITER:
            if row[name] is not None:
                written[name] = f"{row[name] / 10:.2f} g/dL"
    if number % 6 == 3 and row["afp"] > ASSAY_LIMIT_OF_AFP:
        written["afp"] = f">{ASSAY_LIMIT_OF_AFP}"
    return written
