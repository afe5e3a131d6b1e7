import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from analytics.stats.matching.optimal import match_optimally, total_distance
from analytics.stats.matching.weights import pair_weights
from analytics.stats.propensity.common_support import within_support
from analytics.stats.propensity.strata import coarsen, match_coarsened, strata_weights, sturges_cuts, subclassify
from tests.reference.frames import DATA, HERE, lalonde
from tests.reference.matchit import (
    LALONDE,
    PAIRED,
    ROUNDED,
    TREATED,
    as_text,
    balance_of,
    classes_of_lalonde,
    columns,
    is_paired_alike,
    matchit,
    numbers_of,
    of_lalonde,
    of_ties,
    same_strata,
    scores,
    strata_of,
    tie_sets,
)

CEM = ("cem", "cem_weights", "cem_atc")
AGE_CUTS, SCHOOL_CUTS = np.array([20.0, 25, 30, 40]), np.array([8.0, 12])


@pytest.mark.parametrize("case", PAIRED)
def test_sets_full_of_ties_are_paired_as_matchit_pairs_them(case: str) -> None:
    compared = 0
    for number, rows in tie_sets().items():
        if (case, number) in ROUNDED:
            continue
        found, expected = as_text(of_ties(case, rows=rows), ids=rows["id"].to_numpy()), matchit()["ties"][case][number]
        assert is_paired_alike(case, found=found, expected=expected), number
        compared += bool(expected)
    assert compared >= 70


@pytest.mark.parametrize("case", LALONDE)
def test_lalonde_is_paired_as_matchit_pairs_it(case: str) -> None:
    found, expected = as_text(of_lalonde(case), ids=lalonde()["id"].to_numpy()), matchit()["lalonde"][case]
    assert len(expected.split()) > 80
    assert is_paired_alike(case, found=found, expected=expected)


@pytest.mark.parametrize("case", ["ratio", "replace"])
def test_weights_of_pairs_are_those_of_matchit(case: str) -> None:
    weights = pair_weights(of_lalonde({"ratio": "ratio2", "replace": "replace"}[case]), size=TREATED.size)
    assert weights == pytest.approx(numbers_of(matchit()["lalonde"][f"{case}_weights"]), rel=1e-12)


def test_coarsened_strata_and_their_weights_are_those_of_matchit() -> None:
    expected = matchit()["lalonde"]
    found = classes_of_lalonde()
    assert same_strata(found, numbers_of(expected["cem"]))
    assert strata_weights(found, treated=TREATED) == pytest.approx(numbers_of(expected["cem_weights"]), rel=1e-12)
    age, school, earned = columns("age", "educ", "re74").T
    cut = [coarsen(age, cuts=AGE_CUTS), coarsen(school, cuts=SCHOOL_CUTS), coarsen(earned, cuts=sturges_cuts(earned))]
    assert same_strata(match_coarsened(cut, treated=TREATED), numbers_of(expected["cem_cut"]))


def test_coarsened_strata_of_small_sets_are_those_of_matchit() -> None:
    compared = 0
    for number, rows in tie_sets().items():
        x1, x2, treated = rows["x1"].to_numpy(float), rows["x2"].to_numpy(float), (rows["treat"] == 1).to_numpy()
        of_x2, expected = coarsen(x2, cuts=sturges_cuts(x2)), {case: matchit()["ties"][case][number] for case in CEM}
        cut = [coarsen(x1, cuts=np.array([1.5, 3])), of_x2, rows["g"].to_numpy()]
        if expected["cem"]:
            found = match_coarsened(cut, treated=treated)
            assert same_strata(found, numbers_of(expected["cem"])), number
            assert strata_weights(found, treated=treated) == pytest.approx(numbers_of(expected["cem_weights"]))
            compared += 1
        if expected["cem_atc"]:
            found = match_coarsened([coarsen(x1, cuts=sturges_cuts(x1)), of_x2], treated=treated)
            weights = strata_weights(found, treated=treated, estimand="ATC")
            assert weights == pytest.approx(numbers_of(expected["cem_atc"])), number
    assert compared >= 80


def test_subclasses_and_their_weights_are_those_of_matchit() -> None:
    expected = matchit()["lalonde"]
    found = subclassify(scores()["ps"], treated=TREATED, classes=6)
    assert (found == numbers_of(expected["subclass"])).all()
    assert strata_weights(found, treated=TREATED) == pytest.approx(numbers_of(expected["subclass_weights"]), rel=1e-12)
    assert (subclassify(scores()["logit"], treated=~TREATED, classes=10) == numbers_of(expected["subclass10"])).all()


