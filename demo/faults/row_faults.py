"""One center's rows while they are spoiled, and the faults that take a whole row: repeated, orphaned, in conflict, or too many."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from demo.fault import ERROR, Fault, Row, Rule, query
from demo.sheet_names import ASSESSMENT, FOLLOW_UP, IMAGING, LABORATORY, PATIENT, TRANSARTERIAL
from importers.files.workbook import column_letters
from importers.workbooks.sheet_writer import HEADER_ROWS
from registry.workbook.sheets import sheets

UNKNOWN_PATIENT = "99999"
FIRST_ROW = HEADER_ROWS + 1  # as Excel counts


@dataclass(slots=True)
class Spoiling:
    """One center's rows while they are spoiled. A patient is spoiled once, so that no fault hides or makes another."""

    file: str
    sheets: dict[str, list[Row]]
    faults: list[Fault] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)

    def people(self) -> dict[str, dict[str, list[Row]]]:
        found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: {sheet.name: [] for sheet in sheets()})
        for name, rows in self.sheets.items():
            for row in rows:
                found[row["local_id"]][name].append(row)
        return found

    def add(self, kind: str, *, sheet: str, place: int, name: str, code: str | None, severity: str | None) -> None:
        """`place` counts the rows of data from 0."""
        self.faults.append(
            Fault(
                file=self.file,
                kind=kind,
                sheet=sheet,
                row=FIRST_ROW + place,
                column=letters(sheet, name=name),
                name=name,
                code=code,
                severity=severity if code else None,
            )
        )

    def free_row(self, sheet: str) -> int:
        """The first row of a patient not spoiled yet, who is from now on."""
        rows = self.sheets[sheet]
        place = next(place for place, row in enumerate(rows) if row["local_id"] not in self.spoiled)
        self.spoiled.add(rows[place]["local_id"])
        return place


def letters(sheet: str, *, name: str) -> str:
    names = [column.name for column in next(known for known in sheets() if known.name == sheet).columns]
    return column_letters(names.index(name) + 1)


def _append(spoiling: Spoiling, *, kind: str, sheet: str, row: Row, name: str, rule: Rule | str) -> None:
    """It is an error, where nothing else is said."""
    code, severity = rule if isinstance(rule, tuple) else (rule, ERROR)
    spoiling.sheets[sheet].append(row)
    place = len(spoiling.sheets[sheet]) - 1
    spoiling.add(kind, sheet=sheet, place=place, name=name, code=code, severity=severity)


def _repeat(spoiling: Spoiling) -> None:
    row = spoiling.sheets[FOLLOW_UP][spoiling.free_row(FOLLOW_UP)]
    _append(spoiling, kind="a duplicate row", sheet=FOLLOW_UP, row=row, name="local_id", rule="V-B03")


def _second_session(spoiling: Spoiling) -> None:
    """Not of the first day: all others are counted from it."""
    rows = spoiling.sheets[TRANSARTERIAL]
    row = next(
        row
        for before, row in pairwise(rows)
        if before["local_id"] == row["local_id"] not in spoiling.spoiled and before["start_date"] < row["start_date"]
    )
    spoiling.spoiled.add(row["local_id"])
    again = {**row, "technical_success": "0"}
    kind = "two sessions of the same type on one day"
    _append(spoiling, kind=kind, sheet=TRANSARTERIAL, row=again, name="local_id", rule="V-B03")


def _entered_twice(spoiling: Spoiling) -> None:
    """The day was misread the second time. Of a scan told in one row, after which nothing was measured."""
    rows = spoiling.sheets[IMAGING]
    last = {row["local_id"]: row for row in rows}
    scan = next(
        row
        for before, row in pairwise(rows)
        if row["local_id"] not in spoiling.spoiled
        and row is last[row["local_id"]]
        and row["imaging_role"] == "FU"
        and before["imaging_date"] != row["imaging_date"]
        and row["imaging_modality"] != "CEUS"
    )
    spoiling.spoiled.add(scan["local_id"])
    again = {**scan, "imaging_date": scan["imaging_date"] + timedelta(days=2)}
    kind = "a scan entered twice"
    _append(spoiling, kind=kind, sheet=IMAGING, row=again, name="imaging_date", rule=query("V-L13"))


def _third_target(spoiling: Spoiling) -> None:
    rows = spoiling.sheets[IMAGING]
    scan = next(row for row in rows if row.get("lesion_no") == 2 and row["local_id"] not in spoiling.spoiled)
    spoiling.spoiled.add(scan["local_id"])
    third = {**scan, "lesion_no": 3}
    _append(spoiling, kind="three targets in one organ", sheet=IMAGING, row=third, name="is_target", rule="V-R09")


def _orphan(spoiling: Spoiling) -> None:
    row = {**spoiling.sheets[FOLLOW_UP][spoiling.free_row(FOLLOW_UP)], "local_id": UNKNOWN_PATIENT}
    _append(spoiling, kind="a row without a patient", sheet=FOLLOW_UP, row=row, name="local_id", rule="V-B02")


def _lost_assessment(spoiling: Spoiling) -> None:
    row = spoiling.sheets[LABORATORY][spoiling.free_row(LABORATORY)]
    moved = {**row, "assessment_date": row["assessment_date"] + timedelta(days=1)}
    kind = "values without an assessment"
    _append(spoiling, kind=kind, sheet=LABORATORY, row=moved, name="assessment_date", rule="V-B02")


def _conflict(spoiling: Spoiling) -> None:
    row = spoiling.sheets[ASSESSMENT][spoiling.free_row(ASSESSMENT)]
    other = {**row, "diameter_basis": "VIABLE" if row["diameter_basis"] == "WHOLE" else "WHOLE", "ascites_grade": "2"}
    kind = "two conflicting rows for one assessment"
    _append(spoiling, kind=kind, sheet=ASSESSMENT, row=other, name="ascites_grade", rule="S-CONFLICT")


def _shared_number(spoiling: Spoiling) -> None:
    rows = spoiling.sheets[PATIENT]
    places = [spoiling.free_row(PATIENT) for _ in range(2)]
    for place in places:
        rows[place] = {**rows[place], "hospital_no": "ZY0000001"}
    spoiling.add(
        "one hospital number for two patients",
        sheet=PATIENT,
        place=places[1],
        name="hospital_no",
        code="C-HOSPITAL-NO",
        severity=ERROR,
    )


PLANTS = (_repeat, _second_session, _entered_twice, _third_target, _orphan, _lost_assessment, _conflict, _shared_number)
