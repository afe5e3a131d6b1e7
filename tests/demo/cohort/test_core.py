"""What a simulated cohort must be for its truth to be true, and that the declared truth is found again."""

from dataclasses import replace
from itertools import combinations
from math import log

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.engine.comparison import compare
from analytics.engine.design.variables import build_variables
from analytics.frame import AnalysisFrame
from analytics.protocol.outcomes import CoxPlan
from analytics.protocol.population import StudyProtocol
from analytics.stats.event_times import Integers
from analytics.stats.propensity.score import Propensity, fit_propensity
from analytics.stats.survival.cox import fit_cox
from bench.coverage.cases import FIRST_TRUTH_SEED, SCENARIOS
from bench.simulated_trial import Twofold, estimate, fit_score, match, pooled_hazard_ratio, study, twofold, weigh
from demo.cohort.core import ENDPOINTS, SCORE, Endpoint, Scenario, Simulated, score_columns, simulate
from demo.cohort.margins import ARM_COUNTS, ARMS, Arm
from demo.cohort.outcomes import CONDITIONAL_HAZARD_RATIO
from demo.cohort.patients import Traits, draw_traits
from demo.cohort.truth import WEIGHTED_DESIGNS, WeightedDesign, read_truths
from registry.clinical.liver_function.scores import albi_grade, albi_score

LARGE = Scenario(conditional_hr=0.6, n_focal=6000, n_reference=6000, hazard=5.0)


@pytest.fixture(scope="module")
def large() -> Simulated:
    return simulate(1, scenario=LARGE)


def arrays(cohort: Simulated) -> list[np.ndarray]:
    return [cohort.X, cohort.is_focal, *cohort.potential.values(), cohort.contact_days]


def test_a_seed_and_a_scenario_give_one_cohort() -> None:
    first, again, other = (simulate(seed, scenario=Scenario()) for seed in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(arrays(first), arrays(again), strict=True))
    assert not np.array_equal(first.X, other.X)


def test_the_arms_have_the_published_size() -> None:
    cohort = simulate(1, scenario=Scenario())
    assert (cohort.is_focal.sum(), (~cohort.is_focal).sum()) == (ARM_COUNTS["resection"], ARM_COUNTS["ablation"])


def test_another_hazard_ratio_changes_what_ablation_does_and_nothing_else() -> None:
    base, other = (simulate(5, scenario=Scenario(conditional_hr=hr)) for hr in (1.0, 0.6))
    assert np.array_equal(base.X, other.X)
    assert np.array_equal(base.contact_days, other.contact_days)
    for endpoint in ENDPOINTS:
        assert np.array_equal(base.potential[endpoint][0], other.potential[endpoint][0])


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_both_potential_times_share_one_draw(endpoint: Endpoint) -> None:
    (resected, ablated), (same, twin) = (
        simulate(5, scenario=Scenario(conditional_hr=hr)).potential[endpoint] for hr in (0.6, 1.0)
    )
    assert np.array_equal(same, twin)
    assert (ablated >= resected).all()
    assert (ablated > resected).mean() > 0.95


def test_a_person_is_observed_in_their_own_arm_up_to_the_last_contact(large: Simulated) -> None:
    time, event = large.observed("OS")
    resected, ablated = large.potential["OS"]
    assert np.array_equal(time[event & large.is_focal], resected[event & large.is_focal])
    assert np.array_equal(time[event & ~large.is_focal], ablated[event & ~large.is_focal])
    assert np.array_equal(time[~event], large.contact_days[~event])
    assert 0.1 < event.mean() < 0.9


def test_nobody_progresses_after_death(large: Simulated) -> None:
    assert (large.potential["PFS"] <= large.potential["OS"]).all()


def test_follow_up_tells_nothing_of_the_arm_or_of_a_covariate(large: Simulated) -> None:
    groups = [large.is_focal, *(large.X.T == 1)]
    p = [stats.mannwhitneyu(large.contact_days[group], large.contact_days[~group]).pvalue for group in groups]
    assert min(p) > 0.05 / len(p)


def test_the_log_odds_of_resection_are_a_sum_of_the_score_s_columns(large: Simulated) -> None:
    """Likelihood ratio of all products of two columns."""
    products = [large.X[:, a] * large.X[:, b] for a, b in combinations(range(len(SCORE)), 2)]
    alone, together = (
        fit_propensity(X, treated=large.is_focal, names=[str(place) for place in range(X.shape[1])])
        for X in (large.X, np.column_stack([large.X, *products]))
    )
    gain = 2 * (log_likelihood(together, of=large) - log_likelihood(alone, of=large))
    added = sum(term.estimate is not None for term in together.terms) - sum(
        term.estimate is not None for term in alone.terms
    )
    assert added > 50
    assert stats.chi2.sf(gain, added) > 0.01
    assert alone.auc is not None
    assert alone.auc > 0.75  # there is something to adjust for


