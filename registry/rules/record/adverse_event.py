"""Checks of an adverse event against CTCAE and against the patient's death."""

from datetime import date, timedelta

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from registry.clinical.adverse_events import ctcae
from registry.clinical.adverse_events.synonyms import term_for
from registry.clinical.adverse_events.term_search import nearest_terms, shipped_index
from registry.clinical.codes import grade
from registry.ctcae.names import may_mean_several
from registry.ctcae.terms import is_loaded
from registry.languages import is_chinese
from registry.rules.check import Check, Row, Severity, is_known, is_missing, with_reason_for

ENTITY = "adverseevent"
DEATH_MATCHES = timedelta(days=7)
DAY = date(2021, 6, 1)
SIR_MINOR, SIR_MAJOR = frozenset("AB"), frozenset("CDEF")
IN_WORDS = ("ae_other_specify", "ae_term_verbatim")
OF_WOMEN = (
    "pregnan",
    "uterine",
    "uterus",
    "ovarian",
    "ovulation",
    "vagin",
    "menstru",
    "menopaus",
    "fallopian",
    "lactation",
)
OF_MEN = ("prostat", "testic", "scrotal", "erectile", "ejaculation", "penile", "azoospermia")
OF_THE_OTHER_SEX = {"M": OF_WOMEN, "F": OF_MEN}
UNSPECIFIC = " - other, specify"


def _is_of_known_version(row: Row) -> bool:
    """Term lists of other versions are not kept, so their terms and grades cannot be checked."""
    return row["ctcae_version"] == ctcae.VERSION


def _is_unspecific(term: str) -> bool:
    return " ".join(term.casefold().split()).endswith(UNSPECIFIC)


def _contradicts_sex(row: Row) -> bool:
    words = OF_THE_OTHER_SEX.get(row["sex"], ())
    return any(word in row["ae_term"].casefold() for word in words)


def _suggested(row: Row) -> dict[str, object]:
    return {"suggestions": lazy(_in_words, str)(row["ae_term"])}


def _in_words(term: str) -> str:
    """Real terms as the reader calls them, and of a word that may mean several what decides between them."""
    near = nearest_terms(term, among=shipped_index())
    names = " · ".join(ctcae.term_in_chinese(name) or name for name in near) if is_chinese() else " · ".join(near)
    word = term_for(term)
    note = (word.note.zh if is_chinese() else word.note.en) if word is not None else ""
    return " – ".join(filter(None, (names or "–", note)))


def _is_unknown(row: Row) -> bool:
    """A word that may mean several terms is none of any version."""
    term = row["ae_term"]
    if not _is_of_known_version(row) and not may_mean_several(term):
        return False
    return ctcae.lookup(term) is None and not is_loaded(term, version=row["ctcae_version"])


