import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.reference.frames import DATA, HERE, numbers


def flat(content: Any, *, path: str = "") -> dict[str, float | None]:
    if isinstance(content, dict):
        return {
            key: value for name, part in content.items() for key, value in flat(part, path=f"{path}/{name}").items()
        }
    return {f"{path}/{place}": value for place, value in enumerate(content)}


@pytest.mark.reference
def test_the_committed_numbers_are_those_r_makes_today(tmp_path: Path) -> None:
    if shutil.which("Rscript") is None:
        if os.environ.get("CI"):
            pytest.fail("Rscript is not installed, and under CI the reference numbers must be made again")
        pytest.skip("Rscript is not installed: the committed numbers are taken as they are")
    made = tmp_path / "numbers.json"
    subprocess.run(["Rscript", str(HERE / "make_reference.R"), str(DATA), str(made)], check=True, capture_output=True)
    again, kept = flat(json.loads(made.read_text())), flat(numbers())
    assert again.keys() == kept.keys()
    for key, value in kept.items():
        assert again[key] == pytest.approx(value, rel=1e-7, abs=1e-10), key