def log_likelihood(score: Propensity, *, of: Simulated) -> float:
    return float(np.log(np.where(of.is_focal, score.probability, 1 - score.probability)).sum())


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_model_with_the_score_s_columns_finds_the_conditional_hazard_ratio(
    endpoint: Endpoint, large: Simulated
) -> None:
    time, event = large.observed(endpoint)
    fit = fit_cox(time, event=event, X=np.column_stack([~large.is_focal, large.X]).astype(float))
    error = float(np.sqrt(fit.covariance[0, 0]))
    assert error < 0.05
    assert abs(fit.coefficients[0] - log(LARGE.conditional_hr)) < 2.5 * error


@pytest.fixture(scope="module")
def people() -> dict[Arm, Traits]:
    random = np.random.default_rng(2)
    return {arm: draw_traits(arm, total=ARM_COUNTS[arm], random=random) for arm in ARMS}


@pytest.fixture(scope="module")
def registered(people: dict[Arm, Traits]) -> pd.DataFrame:
    """The score's covariates as the registry's frame has them."""
    return pd.concat([covariates(of) for of in people.values()], ignore_index=True)


def covariates(of: Traits) -> pd.DataFrame:
    grades = [albi_grade(albi_score(a, tbil=b)) for a, b in zip(of.labs["alb"], of.labs["tbil"], strict=True)]
    sizes = pd.cut(of.diameter_before_cm, [0, 4.999, 10, 99], labels=["<5", "5-10", ">10"])
    return pd.DataFrame(
        {
            "age_at_index": of.age_years.astype(float),
            "sex": (of.sex == "M").astype(float),
            "baseline.ecog_ps": of.ecog_ps.astype(float),
            "comorbidity": of.comorbidity.astype(float),
            "hbv_status": (of.hbv_status == "POS").astype(float),
            "baseline.bclc_stage": of.bclc_stage.astype(object),
            "baseline.ascites_grade": of.ascites_grade.astype(float),
            "baseline.whole_tumor_number": of.number_before.astype(float),
            "baseline.whole_diameter_class": np.asarray(sizes, dtype=object),
            "baseline.albi_grade": np.array([grade == "1" for grade in grades], dtype=float),
            "baseline.afp": of.afp,
        }
    )


@pytest.fixture(scope="module")
def cohort(people: dict[Arm, Traits]) -> Simulated:
    """One with the covariates of `registered`."""
    X = np.concatenate([score_columns(of) for of in people.values()])
    return replace(simulate(2, scenario=Scenario()), X=X)


def test_the_columns_are_those_of_an_2025_s_score(registered: pd.DataFrame, cohort: Simulated) -> None:
    variables = build_variables(registered, covariates=study().score_covariates)
    columns = [column for variable in variables for column in variable.model_columns()]
    assert [column.term for column in columns] == list(SCORE)
    assert np.array_equal(np.column_stack([column.values for column in columns]), cohort.X)


def test_the_simulated_trial_is_the_engine_s_comparison(registered: pd.DataFrame, cohort: Simulated) -> None:
    time, event = cohort.observed("OS")
    table = registered.assign(
        id=[f"{place:04d}" for place in range(len(registered))],
        arm=np.where(cohort.is_focal, "Resection", "Ablation"),
        OS_time=time / 30.4375,
        OS_event=event.astype(float),
        defining_months=0.0,
    )
    found = compare(AnalysisFrame(table, source="test", sha256="", rows=len(table)), protocol=overall_survival_only())
    pairs = match(cohort)
    ours = estimate(cohort, pairs=pairs, endpoint="OS")
    assert found.design.matching is not None
    matched = found.design.matching.pairs
    assert matched is not None
    assert np.array_equal(matched.treated, pairs.treated)
    assert np.array_equal(matched.control, pairs.control)
    assert found.outcomes is not None
    theirs = found.outcomes.endpoints["OS"]["matched"].hazard_ratios["cluster_pair"]
    assert theirs.hr == pytest.approx(ours.hr, rel=1e-9)
    assert theirs.se == pytest.approx(ours.se, rel=1e-9)


