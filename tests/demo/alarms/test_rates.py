"""What the checks ask of patients in whom nothing is wrong: little, and never so that a row is held back."""

from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from demo.alarms import rates as measuring
from demo.alarms.gaps import REASONS, UNRECORDED, with_gaps
from demo.alarms.rates import Measured, measure, write
from demo.centers import make_centers
from demo.sheet_names import FOLLOW_UP, TRANSARTERIAL
from registry.rules import Severity, listing
from registry.rules.listing import alarm_rates, as_markdown

MOST_QUERIES = 2.0  # of a patient


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(centers=1, patients=250)


def queries_per_patient(found: Counter[tuple[str, str]], *, patients: int) -> float:
    return sum(count for (_, severity), count in found.items() if severity == Severity.QUERY) / patients


def errors(found: Counter[tuple[str, str]]) -> list[str]:
    return [code for code, severity in found if severity == Severity.ERROR]


def test_no_row_of_a_patient_in_whom_nothing_is_wrong_is_held_back(measured: Measured) -> None:
    assert errors(measured.complete) == []
    assert errors(measured.with_gaps) == []


def test_a_patient_is_asked_about_less_than_twice(measured: Measured) -> None:
    assert 0 < queries_per_patient(measured.complete, patients=measured.patients) <= MOST_QUERIES
    assert 0 < queries_per_patient(measured.with_gaps, patients=measured.patients) <= MOST_QUERIES


def test_the_rates_in_the_docs_keep_the_limit_too() -> None:
    rates = [rate for rate in alarm_rates() if rate.severity == Severity.QUERY]
    assert sum(rate.complete for rate in rates) <= 1000 * MOST_QUERIES
    assert sum(rate.with_gaps for rate in rates) <= 1000 * MOST_QUERIES
    assert [
        rate.code for rate in alarm_rates() if rate.severity == Severity.ERROR and (rate.complete or rate.with_gaps)
    ] == []
    assert "## How often they fire" in as_markdown()


def is_recorded(value: object) -> bool:
    return value not in (None, *REASONS)


def test_gaps_are_where_they_are_said_to_be_and_change_nobody() -> None:
    (center,) = make_centers(centers=1, patients=250)
    thinned = with_gaps(center)
    assert thinned == with_gaps(center)
    assert {row["local_id"] for row in thinned.sheets[FOLLOW_UP]} <= {
        row["local_id"] for row in center.sheets[FOLLOW_UP]
    }
    for sheet, names in UNRECORDED.items():
        for name in names:
            known = [
                sum(is_recorded(row.get(name)) for row in rows)
                for rows in (center.sheets[sheet], thinned.sheets[sheet])
            ]
            assert known[0] > known[1]
    assert len(thinned.sheets[TRANSARTERIAL]) == len(center.sheets[TRANSARTERIAL])


def test_what_is_measured_anew_leaves_what_was_measured_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "rates.csv"
    kept.write_text(
        "code,severity,complete_before,complete,with_gaps_before,with_gaps\nV-T03,ERROR,0.0,1.0,562.5,1.0\n",
        encoding="utf-8",
    )
    for module in (measuring, listing):
        monkeypatch.setattr(module, "ALARM_RATES", kept)
    found = Counter({("V-T03", "QUERY"): 3})
    write(Measured(patients=2000, complete=Counter(), with_gaps=found))
    rows = {(rate.code, rate.severity): rate for rate in alarm_rates()}
    assert rows["V-T03", "ERROR"].with_gaps_before == 562.5
    assert (rows["V-T03", "ERROR"].complete, rows["V-T03", "ERROR"].with_gaps) == (0, 0)
    assert (rows["V-T03", "QUERY"].with_gaps_before, rows["V-T03", "QUERY"].with_gaps) == (0, 1.5)
    call_command("alarm_rates", centers=1, patients=20)
    assert "findings in complete records" in capsys.readouterr().out
