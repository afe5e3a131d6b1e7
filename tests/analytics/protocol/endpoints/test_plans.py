"""What a plan of an endpoint may ask for: every key is read by its kind or refused by name."""

from typing import Any

import pytest
from pydantic import ValidationError

from analytics.protocol.endpoints.catalog import RATES, TIMES
from analytics.protocol.endpoints.plans import StudyEndpoint, StudyResponse


@pytest.mark.parametrize(
    ("plan", "part"),
    [
        ({"kind": "OS", "death": "competing"}, "death is the event of a survival endpoint"),
        ({"kind": "OS", "assessment": "imaging"}, "not assessed by imaging"),
        ({"kind": "RFS"}, "name its event in since"),
        ({"kind": "LTP"}, "name its event in since"),
    ],
)
def test_options_that_contradict_the_endpoint_are_refused(plan: dict[str, Any], part: str) -> None:
    with pytest.raises(ValidationError, match=part):
        StudyEndpoint.model_validate(plan)


@pytest.mark.parametrize(
    ("plan", "part"),
    [
        ({"kind": "PFS", "confirmed": True}, "confirmed progression is that of iRECIST on scans"),
        (
            {"kind": "PFS", "confirmed": True, "criteria": "iRECIST"},
            "confirmed progression is that of iRECIST on scans",
        ),
        (
            {"kind": "PPS", "confirmed": True, "progression": "scans"},
            "confirmed progression is that of iRECIST on scans",
        ),
    ],
)
def test_only_progression_by_irecist_on_scans_is_confirmed(plan: dict[str, Any], part: str) -> None:
    with pytest.raises(ValidationError, match=part):
        StudyEndpoint.model_validate(plan)


@pytest.mark.parametrize("window", [[56, 42], [42, 48], [0, 56], [50, 56]])
def test_the_nearest_day_lies_in_the_window(window: list[int]) -> None:
    asked = {"type": "binary", "kind": "RESPONSE_AT_ASSESSMENT", "success": ["CR"], "window_days": window}
    with pytest.raises(ValidationError, match="nearest_day 49 is not within window_days"):
        StudyResponse.model_validate(asked)


OF_TIMES = {
    "growth_pct": 20, "events": "ever", "progression": "scans", "criteria": "RECIST11", "confirmed": True,
    "since": "later", "censor_at": ["later"], "death": "competing", "assessment": "imaging", "missed_after_days": 100,
}  # fmt: skip
OF_RATES = {
    "since": "later", "until": "later", "within_days": 10, "among": "all", "most_viable_pct": 30, "criteria": "RECIST11",
    "confirmed": True, "response": "entered", "window_days": [20, 60], "nearest_day": 50,
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(TIMES))
@pytest.mark.parametrize("key", sorted(OF_TIMES))
def test_a_key_of_a_time_is_read_by_its_kind_or_refused_by_name(kind: str, key: str) -> None:
    declared = TIMES[kind]
    of_every_kind = {"since", "censor_at"} | (
        set() if declared.is_survival else {"death", "assessment", "missed_after_days"}
    )
    asked: dict[str, Any] = {"kind": kind, **({"since": "later"} if declared.start.asks_since else {})}
    if key == "confirmed" and "confirmed" in declared.options:
        asked |= {"criteria": "iRECIST", "progression": "scans"}
    if key in of_every_kind | declared.options:
        assert getattr(StudyEndpoint.model_validate({**asked, key: OF_TIMES[key]}), key) not in (None, False, ())
    else:
        with pytest.raises(
            ValidationError, match=f"{key} does not apply to {kind}|death is the event|not assessed by imaging"
        ):
            StudyEndpoint.model_validate({**asked, key: OF_TIMES[key]})


@pytest.mark.parametrize("kind", sorted(RATES))
@pytest.mark.parametrize("key", sorted(OF_RATES))
def test_a_key_of_a_rate_is_read_by_its_kind_or_refused_by_name(kind: str, key: str) -> None:
    asked = {"type": "binary", "kind": kind, "success": ["yes"], key: OF_RATES[key]}
    if key in RATES[kind].options:
        assert getattr(StudyResponse.model_validate(asked), key) not in (None, False)
    else:
        with pytest.raises(ValidationError, match=f"{key} (all )?does not apply to {kind}"):
            StudyResponse.model_validate(asked)


def test_every_key_of_a_plan_is_in_the_matrix() -> None:
    general = {"type", "kind", "report_months", "tau", "success", "order", "denominator"}
    assert set(StudyEndpoint.model_fields) - general == set(OF_TIMES)
    assert set(StudyResponse.model_fields) - general == set(OF_RATES)


def test_among_is_of_the_kind_it_belongs_to() -> None:
    with pytest.raises(ValidationError, match="among resected does not apply to CONVERSION"):
        StudyResponse.model_validate({"type": "binary", "kind": "CONVERSION", "success": ["yes"], "among": "resected"})