def overall_survival_only() -> StudyProtocol:
    """As the study is matched, without what it reads of covariates beside the score."""
    plan = study()
    asked = {"endpoints": {"OS": plan.endpoints["OS"]}, "safety": None, "immortal_time": None, "sensitivity": ()}
    return plan.model_copy(
        update={"covariates": plan.score_covariates, "cox": CoxPlan(), "subgroups": (), "printed": ()} | asked
    )


def test_without_an_effect_the_truth_is_one() -> None:
    cohort = simulate(7, scenario=SCENARIOS["no effect"])
    both = twofold(cohort, rows=np.flatnonzero(cohort.is_focal), endpoint="OS")
    assert pooled_hazard_ratio([both]).hr == pytest.approx(1, abs=1e-9)


@pytest.fixture(scope="module")
def matched_by_seed() -> dict[int, Integers]:
    """Of seeds that neither the declared truth nor the table rests on; the scenario does not change who is matched."""
    seeds = range(FIRST_TRUTH_SEED - 100, FIRST_TRUTH_SEED)
    return {seed: match(simulate(seed, scenario=Scenario())).treated for seed in seeds}


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("name", ["strong effect", "the demo", "strong covariates"])
def test_fewer_seeds_find_the_declared_truth_within_their_error(
    name: str, endpoint: Endpoint, matched_by_seed: dict[int, Integers]
) -> None:
    scenario = SCENARIOS[name]
    found = pooled_hazard_ratio(
        twofold(simulate(seed, scenario=scenario), rows=rows, endpoint=endpoint)
        for seed, rows in matched_by_seed.items()
    )
    declared = read_truths().by_case[scenario, endpoint]
    assert found.log_error < 0.03
    assert abs(log(found.hr) - log(declared.marginal_hr)) < 2.5 * found.log_error


@pytest.mark.slow
@pytest.mark.parametrize("design", WEIGHTED_DESIGNS)
@pytest.mark.parametrize(("name", "seeds"), [("strong covariates", 100), ("strong effect, many people", 50)])
def test_fewer_seeds_find_the_declared_truth_of_weighted_designs(name: str, seeds: int, design: WeightedDesign) -> None:
    scenario, endpoint = SCENARIOS[name], ENDPOINTS[1]
    found = pooled_hazard_ratio(
        weighted_twofold(simulate(seed, scenario=scenario), design=design, endpoint=endpoint)
        for seed in range(FIRST_TRUTH_SEED - seeds, FIRST_TRUTH_SEED)
    )
    declared = read_truths().by_case[scenario, endpoint].marginal_hr_weighted[design]
    assert found.log_error < 0.01
    assert abs(log(found.hr) - log(declared.hr)) < 2.5 * found.log_error


def weighted_twofold(cohort: Simulated, *, design: WeightedDesign, endpoint: Endpoint) -> Twofold:
    everyone = twofold(cohort, rows=np.arange(cohort.is_focal.size), endpoint=endpoint)
    return replace(everyone, weights=weigh(cohort, score=fit_score(cohort))[design])


def test_weighting_and_matching_of_one_cohort_rest_on_one_score() -> None:
    cohort = simulate(9, scenario=Scenario())
    score = fit_score(cohort)
    assert np.array_equal(match(cohort).treated, match(cohort, score=score).treated)
    assert np.allclose(weigh(cohort, score=score)["overlap"][cohort.is_focal], 1 - score.probability[cohort.is_focal])


def test_hazard_ratios_do_not_collapse() -> None:
    """With covariates that weigh more, the marginal one lies nearer to 1 than the conditional."""
    truths = read_truths().by_case
    marginal = [truths[SCENARIOS[name], "OS"].marginal_hr for name in ("strong effect", "strong covariates")]
    assert 0.6 <= marginal[0] < 0.65 < marginal[1] < 0.75


def test_the_declared_truth_is_exact_enough_and_of_the_demo() -> None:
    truths = read_truths()
    assert truths.seeds >= 2000
    assert max(truth.marginal_hr_log_error for truth in truths.by_case.values()) <= 0.005
    weighted = [one for truth in truths.by_case.values() for one in truth.marginal_hr_weighted.values()]
    assert max(one.log_error for one in weighted) <= 0.005
    assert truths.design["study"] == study().id
    assert truths.design["caliper"] == study().design.model_dump(mode="json")["caliper"]
    for truth in truths.scenario(Scenario()).values():
        assert truth.conditional_hr == CONDITIONAL_HAZARD_RATIO
