"""How many nodules the definitions count where nobody could count them."""

UNCOUNTABLE = 99  # data dictionary, tumor_number: what diffuse or innumerable nodules are stored as


def nodule_count(number: int | None, *, is_uncountable: bool | None) -> int | None:
    """The number of nodules; where they are called uncountable, more than any definition allows.

    The box goes before a number, which is then the least that was seen.

    >>> nodule_count(None, is_uncountable=True)
    99
    """
    return UNCOUNTABLE if is_uncountable else number
