from registry.rules.base import Check, Finding, Severity
from registry.rules.catalog import checks, findings

__all__ = ["Check", "Finding", "Severity", "checks", "findings"]
