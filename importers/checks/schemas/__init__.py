"""The shape of a sheet: required, codes, hard ranges, lengths. Derived from registry.workbook.sheets, where each is written once."""

from importers.checks.schemas.adapter import shape_problems
from importers.checks.schemas.sheet_schema import schema_of

__all__ = ["schema_of", "shape_problems"]
