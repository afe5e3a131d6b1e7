"""The synthetic centers as upload workbooks, and a manifest that tells the truth behind them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from demo.centers import SEED, CenterRows, make_centers
from demo.cohort import haic_patients
from demo.cohort.core import Scenario
from demo.cohort.margins import ARMS, CUTOFF
from demo.cohort.outcomes import EFFECTS
from demo.cohort.screening import SCREENED
from demo.cohort.study_groups import GROUPS
from demo.cohort.study_plans import IN_STUDY_GROUPS
from demo.cohort.truth import read_truths
from demo.sheet_names import ASSESSMENT, FOLLOW_UP, IMAGING
from demo.sheet_rows import about, pages, write_pages

MANIFEST = "manifest.json"
HAIC_TRUTH_FILE = Path(__file__).with_name("haic_truth.json")


def write_workbooks(folder: Path, *, centers: int = 12, patients: int = SCREENED, seed: int = SEED) -> tuple[Path, ...]:
    """One workbook per center and manifest.json, in a folder made where it is missing. Files of the same name are replaced.

    `patients` are those screened for the first two studies; patients of the study groups come in proportion beside them.
    """
    others = round(IN_STUDY_GROUPS * patients / SCREENED)
    made = make_centers(centers=centers, patients=patients, others=others, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(
        write_pages(folder / f"{center.code}.xlsx", facts=about(center.code), content=pages(center.sheets))
        for center in made
    )
    manifest = {"seed": seed, **_truth(made), "files": [path.name for path in paths]}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return paths


def _truth(centers: Sequence[CenterRows]) -> dict[str, Any]:
    total: Counter[str] = sum((Counter(center.patients) for center in centers), Counter())
    groups = [group.name for group in GROUPS]
    arms = (*ARMS, *haic_patients.ARMS, *groups)
    return {
        "cutoff_date": CUTOFF.isoformat(),
        "studies": {
            "an-2025": {
                "expected_arms": {arm: total[arm] for arm in ARMS},
                "hazard_ratios": _hazard_ratios(),
                "log_hazard_ratios": EFFECTS,
            },
            "cao-2024": {
                "expected_arms": {arm: total[arm] for arm in haic_patients.ARMS},
                "hazard_ratios": json.loads(HAIC_TRUTH_FILE.read_text(encoding="utf-8")),
                "log_hazard_ratios": haic_patients.EFFECTS,
            },
        },
        "study_groups": {
            group.name: {
                "patients": total[group.name],
                "median_months": {
                    "OS": group.survival,
                    "PFS": group.free,
                },  # the hazard is flat after the first response
                "responders": group.responds,
            }
            for group in GROUPS
        },
        "pseudoprogressions": sum(_is_pseudoprogression(row) for center in centers for row in center.sheets[IMAGING]),
        "progressed_elsewhere": sum(map(_progressed_elsewhere, centers)),
        "screen_failures": {reason: count for reason, count in sorted(total.items()) if reason not in arms},
        "patients": total.total(),
        "centers": {center.code: sum(center.patients.values()) for center in centers},
    }


def _is_pseudoprogression(scan: Mapping[str, Any]) -> bool:
    """Targets that are smaller again after iUPD."""
    return scan.get("response_irecist") == "iPR"


def _progressed_elsewhere(center: CenterRows) -> int:
    """Patients whose first progression was before their first visit here."""
    first = {row["local_id"]: row["assessment_date"] for row in reversed(center.sheets[ASSESSMENT])}
    told = [row for row in center.sheets[FOLLOW_UP] if row.get("progression_date")]
    return len({row["local_id"] for row in told if row["progression_date"] < first[row["local_id"]]})


def _hazard_ratios() -> dict[str, Any]:
    """The marginal ones belong to cohorts of the published size, whatever the number of patients written."""
    truths, scenario = read_truths(), Scenario()
    return {
        "of": truths.of,
        "n_resection": scenario.n_focal,
        "n_ablation": scenario.n_reference,
        "design": dict(truths.design),
        "seeds": truths.seeds,
        **{endpoint: asdict(truth) for endpoint, truth in truths.scenario(scenario).items()},
    }
