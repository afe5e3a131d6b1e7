"""What follows from all records of one patient and belongs to the patient, not to one of the records."""

from datetime import date

from registry.clinical.staging.downstaging import Burden, successful_downstaging
from registry.clinical.timeline import Kind, Record, Timeline, tace_dates
from registry.derived.extent import extent_of
from registry.derived.record import DerivedRecord, coded_flag
from registry.derived.tace_failure import derived_failure

NO_TREATMENT = "NONE"
CURATIVE = (Kind.ABLATION, Kind.RESECTION, Kind.TRANSPLANT)


def derived_patient(timeline: Timeline) -> DerivedRecord | None:
    """None where the timeline does not hold the patient's own record."""
    patient = next(iter(timeline.rows("patient")), None)
    if patient is None:
        return None
    values = {
        "treatment_naive": _treatment_naive(patient.get("prior_hcc_treatment")),
        "successful_downstaging": coded_flag(_downstaged(timeline)),
        **derived_failure(timeline),
    }
    return DerivedRecord(entity="patient", record=patient, values=values)


def _treatment_naive(before: list[str] | None) -> str | None:
    return coded_flag(list(before) == [NO_TREATMENT]) if before else None


def _downstaged(timeline: Timeline) -> bool | None:
    taces = tace_dates(timeline)
    curative = timeline.first(*CURATIVE)
    index = min(taces, default=None)
    whole = [row for row in _burdens(timeline, basis="WHOLE") if index is not None and row["assessment_date"] <= index]
    return successful_downstaging(
        _burden(max(whole, key=_day)) if whole else None,
        later=[_burden(row) for row in _burdens(timeline, basis="VIABLE")],
        tace_dates=taces,
        curative_date=curative.day if curative else None,
    ).is_successful


def _burdens(timeline: Timeline, *, basis: str) -> list[Record]:
    return [
        row for row in timeline.rows("tumorburden") if row.get("diameter_basis") == basis and row.get("assessment_date")
    ]


def _day(row: Record) -> date:
    return row["assessment_date"]


def _burden(row: Record) -> Burden:
    extent = extent_of(row)
    return Burden(
        scan_date=_day(row),
        tumor_number=extent.number,
        max_diameter_cm=extent.max_cm,
        macrovascular=extent.macrovascular,
        extrahepatic=extent.extrahepatic,
    )
