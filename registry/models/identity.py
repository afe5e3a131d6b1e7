from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.encryption import keyed_hash
from registry.fields import EncryptedTextField
from registry.models.base.record import CenterRecord, recorded
from registry.models.patient import Patient


@recorded
class PatientIdentity(CenterRecord):
    """What names a person, apart from the record, encrypted; the trail holds the cipher text only."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, verbose_name=_("Patient"))
    hospital_no = EncryptedTextField(_("Hospital number"), null=True, blank=True)
    local_id_hash = models.CharField(_("Hashed hospital number"), max_length=64, null=True, editable=False)
    linkage_hash = models.CharField(
        _("Cross-center linkage hash"), max_length=64, null=True, editable=False, db_index=True
    )
    initials_hash = models.CharField(_("Hashed initials"), max_length=64, null=True, editable=False)

    identifying = None

    class Meta:
        verbose_name = _("patient identity")
        verbose_name_plural = _("patient identities")
        constraints = [
            models.UniqueConstraint(
                fields=["center", "local_id_hash"], name="one_patient_per_center_and_hospital_number"
            )
        ]

    def __str__(self) -> str:
        return str(_("Identity of patient %(patient)s") % {"patient": self.patient_id})

    def set_hospital_no(self, value: str | None) -> None:
        self.hospital_no = value or None
        self.local_id_hash = keyed_hash(value, purpose=f"hospital_no:{self.center_id}") if value else None

    def set_linkage(self, *, national_id_ending: str | None = None, initials: str | None = None) -> None:
        """One person in two centers has one linkage hash. Neither the last six of the ID card nor the initials are kept."""
        letters = (initials or "").strip().upper()
        same = (national_id_ending or "").strip().upper() or letters
        about = f"{self.patient.birth_date.isoformat()}:{self.patient.sex}"
        self.linkage_hash = keyed_hash(f"{same}:{about}", purpose="linkage") if same else None
        self.initials_hash = keyed_hash(letters, purpose="initials") if letters else None
