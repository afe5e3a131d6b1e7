"""Cells of an exported file: what a spreadsheet would run as a formula is made harmless, numbers keep every digit."""

from math import isnan

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # Excel runs the wide forms as well


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number; blank where there is none."""
    if isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)
