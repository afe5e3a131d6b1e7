"""Writes that touch several models. Who writes, and why, is said by the scope they are called in."""

from collections.abc import Mapping

from registry.models import Assessment, LabResult, Patient, PatientIdentity
from registry.records.drafts import status_of_new_part
from registry.records.laboratory_values import LaboratoryValue


def save_patient(
    patient: Patient, *, hospital_no: str | None, national_id_ending: str | None = None, initials: str | None = None
) -> None:
    """A new patient gets the next identifier of the center; the hospital number goes, encrypted, into the identity.

    Of the ID card's ending and the initials only keyed hashes are kept; where neither is given, those there are stay.
    """
    if not patient.pk:
        patient.assign_registry_id()
    patient.save()
    identity = PatientIdentity.objects.filter(patient=patient).first()
    is_linked = bool(national_id_ending or initials)
    if (identity.hospital_no if identity else None) == (hospital_no or None) and not is_linked:
        return
    identity = identity or PatientIdentity(
        patient=patient, center_id=patient.center_id, record_status=status_of_new_part(patient)
    )
    identity.set_hospital_no(hospital_no)
    if is_linked:
        identity.set_linkage(national_id_ending=national_id_ending, initials=initials)
    identity.save()


def record_laboratory_panel(assessment: Assessment, *, values: Mapping[str, LaboratoryValue]) -> None:
    """One result per analyte named; the others stay as they are. One that was withdrawn keeps its key, and comes back with its new value."""
    stored = {result.analyte_code: result for result in LabResult.including_withdrawn.filter(assessment=assessment)}
    for analyte, entered in values.items():
        result = stored.get(analyte) or LabResult(
            assessment=assessment,
            analyte_code=analyte,
            patient_id=assessment.patient_id,
            center_id=assessment.center_id,
            record_status=status_of_new_part(assessment),
        )
        result.value, result.comparator = entered.value, entered.comparator
        result.value_code, result.missing_reason = entered.value_code, entered.missing_reason
        result.raw_value, result.raw_unit = entered.raw_value, entered.raw_unit
        result.withdrawn_at = None
        result.save()
