"""Measures of body size."""


def body_mass_index(weight_kg: float | None, *, height_cm: float | None) -> float | None:
    """Weight / height squared, kg/m2. Raises ValueError for a height that is not above 0.

    >>> round(body_mass_index(65, height_cm=170), 2)
    22.49
    """
    if weight_kg is None or height_cm is None:
        return None
    if height_cm <= 0:
        raise ValueError(f"a height is above 0 cm, not {height_cm}")
    return weight_kg / (height_cm / 100) ** 2
