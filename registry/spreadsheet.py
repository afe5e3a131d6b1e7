"""What leaves the site for a spreadsheet program must not run there."""

import re

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # Excel runs the wide forms as well
A_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def harmless(text: str) -> str:
    """Text that would be run as a formula, kept as text by a quote before it; a number stays a number."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) and not A_NUMBER.fullmatch(text) else text
