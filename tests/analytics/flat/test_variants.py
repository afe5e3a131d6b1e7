from pathlib import Path

import pytest

from analytics.engine.comparison import compare
from tests.analytics.tables import make_frame, make_protocol, make_rows, with_cells

ARMS = {"focal": {"value": ["R", "r"], "label": "Resection"}, "reference": {"value": "A", "label": "Ablation"}}


@pytest.mark.parametrize(
    ("cells", "changes", "told"),
    [
        ({(0, "arm"): "a", (1, "arm"): " A"}, {}, ["Column arm", "A, a"]),
        ({(0, "bclc"): "b"}, {"covariates": [{"name": "bclc", "type": "categorical"}], "cox": None}, ["Column bclc", "B, b"]),
        ({(0, "bclc"): "b"}, {"covariates": [{"name": "stage", "variable": "bclc", "type": "categorical"}], "cox": None}, ["Column bclc", "B, b"]),
        ({(0, "arm"): "r", (1, "arm"): "R"}, {"arms": ARMS}, None),
        ({(0, "center"): "c01"}, {}, None),
    ],
)  # fmt: skip
def test_values_that_differ_in_capitals_alone_are_told_unless_the_protocol_lists_them(
    cells: dict[tuple[int, str], object], changes: dict[str, object], told: list[str] | None, tmp_path: Path
) -> None:
    protocol = make_protocol(**changes)
    frame = make_frame(tmp_path, protocol=protocol, rows=with_cells(make_rows(), cells))
    found = [notice for notice in compare(frame, protocol=protocol).warnings if notice.code == "spellings"]
    assert len(found) == (told is not None)
    for notice in found:
        assert all(part in notice.message.en for part in told or ())
