"""Checks of the index: the first treatment of the tumor, from which all times are counted."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from registry.clinical.timeline import Timeline
from registry.rules.check import Severity
from registry.rules.facts import facts_of_patient, treatment_starts
from registry.rules.patient_check import Hit, PatientCheck

DAY = date(2021, 6, 1)


def _not_one_index(timeline: Timeline) -> Iterator[Hit]:
    """The index is derived as the earliest treatment, so it lacks only where no treatment has a date."""
    treatments = [record for entity in treatment_starts() for record in timeline.rows(entity)]
    flagged = [record for record in treatments if record.get("is_index") == "1"]
    has_one = len(flagged) == 1 if flagged else "index_date" in facts_of_patient(timeline.records)
    for patient in timeline.rows("patient") if treatments and not has_one else ():
        yield Hit(records=(patient, *(flagged or treatments)), values={"count": len(flagged)})


PATIENT_CHECKS = (
    PatientCheck(
        code="V-D13",
        severity=Severity.ERROR,
        entity="patient",
        fields=("prior_hcc_treatment",),
        message=_("{count} treatments qualify as the first treatment; there must be exactly one. Correct their dates."),
        hits=_not_one_index,
        passing={"patient": [{"diagnosis_date": DAY}], "resection": [{"start_date": DAY}]},
        failing={"patient": [{"diagnosis_date": DAY}], "resection": [{"start_date": None}]},
    ),
)
