"""Settings of a design put into a protocol: whatever can be chosen makes a valid one, and what is left alone stays."""

import itertools
from dataclasses import replace
from typing import get_args

import pytest

from analytics.protocol.design import Method, WeightType
from analytics.protocol.library import library, protocol_text
from analytics.protocol.plain_text import is_same
from analytics.protocol.population import StudyProtocol
from analytics.protocol.redesign import redesigned, settings_of
from analytics.protocol.text import parse_protocol


@pytest.mark.parametrize("reference", [protocol.id for protocol in library()])
def test_the_settings_of_a_study_of_the_library_leave_it_as_it_is(reference: str) -> None:
    content = parse_protocol(protocol_text(reference))
    plan = StudyProtocol.model_validate(content)
    assert is_same(redesigned(content, settings=settings_of(plan)), content)


@pytest.mark.parametrize("reference", ["an-2025", "deng-2023", "cao-2024"])
def test_every_choice_makes_a_valid_protocol_that_has_these_settings(reference: str) -> None:
    content = parse_protocol(protocol_text(reference))
    planned = settings_of(StudyProtocol.model_validate(content))
    for method, weights, width in itertools.product(get_args(Method), get_args(WeightType), (None, 0.3)):
        asked = replace(planned, method=method, weights=weights, ratio=2, caliper_width=width, scale="logit")
        plan = StudyProtocol.model_validate(redesigned(content, settings=asked))
        assert plan.design.method == method
        assert not plan.design.idle_keys
        if method == "nearest":
            assert settings_of(plan) == replace(asked, weights="siptw")
        if method == "weighting":
            assert plan.design.weighting.type == weights


def test_a_covariate_leaves_the_score_and_stays_in_the_table() -> None:
    content = parse_protocol(protocol_text("deng-2023"))
    planned = settings_of(StudyProtocol.model_validate(content))
    fewer = StudyProtocol.model_validate(redesigned(content, settings=replace(planned, covariates=("sex",))))
    assert [covariate.name for covariate in fewer.score_covariates] == ["sex"]
    assert {covariate.use for covariate in fewer.covariates[2:]} == {("balance", "baseline")}
    back = redesigned(redesigned(content, settings=replace(planned, covariates=("sex",))), settings=planned)
    assert is_same(back, content)
