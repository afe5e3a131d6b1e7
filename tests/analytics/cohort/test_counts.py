"""The flow of a study while it is written is the flow of its run."""

from collections.abc import Callable, Iterator

import pytest

from analytics.cohort import counts
from analytics.cohort.reader import read_cohort
from analytics.protocol.library import protocol_text
from analytics.protocol.population import Population, StudyProtocol, read_study_protocol
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    counts.forget()
    yield
    counts.forget()


@pytest.fixture
def protocol() -> StudyProtocol:
    return read_study_protocol(protocol_text("an-2025"))


@pytest.fixture
def centers(make_case: Callable, cast: Cast) -> list[int]:
    for number in range(6):
        place = [cast.center, cast.other_center][number % 2]
        make_case(f"{number}", arm="resection" if number < 3 else "ablation", center=place)
    make_case("9", resectability_index=None)
    return [cast.center.pk, cast.other_center.pk]


def rows(found: counts.Count) -> list[tuple[str, int, int]]:
    return [(step.id, step.removed, step.remaining) for step in found.steps]


def count(protocol: StudyProtocol, population: Population, *, centers: list[int]) -> counts.Count:
    return counts.count(population, arms=protocol.arms, cutoff=protocol.cutoff_date, center_ids=centers)


def test_counts_are_those_of_the_run_also_from_what_is_kept(protocol: StudyProtocol, centers: list[int]) -> None:
    expected = [(row.id, row.removed, row.remaining) for row in read_cohort(protocol, center_ids=centers).flow]
    asked = {"arms": protocol.arms, "cutoff": protocol.cutoff_date, "center_ids": centers}
    assert not counts.is_ready(protocol.population, **asked)
    assert rows(count(protocol, protocol.population, centers=centers)) == expected
    assert counts.is_ready(protocol.population, **asked)
    assert rows(count(protocol, protocol.population, centers=centers)) == expected
    assert expected[-1][2] == 6


def test_a_changed_event_is_found_anew_with_those_that_rest_on_it(protocol: StudyProtocol, centers: list[int]) -> None:
    count(protocol, protocol.population, centers=centers)
    events = dict(protocol.population.events)
    index = events["index"].model_copy(update={"which": "last", "number": 2})  # nobody has two
    population = protocol.population.model_copy(update={"events": {**events, "index": index}})
    assert count(protocol, population, centers=centers).steps[-1].remaining == 0
    assert count(protocol, protocol.population, centers=centers).steps[-1].remaining == 6


def test_what_is_kept_is_of_these_centers_alone(protocol: StudyProtocol, centers: list[int]) -> None:
    everybody = count(protocol, protocol.population, centers=centers)
    one = count(protocol, protocol.population, centers=centers[:1])
    assert (everybody.steps[0].remaining, one.steps[0].remaining) == (7, 4)
    assert count(protocol, protocol.population, centers=[]).steps[0].remaining == 0


def test_without_arms_nobody_leaves_for_being_in_none(protocol: StudyProtocol, centers: list[int]) -> None:
    found = counts.count(protocol.population, arms=None, cutoff=protocol.cutoff_date, center_ids=centers)
    assert [step.id for step in found.steps][-1] != "arm"
    assert found.steps[-1].arms == {}
