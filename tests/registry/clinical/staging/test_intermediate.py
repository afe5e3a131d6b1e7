"""Bolondi 2012 (the table of substages) and the Kinki criteria (Kudo 2015): every cell that is printed, no patient is."""

import pytest

from registry.clinical.staging.intermediate import bolondi_substage, kinki_substage


@pytest.mark.parametrize(
    ("score", "up_to_seven", "bolondi", "kinki"),
    [
        (5, True, "B1", "B1"),
        (6, True, "B1", "B1"),
        (7, True, "B1", "B1"),
        (5, False, "B2", "B2"),
        (6, False, "B2", "B2"),
        (7, False, "B3", "B2"),
        (8, True, "B4", "B3a"),
        (9, True, "B4", "B3a"),
        (8, False, "B4", "B3b"),
        (9, False, "B4", "B3b"),
        (10, True, None, None),
        (8, None, "B4", None),
        (7, None, None, None),
        (None, True, None, None),
    ],
)
def test_liver_function_and_up_to_seven_divide_stage_b(
    score: int | None, up_to_seven: bool | None, bolondi: str | None, kinki: str | None
) -> None:
    assert bolondi_substage("B", ctp_score=score, up_to_seven=up_to_seven) == bolondi
    assert kinki_substage("B", ctp_score=score, up_to_seven=up_to_seven) == kinki


@pytest.mark.parametrize("stage", ["0", "A", "C", "D", None])
def test_other_stages_have_no_substage(stage: str | None) -> None:
    assert bolondi_substage(stage, ctp_score=5, up_to_seven=True) is None
    assert kinki_substage(stage, ctp_score=5, up_to_seven=True) is None
