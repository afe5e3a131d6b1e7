"""The registry's own identifier of a patient."""


def registry_id(center_code: str, *, serial: int) -> str:
    """C01-000123-0: center, six-digit serial and a check digit.

    The check digit is Luhn modulo 10 over the digits of center and serial, so that a mistyped digit or two neighbors
    exchanged are noticed. Raises ValueError for a serial outside 1-999999.
    """
    if not 1 <= serial <= 999_999:
        raise ValueError(f"serial must be 1 to 999999, not {serial}")
    digits = f"{center_code[1:]}{serial:06d}"
    return f"{center_code}-{serial:06d}-{luhn_digit(digits)}"


def luhn_digit(digits: str) -> int:
    """Luhn check digit of a string of decimal digits (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    return -sum(value - 9 if value > 9 else value for value in doubled) % 10
