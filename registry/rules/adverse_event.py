"""Checks of an adverse event against CTCAE and against the patient's death."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.clinical import ctcae
from registry.clinical.codes import grade
from registry.rules.base import Check, Row, Severity, is_known

ENTITY = "adverseevent"
DEATH_MATCHES = timedelta(days=7)
DAY = date(2021, 6, 1)


def _is_of_known_version(row: Row) -> bool:
    """Term lists of other versions are not kept, so their terms and grades cannot be checked."""
    return row["ctcae_version"] == ctcae.VERSION


def _suggested(row: Row) -> dict[str, object]:
    return {"suggestions": " · ".join(ctcae.suggestions(row["ae_term"])) or "–"}


CHECKS = (
    Check(
        code="V-D26",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ae_onset_date", "ae_resolution_date"),
        message=_("The event resolves on {ae_resolution_date}, before its onset on {ae_onset_date}. Correct one."),
        fires=lambda row: row["ae_resolution_date"] < row["ae_onset_date"],
        passing={"ae_onset_date": DAY, "ae_resolution_date": DAY},
        failing={"ae_onset_date": DAY, "ae_resolution_date": DAY - timedelta(days=1)},
    ),
    Check(
        code="V-E01",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ae_term",),
        needs=("ae_term", "ctcae_version"),
        message=_('"{ae_term}" is not a CTCAE {ctcae_version} term of this registry. Nearest: {suggestions}'),
        fires=lambda row: _is_of_known_version(row) and ctcae.lookup(row["ae_term"]) is None,
        details=_suggested,
        passing={"ae_term": "nausea", "ctcae_version": "5.0"},
        failing={"ae_term": "Nausae", "ctcae_version": "5.0"},
    ),
    Check(
        code="V-E02",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ae_grade",),
        message=_("Grade 5 is a death, but no death is recorded. Record it in the follow-up or correct the grade."),
        fires=lambda row: row["ae_grade"] == "5" and not is_known(row.get("death_date")),
        passing={"ae_grade": "5", "death_date": DAY},
        failing={"ae_grade": "5", "death_date": None},
    ),
    Check(
        code="V-E02",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ae_grade", "ae_resolution_date"),
        needs=("ae_grade", "ae_resolution_date", "death_date"),
        message=_("Grade 5 ends on {ae_resolution_date}, over 7 days from the death on {death_date}. Correct one."),
        fires=lambda row: row["ae_grade"] == "5" and abs(row["ae_resolution_date"] - row["death_date"]) > DEATH_MATCHES,
        passing={"ae_grade": "5", "ae_resolution_date": DAY, "death_date": DAY + DEATH_MATCHES},
        failing={"ae_grade": "5", "ae_resolution_date": DAY, "death_date": DAY + timedelta(days=8)},
    ),
    Check(
        code="V-E07",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ae_term", "ae_grade"),
        needs=("ae_term", "ae_grade", "ctcae_version"),
        message=_("{ae_term} has no grade {ae_grade} in CTCAE {ctcae_version}. Correct term or grade."),
        fires=lambda row: (
            _is_of_known_version(row) and ctcae.grade_defined(row["ae_term"], grade=grade(row["ae_grade"])) is False
        ),
        passing={"ae_term": "Nausea", "ae_grade": "3", "ctcae_version": "5.0"},
        failing={"ae_term": "Nausea", "ae_grade": "4", "ctcae_version": "5.0"},
    ),
    Check(
        code="V-E10",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ctcae_version",),
        needs=("ae_term",),
        message=_("The CTCAE version is missing. Give the version by which the event was graded."),
        fires=lambda row: not is_known(row.get("ctcae_version")),
        passing={"ae_term": "Nausea", "ctcae_version": "5.0"},
        failing={"ae_term": "Nausea", "ctcae_version": None},
    ),
)
