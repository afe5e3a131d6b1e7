"""Checks of a scan: its date, and the response called against what the scan shows."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.choices import NewLesion
from registry.clinical.response.criteria import MOST_NODES_MM, NEW_LESION
from registry.rules.check import Check, Row, Severity, is_missing

ENTITY = "imagingassessment"
EARLIEST = timedelta(days=90)  # before the diagnosis
DAY = date(2021, 6, 1)
NOT_PROGRESSIVE = frozenset({"CR", "PR", "SD", "NN"})
RESPONSES = {"response_mrecist": "mRECIST", "response_recist11": "RECIST 1.1"}


def _viable_mm(row: Row) -> float:
    return max(row.get("sum_viable_mm") or 0.0, row.get("max_viable_diameter_mm") or 0.0)


def has_tumor_left(row: Row) -> bool:
    """With nothing viable in the liver, a sum below two nodes of 10 mm may be of normal nodes, which stay in it (RECIST 1.1)."""
    may_be_nodes = row.get("max_viable_diameter_mm") == 0 and _viable_mm(row) < MOST_NODES_MM
    return _viable_mm(row) > 0 and not may_be_nodes


def _progressive() -> Iterator[Check]:
    """A new lesion, or other lesions that progress, are a progression by either criteria whatever the targets do."""
    for name, criteria in RESPONSES.items():
        yield _contradicted_by_new_lesion(name, criteria=criteria)
        yield _contradicted_by_non_target(name, criteria=criteria)


def _contradicted_by_new_lesion(name: str, *, criteria: str) -> Check:
    return Check(
        code="V-R04",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=(name,),
        needs=(name, "new_lesion"),
        message=_(
            "{criteria} {response} is inconsistent with a new lesion ({lesion}), which "
            "means progression. Correct one of them."
        ),
        fires=lambda row: row["new_lesion"] in NEW_LESION and row[name] in NOT_PROGRESSIVE,
        details=lambda row: {
            "criteria": criteria,
            "response": row[name],
            "lesion": NewLesion(row["new_lesion"]).label,
        },
        passing={"new_lesion": "INTRA", name: "PD"},
        failing={"new_lesion": "INTRA", name: "SD"},
    )


def _contradicted_by_non_target(name: str, *, criteria: str) -> Check:
    return Check(
        code="V-R03",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=(name,),
        needs=(name, "non_target_response"),
        message=_("{criteria} {response} was entered, but progression of non-target lesions means PD."),
        fires=lambda row: row["non_target_response"] == "PD" and row[name] in NOT_PROGRESSIVE,
        details=lambda row: {"criteria": criteria, "response": row[name]},
        passing={"non_target_response": "PD", name: "PD"},
        failing={"non_target_response": "PD", name: "PR"},
    )


CHECKS = (
    Check(
        code="V-U01",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("imaging_date",),
        needs=("imaging_date", "diagnosis_date"),
        message=_(
            "The imaging on {imaging_date} is more than 90 days before the diagnosis on "
            "{diagnosis_date}. Correct one of the dates."
        ),
        fires=lambda row: row["imaging_date"] < row["diagnosis_date"] - EARLIEST,
        passing={"imaging_date": DAY - EARLIEST, "diagnosis_date": DAY},
        failing={"imaging_date": DAY - timedelta(days=91), "diagnosis_date": DAY},
    ),
    Check(
        code="V-U01",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("imaging_date",),
        needs=("imaging_date", "death_date"),
        message=_("The imaging on {imaging_date} is after the death on {death_date}. Correct one of the dates."),
        fires=lambda row: row["imaging_date"] > row["death_date"],
        passing={"imaging_date": DAY, "death_date": DAY},
        failing={"imaging_date": DAY + timedelta(days=1), "death_date": DAY},
    ),
    Check(
        code="V-R01",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("response_mrecist",),
        message=_("Complete response is inconsistent with a viable diameter of {viable_mm} mm. Correct one of them."),
        fires=lambda row: row["response_mrecist"] == "CR" and has_tumor_left(row),
        details=lambda row: {"viable_mm": _viable_mm(row)},
        passing={"response_mrecist": "CR", "sum_viable_mm": 0.0},
        failing={"response_mrecist": "CR", "sum_viable_mm": 12.0},
    ),
    *_progressive(),
    Check(
        code="V-R16",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("reader_1_response", "reader_2_response"),
        reads=("adjudicated_response",),
        message=_(
            "The two readers disagree ({reader_1_response} and {reader_2_response}), and "
            "there is no adjudicated response. Adjudicate the response."
        ),
        fires=lambda row: (
            row["reader_1_response"] != row["reader_2_response"] and is_missing(row, name="adjudicated_response")
        ),
        passing={"reader_1_response": "PR", "reader_2_response": "SD", "adjudicated_response": "PR"},
        failing={"reader_1_response": "PR", "reader_2_response": "SD"},
    ),
)
