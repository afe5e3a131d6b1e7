"""Cells of an exported file: numbers keep every digit."""

from math import isnan


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number; blank where there is none."""
    if isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)
