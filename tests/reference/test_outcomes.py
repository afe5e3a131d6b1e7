import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.reference.outcome_data import DATA, SCRIPTS, distance, of_r, table
from tests.reference.outcomes import CASES, THEMES, sets_of

AGREED = 1e-6
BY_LIFELINES = 1e-5  # whose optimizer does not go further


def agreed(theme: str) -> float:
    return BY_LIFELINES if theme == "accelerated_failure" else AGREED


@pytest.mark.parametrize(("theme", "method", "name"), CASES)
def test_our_numbers_are_those_of_r(theme: str, method: str, name: str) -> None:
    assert distance(THEMES[theme][method](table(name)), of_r(theme)[method][name]) <= agreed(theme)


def test_every_number_r_was_asked_for_is_compared() -> None:
    asked = {(theme, method, name) for theme in THEMES for method, sets in of_r(theme).items() for name in sets}
    assert asked == set(CASES)


def test_numbers_that_differ_are_seen_to_differ() -> None:
    theirs = of_r("cox")["efron"]["lung"]
    wrong = [value + 2e-6 * abs(value) for value in theirs if value is not None]
    assert distance(wrong, theirs) > AGREED
    assert distance([None, *theirs[1:]], theirs) == float("inf")


@pytest.mark.reference
@pytest.mark.slow
@pytest.mark.parametrize("theme", THEMES)
def test_the_committed_numbers_are_those_r_makes_today(theme: str, tmp_path: Path) -> None:
    made = tmp_path / "numbers.json"
    _run_r(f"{theme}.R", str(DATA), str(made), needs="cmprsk" if theme == "competing_risks" else "survival")
    again = json.loads(made.read_text())
    assert again.keys() == of_r(theme).keys()
    for method, numbers in of_r(theme).items():
        for name in sets_of(theme):
            assert distance(again[method][name], numbers[name]) <= 1e-7, (method, name)


@pytest.mark.reference
@pytest.mark.slow
def test_the_committed_data_are_those_r_ships(tmp_path: Path) -> None:
    _run_r("data.R", str(tmp_path), needs="survival")
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted(path.name for path in DATA.iterdir())
    for name in written:
        ours, theirs = pd.read_csv(DATA / name), pd.read_csv(tmp_path / name)
        np.testing.assert_allclose(ours.to_numpy(float), theirs.to_numpy(float), rtol=1e-12)


def _run_r(script: str, *arguments: str, needs: str) -> None:
    ready = (
        shutil.which("Rscript")
        and not subprocess.run(
            ["Rscript", "-e", f'quit(status = !requireNamespace("{needs}", quietly = TRUE))'], check=False
        ).returncode
    )
    if not ready:
        if os.environ.get("CI"):
            pytest.fail(f"Rscript with {needs} is not installed, and under CI the numbers must be made again")
        pytest.skip(f"Rscript with {needs} is not installed: the committed numbers are taken as they are")
    subprocess.run(["Rscript", script, *arguments], check=True, capture_output=True, cwd=SCRIPTS)
