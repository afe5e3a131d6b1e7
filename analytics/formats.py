"""The file formats an analysis data set is offered in."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ExportFormat(TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", _("Excel workbook")
    PARQUET = "parquet", "Parquet"
    SAV = "sav", "SPSS"
