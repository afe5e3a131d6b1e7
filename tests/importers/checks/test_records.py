"""Hundreds of thousands of records as numbers: what is chosen of them is what was put in."""

from types import SimpleNamespace

from importers.checks.records import Form, Record, Records


def form(entity: str, *, lines: int = 4) -> Form:
    table = SimpleNamespace(rows=tuple(range(2, 2 + lines)))
    values = {"value": [f"{entity} {line}" for line in range(lines)]}
    return Form(entity=entity, table=table, values=values, key=(values["value"],), columns={})


PATIENT, ALBUMIN, BILIRUBIN = form("patient"), form("labresult"), form("labresult")


def records() -> Records:
    found = Records([Record(PATIENT, (0,)), Record(PATIENT, (1, 3)), Record(PATIENT, (2,))])
    found.add_side_by_side([ALBUMIN, BILIRUBIN], said=[[True, True, False, False], [True, False, True, False]])
    return found


def test_results_side_by_side_come_line_by_line():
    assert list(records())[3:] == [
        Record(ALBUMIN, (0,)),
        Record(BILIRUBIN, (0,)),
        Record(ALBUMIN, (1,)),
        Record(BILIRUBIN, (2,)),
    ]


def test_parted_by_entity_nothing_is_lost_and_the_order_stays():
    parts = records().by_entity()
    assert list(parts) == ["patient", "labresult"]
    assert [record for part in parts.values() for record in part] == list(records())
    assert parts["labresult"].forms == [ALBUMIN, BILIRUBIN]


def test_the_wanted_ones_keep_their_lines_and_may_stand_on_fewer():
    patients = records().by_entity()["patient"]
    assert list(patients.where([False, True, True])) == [Record(PATIENT, (1, 3)), Record(PATIENT, (2,))]
    assert list(patients.where([False, True, True], instead={1: (3,)})) == [
        Record(PATIENT, (3,)),
        Record(PATIENT, (2,)),
    ]
    assert not len(patients.where([False] * 3))


def test_the_lines_of_a_kind_are_told_by_form():
    assert list(records().lines_of("labresult")) == [(ALBUMIN, [0, 1]), (BILIRUBIN, [0, 2])]
