"""Adverse events of the synthetic patients: common terms of CTCAE v5.0 a few days after a treatment."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from importers.demo.people import Random

# Chance of an event after one treatment, and its terms with the highest grade drawn
RISKS: Mapping[str, tuple[float, tuple[tuple[str, int], ...]]] = MappingProxyType(
    {
        "tace": (
            0.30,
            (
                ("Fever", 2),
                ("Abdominal pain", 3),
                ("Nausea", 2),
                ("Vomiting", 2),
                ("Alanine aminotransferase increased", 4),
                ("Aspartate aminotransferase increased", 4),
                ("Fatigue", 2),
            ),
        ),
        "resection": (0.25, (("Pleural effusion", 3), ("Ascites", 2), ("Wound infection", 2), ("Abdominal pain", 2))),
        "ablation": (0.15, (("Fever", 2), ("Hepatic pain", 2), ("Pleural effusion", 2), ("Abdominal pain", 2))),
    }
)


def adverse_event_rows(treated: Sequence[tuple[date, str]], *, last: date, random: Random) -> Iterator[dict[str, Any]]:
    """At most one event per treatment, not later than the last contact; some are still open."""
    for day, treatment in treated:
        risk, terms = RISKS[treatment]
        term, worst = terms[int(random.integers(len(terms)))]
        onset = day + timedelta(days=int(random.integers(1, 6)))
        resolution = onset + timedelta(days=int(random.integers(1, 15)))
        grade, is_open = 1 + int(random.integers(worst)), random.random() < 0.1
        if random.random() < risk and onset <= last:
            yield {
                "ae_term": term,
                "ctcae_version": "5.0",
                "ae_grade": str(grade),
                "ae_onset_date": onset,
                "ae_resolution_date": None if is_open or resolution > last else resolution,
            }