def test_subclasses_of_small_sets_are_filled_as_matchit_fills_them() -> None:
    compared = 0
    for number, rows in tie_sets().items():
        score, treated = rows["score"].to_numpy(float), (rows["treat"] == 1).to_numpy()
        if expected := matchit()["ties"]["subclass"][number]:
            assert (subclassify(score, treated=treated, classes=3) == numbers_of(expected)).all(), number
            compared += 1
        if expected := matchit()["ties"]["subclass_atc"][number]:
            kept = within_support(score, treated=treated)
            found = subclassify(score, treated=~treated, classes=2, kept=kept)
            assert (found == numbers_of(expected)).all(), number
    assert compared >= 100


@pytest.mark.parametrize(
    ("case", "score", "names"),
    [("lalonde", "ps", ()), ("lalonde_logit", "logit", ()), ("lalonde_exact", "ps", ("nodegree",))],
)
def test_optimal_pairs_have_the_total_distance_of_optmatch(case: str, score: str, names: tuple[str, ...]) -> None:
    distance = scores()[score]
    pairs = match_optimally(distance, treated=TREATED, exact=strata_of(names) if names else None)
    total = total_distance(pairs, coordinates=distance)
    # optmatch counts in steps of its tolerance: it can only be as good, or worse by as much
    assert total == pytest.approx(float(matchit()["optimal"][case]), rel=1e-6)


def test_optimal_pairs_of_small_sets_have_the_total_distance_of_optmatch() -> None:
    for number, rows in tie_sets().items():
        score = rows["score"].to_numpy(float)
        pairs = match_optimally(score, treated=(rows["treat"] == 1).to_numpy())
        assert total_distance(pairs, coordinates=score) == pytest.approx(
            float(matchit()["optimal"]["ties"][number]), abs=1e-9
        ), number


@pytest.mark.parametrize("design", ["pairs", "ratio", "replace", "cem"])
def test_balance_is_that_of_matchit(design: str) -> None:
    expected = matchit()["lalonde"][f"balance_{design}"]
    if design == "cem":
        weights = strata_weights(classes_of_lalonde(), treated=TREATED)
    else:
        pairs = of_lalonde({"ratio": "ratio2", "replace": "replace", "pairs": "pairs"}[design])
        weights = pair_weights(pairs, size=TREATED.size)
    names = expected["rows"].split()
    for moment in ("before", "after"):
        smd, variance_ratio, ks = np.array(
            [np.nan if value == "NA" else float(value) for value in expected[moment].split()]
        ).reshape(3, -1)
        for place, name in enumerate(names):
            found = balance_of(name, weights=weights if moment == "after" else None)
            assert found.smd == pytest.approx(smd[place], rel=1e-9, abs=1e-10), (name, moment)
            assert found.ks == pytest.approx(ks[place], rel=1e-9, abs=1e-10), (name, moment)
            if found.variance_ratio is not None:
                assert found.variance_ratio == pytest.approx(variance_ratio[place], rel=1e-9), (name, moment)


def has_matchit() -> bool:
    ask = 'quit(status = !(requireNamespace("MatchIt", quietly = TRUE) && packageVersion("MatchIt") >= "4.5.4"))'
    return (
        shutil.which("Rscript") is not None
        and not subprocess.run(["Rscript", "-e", ask], capture_output=True).returncode
    )


@pytest.mark.slow  # and not "reference": no distribution carries this MatchIt, so a skip is no fault of the machine
def test_the_committed_pairs_are_those_matchit_makes_today(tmp_path: Path) -> None:
    if not has_matchit():
        if os.environ.get("MATCHIT"):
            pytest.fail("MatchIt 4.5.4 or newer was promised and is not installed")
        pytest.skip("no MatchIt of 4.5.4 or newer: the committed pairs are taken as they are")
    made = tmp_path / "matching.json"
    subprocess.run(["Rscript", str(HERE / "matching.R"), str(DATA), str(made)], check=True, capture_output=True)
    again = json.loads(made.read_text())
    assert again["ties"] == matchit()["ties"]
    for case in LALONDE:
        assert again["lalonde"][case] == matchit()["lalonde"][case]
