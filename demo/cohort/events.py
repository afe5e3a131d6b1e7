"""Adverse events of the synthetic patients: common CTCAE terms some days after a treatment began."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from demo.cohort.patients import Random
from demo.cohort.timetable import Calendar, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Chance of an event after one treatment, its terms with the highest grade drawn, and what it is related to."""

    chance: float
    terms: tuple[tuple[str, int], ...]
    related: tuple[str, ...]
    is_procedure: bool = True
    days: tuple[int, int] = (1, 6)  # to its onset


RISKS: Mapping[str, Risk] = MappingProxyType(
    {
        "tace": Risk(
            chance=0.30,
            terms=(
                ("Fever", 2),
                ("Abdominal pain", 3),
                ("Nausea", 2),
                ("Vomiting", 2),
                ("Alanine aminotransferase increased", 4),
                ("Aspartate aminotransferase increased", 4),
                ("Fatigue", 2),
            ),
            related=("related_tat",),
        ),
        "resection": Risk(
            chance=0.25,
            terms=(("Pleural effusion", 3), ("Ascites", 2), ("Wound infection", 2), ("Abdominal pain", 2)),
            related=("related_sr",),
        ),
        "ablation": Risk(
            chance=0.15,
            terms=(("Fever", 2), ("Hepatic pain", 2), ("Pleural effusion", 2), ("Abdominal pain", 2)),
            related=("related_abl",),
        ),
        "haic": Risk(
            chance=0.35,
            terms=(
                ("Abdominal pain", 3),
                ("Nausea", 2),
                ("Vomiting", 3),
                ("Platelet count decreased", 4),
                ("Neutrophil count decreased", 4),
                ("Peripheral sensory neuropathy", 2),
                ("Aspartate aminotransferase increased", 3),
            ),
            related=("related_tat", "related_chemo"),
        ),
        "kinase inhibitor": Risk(
            chance=0.55,
            terms=(
                ("Hypertension", 3),
                ("Palmar-plantar erythrodysesthesia syndrome", 3),
                ("Proteinuria", 3),
                ("Diarrhea", 3),
                ("Anorexia", 2),
            ),
            related=("related_tki",),
            is_procedure=False,
            days=(10, 45),
        ),
        "anti-VEGF antibody": Risk(
            chance=0.40,
            terms=(("Hypertension", 3), ("Proteinuria", 3)),
            related=("related_vegf",),
            is_procedure=False,
            days=(10, 45),
        ),
        "checkpoint inhibitor": Risk(
            chance=0.35,
            terms=(("Hypothyroidism", 2), ("Rash maculo-papular", 3), ("Pneumonitis", 3), ("Fatigue", 2)),
            related=("related_ici",),
            is_procedure=False,
            days=(10, 60),
        ),
    }
)
SIR_CLASSES = {1: "A", 2: "B", 3: "C", 4: "D"}
CLAVIEN_DINDO = {1: "I", 2: "II", 3: "IIIa", 4: "IVa"}
SERIOUS_GRADE = 3


def adverse_event_rows(
    treated: Sequence[tuple[int, str]], *, calendar: Calendar, version: str, random: Random
) -> Iterator[Row]:
    """At most one event per treatment, not later than the last contact; some are still open, none comes twice at once."""
    open_until: dict[str, int] = {}
    for day, treatment in treated:
        risk = RISKS[treatment]
        term, worst = risk.terms[int(random.integers(len(risk.terms)))]
        onset = day + int(random.integers(*risk.days))
        resolution, grade = onset + int(random.integers(1, 15)), 1 + int(random.integers(worst))
        is_open = random.random() < 0.1 and grade < SERIOUS_GRADE  # nobody goes on to surgery with a severe one
        happens = random.random() < risk.chance and onset <= calendar.last_day
        if happens and onset > open_until.get(term, -1):
            ends = None if is_open or resolution > calendar.last_day else resolution
            open_until[term] = calendar.last_day if ends is None else ends
            yield _row(calendar, term=term, version=version, grade=grade, days=(onset, ends), treatment=treatment)


def _row(
    calendar: Calendar, *, term: str, version: str, grade: int, days: tuple[int, int | None], treatment: str
) -> Row:
    risk, (onset, ends) = RISKS[treatment], days
    return {
        "ae_term": term,
        "ctcae_version": version,
        "ae_grade": str(grade),
        "ae_onset_date": calendar.on(onset),
        "ae_resolution_date": None if ends is None else calendar.on(ends),
        "serious": "1" if grade >= SERIOUS_GRADE else "0",
        "outcome": "NOT" if ends is None else "REC",
        "sir_class": SIR_CLASSES[grade] if risk.is_procedure else None,
        "clavien_dindo": CLAVIEN_DINDO[grade] if treatment == "resection" else None,
        **dict.fromkeys(risk.related, "4" if grade % 2 else "3"),
    }
