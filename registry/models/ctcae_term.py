from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import CtcaeVersion
from registry.models.base.record import coded


class CtcaeTerm(models.Model):
    """A term of the National Cancer Institute's list, the same for every center; loaded from its spreadsheet."""

    version = coded(CtcaeVersion, _("CTCAE version"), required=True)
    term = models.CharField(_("CTCAE term"), max_length=200)
    soc = models.CharField(_("System organ class"), max_length=120)
    grades = models.CharField(_("Grades"), max_length=5)
    # Of grades 1 to 5, as the list words them; empty where a grade is not defined, and of a list loaded before they were kept.
    definitions = ArrayField(models.TextField(blank=True), verbose_name=_("Definitions of the grades"), default=list)
    meddra_code = models.CharField(_("MedDRA code"), max_length=8)
    is_current = models.BooleanField(_("In the most recently loaded list"), default=True)
    loaded_at = models.DateTimeField(_("Loaded at"), auto_now=True)

    class Meta:
        ordering = ["version", "soc", "term"]
        verbose_name = _("CTCAE term")
        verbose_name_plural = _("CTCAE terms")
        constraints = [models.UniqueConstraint(fields=["version", "term"], name="one_ctcae_term_per_version")]

    def __str__(self) -> str:
        return f"{self.term} ({self.version})"
