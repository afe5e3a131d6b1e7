"""The numbers of a run as a list to cite from."""

import csv
import json
from typing import Any

import pytest
from django.test import Client

from analytics.models import Run
from analytics.studies.services import add_library_study
from tests.analytics.runs import make_run
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
RATIO = "endpoints.OS.matched.hazard_ratio.hr"


@pytest.fixture
def run(result: dict[str, Any], cast: Cast) -> Run:
    study = add_library_study("an-2025", by=cast.statistician, reason="the tests")
    return make_run(study, content=result, cast=cast)


@pytest.fixture
def client(cast: Cast) -> Client:
    found = Client()
    found.force_login(cast.statistician)
    return found


def _lines(client: Client, *, address: str) -> list[list[str]]:
    content = client.get(address).streaming_content  # type: ignore[attr-defined]
    return list(csv.reader(b"".join(content).decode("utf-8-sig").splitlines()))


def test_a_number_of_the_page_is_found_by_its_address(run: Run, client: Client, result: dict[str, Any]) -> None:
    page = client.get(run.get_absolute_url()).content.decode()
    assert RATIO in page
    listed = client.get(f"{run.get_absolute_url()}rows/?address={RATIO}").content.decode()
    assert str(result["endpoints"]["OS"]["matched"]["hazard_ratio"]["hr"]) in listed
    assert "analytics.stats.survival.cox.hazard_ratio" in listed
    assert "1 row" in listed


def test_a_table_leads_to_its_rows_in_the_order_in_which_it_prints_them(run: Run, client: Client) -> None:
    rows = _lines(client, address=f"{run.get_absolute_url()}rows/?in=table-flow&file=csv")
    assert rows[0][:4] == ["Address", "Statistic", "Printed as", "Value"]
    assert [row[0] for row in rows[1:3]] == ["flow.recorded.removed", "flow.recorded.detail.missing.removed"]


def test_rows_are_sorted_and_searched_as_every_list_is(run: Run, client: Client) -> None:
    address = f"{run.get_absolute_url()}rows/?q=os.matched hazard_ratio.&sort=-value&file=csv"
    rows = _lines(client, address=address)[1:]
    values = [float(row[3]) for row in rows]
    assert len(values) == 5
    assert values == sorted(values, reverse=True)


def test_programs_get_every_row_with_the_hash_of_the_result(run: Run, client: Client) -> None:
    content = json.loads(client.get(f"{run.get_absolute_url()}rows.json").content)
    row = next(row for row in content["rows"] if row["address"] == RATIO)
    assert content["result_sha256"] == run.result_sha256
    assert row["label"] == {"en": "Hazard ratio", "zh": "风险比"}
    assert row["rests_on"][0] == "endpoints.OS.matched.arms.Resection.n"


def test_outcomes_have_no_rows_before_the_design_is_accepted(
    result: dict[str, Any], cast: Cast, client: Client
) -> None:
    study = add_library_study("an-2025", by=cast.statistician, reason="the tests")
    closed = make_run(study, content=result, cast=cast, is_accepted=False)
    content = json.loads(client.get(f"{closed.get_absolute_url()}rows.json").content)
    assert {row["analysis"] for row in content["rows"]}.isdisjoint({"endpoints", "cox", "response", "safety"})


def test_who_may_not_read_studies_reads_no_rows(run: Run, cast: Cast) -> None:
    stranger = Client()
    stranger.force_login(cast.outsider)
    assert stranger.get(f"{run.get_absolute_url()}rows/").status_code == 403
    assert stranger.get(f"{run.get_absolute_url()}rows.json").status_code == 403