CHECKS = (
    Check(
        code="V-D26",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ae_onset_date", "ae_resolution_date"),
        message=_(
            "The adverse event's resolution date {ae_resolution_date} is before its onset "
            "date {ae_onset_date}. Correct one of the dates."
        ),
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
        message=_('"{ae_term}" is not a CTCAE {ctcae_version} term in this registry. Closest matches: {suggestions}'),
        fires=_is_unknown,
        details=_suggested,
        passing={"ae_term": "nausea", "ctcae_version": "5.0"},
        failing={"ae_term": "Nausae", "ctcae_version": "5.0"},
    ),
    Check(
        code="V-E02",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ae_grade",),
        reads=with_reason_for("death_date"),
        message=_("Grade 5 is a death, but no death is recorded. Record it in the follow-up or correct the grade."),
        fires=lambda row: row["ae_grade"] == "5" and is_missing(row, name="death_date"),
        passing={"ae_grade": "5", "death_date": DAY},
        failing={"ae_grade": "5", "death_date": None},
    ),
    Check(
        code="V-E02",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ae_grade", "ae_resolution_date"),
        needs=("ae_grade", "ae_resolution_date", "death_date"),
        message=_(
            "The grade 5 event ends on {ae_resolution_date}, more than 7 days from the "
            "death on {death_date}. Correct one of the dates."
        ),
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
        message=_("{ae_term} has no grade {ae_grade} in CTCAE {ctcae_version}. Correct the term or the grade."),
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
        message=_("The CTCAE version is missing. Enter the version used to grade the event."),
        fires=lambda row: not is_known(row.get("ctcae_version")),
        passing={"ae_term": "Nausea", "ctcae_version": "5.0"},
        failing={"ae_term": "Nausea", "ctcae_version": None},
    ),
    Check(
        code="V-E03",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("outcome", "ae_grade"),
        message=_("The outcome is fatal, but the grade is {ae_grade}. A fatal event is grade 5. Correct one of them."),
        fires=lambda row: row["outcome"] == "FATAL" and row["ae_grade"] != "5",
        passing={"outcome": "FATAL", "ae_grade": "5"},
        failing={"outcome": "FATAL", "ae_grade": "4"},
    ),
    Check(
        code="V-E03",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("outcome", "ae_grade"),
        message=_("Grade 5 is a death, but the outcome is not fatal. Correct one of them."),
        fires=lambda row: row["ae_grade"] == "5" and row["outcome"] not in {"FATAL", "UNK"},
        passing={"outcome": "UNK", "ae_grade": "5"},
        failing={"outcome": "REC", "ae_grade": "5"},
    ),
    Check(
        code="V-E04",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ae_term",),
        reads=IN_WORDS,
        message=_('"{ae_term}" requires a description of the event. Specify the event.'),
        fires=lambda row: _is_unspecific(row["ae_term"]) and not any(is_known(row.get(name)) for name in IN_WORDS),
        passing={"ae_term": "Gastrointestinal disorders - Other, specify", "ae_other_specify": "Hiccups for a week"},
        failing={"ae_term": "Gastrointestinal disorders - Other, specify", "ae_other_specify": None},
    ),
    Check(
        code="V-E05",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("serious", "ae_grade"),
        message=_("A grade 5 event is always serious, but “Serious” is No. Correct one of them."),
        fires=lambda row: row["ae_grade"] == "5" and row["serious"] == "0",
        passing={"ae_grade": "5", "serious": "1"},
        failing={"ae_grade": "5", "serious": "0"},
    ),
    Check(
        code="V-E05",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("serious", "serious_criteria"),
        message=_(
            "The event is marked as not serious, but meets a seriousness criterion: "
            "{serious_criteria}. Correct one of them."
        ),
        fires=lambda row: row["serious"] == "0",
        passing={"serious": "1", "serious_criteria": ["HOSP"]},
        failing={"serious": "0", "serious_criteria": ["HOSP"]},
    ),
    Check(
        code="V-L04",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("serious", "hospitalized_days"),
        message=_(
            "The event kept the patient in hospital for {hospitalized_days} days, but is marked as not serious. An event "
            "that leads to hospitalization or prolongs it is serious. Check both."
        ),
        fires=lambda row: row["serious"] == "0" and row["hospitalized_days"] > 0,
        passing={"serious": "1", "hospitalized_days": 5},
        failing={"serious": "0", "hospitalized_days": 5},
        source="ICH E2A",
    ),
    Check(
        code="V-P07",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ae_term",),
        needs=("ae_term", "sex"),
        message=_("{ae_term} is inconsistent with the patient's sex. Correct one of them."),
        fires=_contradicts_sex,
        passing={"ae_term": "Vaginal hemorrhage", "sex": "F"},
        failing={"ae_term": "Vaginal hemorrhage", "sex": "M"},
    ),
    Check(
        code="V-E12",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("sir_class", "ae_grade"),
        message=_("SIR class {sir_class} and grade {ae_grade} are inconsistent. Check both."),
        fires=lambda row: (
            (row["sir_class"] in SIR_MAJOR and row["ae_grade"] == "1")
            or (row["sir_class"] in SIR_MINOR and (grade(row["ae_grade"]) or 0) >= 4)
        ),
        passing={"sir_class": "B", "ae_grade": "3"},
        failing={"sir_class": "B", "ae_grade": "4"},
    ),
    Check(
        code="V-E16",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("ae_resolution_date",),
        needs=("outcome",),
        message=_("The event has resolved, but the date is missing. Enter the resolution date."),
        fires=lambda row: row["outcome"] == "REC" and is_missing(row, name="ae_resolution_date"),
        passing={"outcome": "REC", "ae_resolution_date": DAY},
        failing={"outcome": "REC", "ae_resolution_date": None},
    ),
)
