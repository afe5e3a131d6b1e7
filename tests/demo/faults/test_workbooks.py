"""Every planted fault is found by its rule at its cell, and nothing else is an error."""

import json
from pathlib import Path
from typing import Any

import pytest

from demo.cohort.margins import CUTOFF
from demo.faults.workbooks import MANIFEST, write_dirty_workbooks
from importers.checks.check import check_workbook
from importers.files.workbook import WorkbookRefused

READABLE, REFUSED = ("C01", "C02"), ("C03", "C04")
OF_A_DEATH = "V-D04"  # what comes after a death makes the death wrong as well, on its own row

Fault = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dirty")
    write_dirty_workbooks(folder)
    return folder


@pytest.fixture(scope="module")
def faults(folder: Path) -> list[Fault]:
    listed: list[Fault] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["faults"]
    return listed


@pytest.fixture(scope="module")
def findings(folder: Path) -> dict[str, list[Fault]]:
    reports = {name: check_workbook(folder / f"{name}.xlsx", center=name, today=CUTOFF) for name in READABLE}
    return {name: [finding.as_json() for finding in report.findings] for name, report in reports.items()}


def of_file(faults: list[Fault], name: str) -> list[Fault]:
    return [fault for fault in faults if fault["file"] == f"{name}.xlsx"]


def place(found: Fault) -> tuple[Any, ...]:
    return found["sheet"], found["row"], found["column"]


def rule(found: Fault) -> tuple[Any, ...]:
    return *place(found), found["code"], found["severity"]


# V-L11 is of a whole batch whose dates were guessed; V-L08 also warns of scans soon after a session, of which the cohort has some
OWN = {f"V-L{number:02d}" for number in range(1, 14)} - {"V-L11"}
# A panel lost by its date is the one of the day before as well
ELSEWHERE = {"V-L09": "values without an assessment"}


def test_there_are_many_kinds_of_fault(faults: list[Fault]) -> None:
    kinds = {fault["kind"] for fault in faults if fault["code"]}
    assert len(kinds) == len([fault for fault in faults if fault["code"]]) >= 156
    assert len({fault["code"] for fault in faults if fault["code"]}) >= 151


def test_every_check_of_the_registrys_own_finds_its_planted_fault_and_nothing_else(
    faults: list[Fault], findings: dict[str, list[Fault]]
) -> None:
    planted = {rule(fault): fault for fault in of_file(faults, "C01") if fault["code"] in OWN}
    assert {fault["code"] for fault in planted.values()} == OWN
    found = {rule(finding) for finding in findings["C01"] if finding["code"] in OWN and finding["severity"] == "query"}
    rows = {(fault["sheet"], fault["row"]): fault["kind"] for fault in of_file(faults, "C01")}
    others = {rows.get((sheet, row)) for sheet, row, _, code, _ in found - planted.keys() if code in ELSEWHERE}
    assert others <= set(ELSEWHERE.values())
    assert {each for each in found - planted.keys() if each[3] not in ELSEWHERE} == set()


@pytest.mark.parametrize("name", READABLE)
def test_every_planted_fault_is_found_by_its_rule_at_its_cell(
    name: str, faults: list[Fault], findings: dict[str, list[Fault]]
) -> None:
    found = {rule(finding) for finding in findings[name]}
    planted = [fault for fault in of_file(faults, name) if fault["code"]]
    assert len(planted) >= 8
    assert [fault for fault in planted if rule(fault) not in found] == []


@pytest.mark.parametrize("name", READABLE)
def test_what_is_odd_but_clear_is_accepted(name: str, faults: list[Fault], findings: dict[str, list[Fault]]) -> None:
    accepted = [fault for fault in of_file(faults, name) if fault["code"] is None]
    assert accepted
    told = {place(finding) for finding in findings[name]}
    assert [fault for fault in accepted if place(fault) in told] == []


@pytest.mark.parametrize("name", READABLE)
def test_no_other_row_has_an_error(name: str, faults: list[Fault], findings: dict[str, list[Fault]]) -> None:
    rows = {(fault["sheet"], fault["row"]) for fault in of_file(faults, name)}
    errors = [finding for finding in findings[name] if finding["severity"] == "error"]
    others = [error for error in errors if (error["sheet"], error["row"]) not in rows]
    assert {error["code"] for error in others} <= {OF_A_DEATH}
    assert len(others) <= 2


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_as_a_whole_is_refused(name: str, folder: Path, faults: list[Fault]) -> None:
    (fault,) = of_file(faults, name)
    with pytest.raises(WorkbookRefused) as refusal:
        check_workbook(folder / f"{name}.xlsx", center=name, today=CUTOFF)
    assert refusal.value.problem.code == fault["code"]


def test_the_same_seed_spoils_the_same_cells(folder: Path, tmp_path: Path) -> None:
    again = write_dirty_workbooks(tmp_path)
    assert [path.read_bytes() for path in again] == [(folder / path.name).read_bytes() for path in again]
    assert (tmp_path / MANIFEST).read_bytes() == (folder / MANIFEST).read_bytes()
