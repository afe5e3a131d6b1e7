"""An upload and a comparison go through the packages like a story: none of their own app is entered over and over."""

from collections import Counter
from pathlib import Path

import pytest

from analytics.engine.comparison import compare
from analytics.result.comparison import result_json
from bench.flows import Walk, walking
from importers.checks.check import check_workbook
from tests.analytics.tables import make_frame, make_protocol
from tests.importers import books

MOST = 2


@pytest.fixture
def of_a_check() -> Walk:
    content = books.workbook({books.PATIENT: [books.patient()], books.ASSESSMENT: [books.assessment()]})
    with walking() as walk:
        check_workbook(content, center="C01")
    return walk


@pytest.fixture
def of_a_comparison(tmp_path: Path) -> Walk:
    protocol = make_protocol()
    with walking() as walk:
        result_json(compare(make_frame(tmp_path, protocol=protocol), protocol=protocol))
    return walk


def entered(walk: Walk, *, app: str) -> Counter[str]:
    return Counter(stay.package for _depth, stay in walk.stays() if stay.modules and stay.package.startswith(f"{app}."))


def test_a_check_enters_each_package_of_importers_once_or_twice(of_a_check):
    found = entered(of_a_check, app="importers")
    assert set(found) == {"importers.files", "importers.layout", "importers.checks"}
    assert max(found.values()) <= MOST


def test_a_comparison_enters_each_package_of_analytics_once_or_twice(of_a_comparison):
    found = entered(of_a_comparison, app="analytics")
    assert {"analytics.flat", "analytics.protocol", "analytics.engine", "analytics.stats", "analytics.result"} <= set(
        found
    )
    assert max(found.values()) <= MOST


def test_a_walk_nests_what_is_called_in_what_calls_it(of_a_comparison):
    depths = {stay.package: depth for depth, stay in of_a_comparison.stays()}
    assert depths["analytics.stats"] == depths["analytics.engine"] + 1
