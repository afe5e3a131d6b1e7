"""The lines of a comparison for the terminal."""

from pathlib import Path

import numpy as np

from analytics.engine.comparison import compare
from analytics.report.terminal import summary_lines
from tests.analytics.tables import make_content, make_frame, make_protocol, make_rows


def lines(tmp_path: Path, **changed: object) -> list[str]:
    rows = make_rows(size=300)
    rows["arm"] = np.where(np.arange(300) % 3 == 0, "C", rows["arm"])
    protocol = make_protocol(**changed)
    frame = make_frame(tmp_path, protocol=protocol, rows=rows)
    return list(summary_lines(compare(frame, protocol=protocol)))


def test_each_further_contrast_has_its_own_lines(tmp_path: Path) -> None:
    arms = make_content()["arms"] | {"others": [{"value": "C", "label": "TACE"}], "contrasts": [["R", "C"], ["A", "C"]]}
    found = lines(tmp_path, arms=arms)
    assert [line for line in found if line.startswith("Contrast: ")] == [
        "Contrast: Resection vs TACE",
        "Contrast: Ablation vs TACE",
    ]
    assert sum(line.startswith("OS matched") for line in found) == 3
    assert "In another arm, in none, or unknown: -100, 200 (Resection" in "\n".join(found)
    assert not any(line.startswith("Arm unknown") for line in found)
