import pytest

from registry.clinical.body import body_mass_index


def test_body_mass_index_is_weight_over_height_in_meters_squared() -> None:
    assert body_mass_index(80, height_cm=200) == 20.0


def test_body_mass_index_of_a_missing_measure_is_unknown() -> None:
    assert body_mass_index(None, height_cm=170) is None
    assert body_mass_index(65, height_cm=None) is None


def test_a_height_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        body_mass_index(65, height_cm=0)
