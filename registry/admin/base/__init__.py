"""What every record's page and rows have in common: the cures of Unfold 0.91's defects, and who may do what."""

from registry.admin.base.fields import RecordFields
from registry.admin.base.inlines import LineRecords, StackedRecords, TabularRecords
from registry.admin.base.pages import PatientChildPage, RegistryAdmin

__all__ = ["LineRecords", "PatientChildPage", "RecordFields", "RegistryAdmin", "StackedRecords", "TabularRecords"]
