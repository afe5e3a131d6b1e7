"""Measures of body size."""

from registry.clinical.points import Band, worth

# An 2025: below 18.3, 18.3 to 21.9, above 21.9. China: WS/T 428-2013, adult weight.
AN_2025_CLASSES = (
    Band(upper=18.3, inclusive=False, worth="<18.3"),
    Band(upper=21.9, worth="18.3-21.9"),
    Band(worth=">21.9"),
)
CHINESE_CLASSES = (
    Band(upper=18.5, inclusive=False, worth="<18.5"),
    Band(upper=24, inclusive=False, worth="18.5-23.9"),
    Band(upper=28, inclusive=False, worth="24-27.9"),
    Band(worth=">=28"),
)


def body_mass_index(weight_kg: float | None, *, height_cm: float | None) -> float | None:
    """Weight / height squared, kg/m2. Raises ValueError for a height that is not above 0.

    >>> round(body_mass_index(65, height_cm=170), 2)
    22.49
    """
    if weight_kg is None or height_cm is None:
        return None
    if height_cm <= 0:
        raise ValueError(f"height must be above 0 cm, not {height_cm}")
    return weight_kg / (height_cm / 100) ** 2


def chinese_mass_class(index: float | None) -> str | None:
    """Class of a body mass index in China: "<18.5", "18.5-23.9", "24-27.9" or ">=28". Source: WS/T 428-2013."""
    return None if index is None else worth(index, bands=CHINESE_CLASSES)


def an_2025_mass_class(index: float | None) -> str | None:
    """Class of a body mass index in An 2025: "<18.3", "18.3-21.9" or ">21.9"."""
    return None if index is None else worth(index, bands=AN_2025_CLASSES)
