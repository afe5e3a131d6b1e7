import pytest

from registry.clinical.dosing.body import an_2025_mass_class, body_mass_index, chinese_mass_class


def test_body_mass_index_is_weight_over_height_in_meters_squared() -> None:
    assert body_mass_index(80, height_cm=200) == 20.0


def test_body_mass_index_of_a_missing_measure_is_unknown() -> None:
    assert body_mass_index(None, height_cm=170) is None
    assert body_mass_index(65, height_cm=None) is None


def test_a_height_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        body_mass_index(65, height_cm=0)


@pytest.mark.parametrize(
    ("index", "named"),
    [(18.49, "<18.5"), (18.5, "18.5-23.9"), (23.99, "18.5-23.9"), (24, "24-27.9"), (28, ">=28"), (None, None)],
)
def test_chinese_classes_change_at_18_5_24_and_28(index: float | None, named: str | None) -> None:
    assert chinese_mass_class(index) == named


@pytest.mark.parametrize(
    ("index", "named"), [(18.29, "<18.3"), (18.3, "18.3-21.9"), (21.9, "18.3-21.9"), (21.91, ">21.9"), (None, None)]
)
def test_an_2025_classes_change_at_18_3_and_21_9(index: float | None, named: str | None) -> None:
    assert an_2025_mass_class(index) == named
