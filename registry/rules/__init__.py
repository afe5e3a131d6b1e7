from registry.rules.base import Check, Finding, Severity, row_of
from registry.rules.catalog import checks, findings

__all__ = ["Check", "Finding", "Severity", "checks", "findings", "row_of"]
