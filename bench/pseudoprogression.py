"""Whether the planted pseudoprogressions of the demo are found: python -m bench.pseudoprogression

Compares progression-free survival by mRECIST and by confirmed iRECIST in the patients of tace-ici, on the demo registry.

Patients of the arm TACE are later by iRECIST as well, 19 on the demo, none by a planted pseudoprogression. Their first
progression by either criterion is a new lesion (viable and whole diameters agree on every scan); the next scan shows a response,
so that by the rule of the next scan (Seymour 2017) it stays unconfirmed. It is as the groups embolized again without a drug
after TACE are drawn, with a further line in between; that a treatment came between is not asked.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import json  # noqa: E402 (after the settings)

import pandas as pd  # noqa: E402

from analytics.cohort.reader import active_centers, read_cohort  # noqa: E402
from analytics.protocol.library import protocol_text  # noqa: E402
from analytics.protocol.population import read_study_protocol  # noqa: E402
from demo.run import FOLDER  # noqa: E402

STUDY = "tace-ici"
LEAST_MONTHS = 0.5


def later_by_irecist(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows whose progression-free time is longer by iRECIST, and by how many months."""
    gained = frame["PFS_iRECIST_time"] - frame["PFS_time"]
    return frame.assign(gained_months=gained)[gained >= LEAST_MONTHS]


def main() -> None:
    planted = json.loads((FOLDER / "manifest.json").read_text())["pseudoprogressions"]
    frame = read_cohort(read_study_protocol(protocol_text(STUDY)), center_ids=active_centers()).frame.table
    found = later_by_irecist(frame)
    print(f"planted in the demo             {planted}")
    for arm, rows in frame.groupby("arm"):
        later = found[found["arm"] == arm]
        print(f"{arm}: {len(rows)} patients, later by iRECIST {len(later)}", end="")
        print("" if later.empty else f", median {later['gained_months'].median():.1f} months")


if __name__ == "__main__":
    main()
