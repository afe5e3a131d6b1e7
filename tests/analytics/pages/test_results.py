"""The list of all results, and some of them side by side."""

import copy
import csv
import io
from html import unescape
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.models import Run, Study
from analytics.studies.services import add_library_study
from registry.access.scope import center_scope
from tests.analytics.runs import make_run
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(cast: Cast) -> Study:
    return add_library_study("an-2025", by=cast.statistician, reason="the tests")


@pytest.fixture
def runs(study: Study, result: dict[str, Any], cast: Cast) -> list[Run]:
    """The first is open; the second found something else, is of another version and is not accepted yet."""
    text = study.protocol.replace('version: "4"', 'version: "5"').replace("2023-08-31", "2023-07-31")
    titles = {"title_en": "Resection vs ablation, once more", "title_zh": "再次比较"}
    with center_scope([cast.center.pk], by=cast.statistician, reason="the tests"):
        other = Study.objects.create(name=study.name, version="5", protocol=text, owner=cast.statistician, **titles)
    changed = copy.deepcopy(result)
    changed["endpoints"]["OS"]["matched"]["hazard_ratio"]["hr"] = 7.77
    changed["matching"]["n_pairs"] = 9
    return [
        make_run(study, content=result, cast=cast),
        make_run(other, content=changed, cast=cast, is_accepted=False),
    ]


@pytest.fixture
def statistician(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.statistician)
    return client


def shown(client: Client, address: str, *, language: str = "en") -> str:
    response = client.get(address, headers={"accept-language": language})
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def listed(client: Client, asked: str = "") -> list[dict[str, str]]:
    response = client.get(f"/runs/?file=csv&{asked}")
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_list_says_what_each_run_found_and_hides_what_is_not_accepted(
    statistician: Client, runs: list[Run], result: dict[str, Any]
) -> None:
    ratio = result["endpoints"]["OS"]["matched"]["hazard_ratio"]
    later, first = listed(statistician)
    assert first["Hazard ratios (CI)"].startswith(
        f"OS {ratio['hr']:.2f} ({ratio['low']:.2f}–{ratio['high']:.2f}); PFS "
    )
    assert first["Patients compared"].startswith("Resection ")
    assert float(first["Largest SMD after"]) == round(
        max(abs(row["smd_after"]) for row in result["balance"] if row["smd_after"] is not None), 3
    )
    assert later["Pairs"] == "9"
    assert later["Hazard ratios (CI)"] == "Hidden until the design is accepted"
    assert "7.77" not in shown(statistician, "/runs/")
    assert "接受设计后方可显示" in shown(statistician, "/runs/", language="zh-hans")


def test_the_list_is_narrowed_by_study_state_acceptance_and_person(statistician: Client, runs: list[Run]) -> None:
    def numbers(asked: str) -> list[str]:
        return [row["Run"] for row in listed(statistician, asked)]

    first, later = (str(run.pk) for run in runs)
    assert numbers("study=an-2025&whose=mine&state=DONE") == [later, first]
    assert numbers("sort=run&state=nonsense") == [first, later]
    assert numbers("accepted=yes") == [first]
    assert numbers("accepted=no") == [later]
    assert numbers("study=cao-2024") == numbers("state=FAILED") == numbers("state=RUNNING") == []


def test_every_run_is_in_the_state_that_it_is_found_by(runs: list[Run], study: Study, cast: Cast) -> None:
    centers = [cast.center.pk, cast.other_center.pk]
    with center_scope(centers, by=cast.statistician, reason="the tests"):
        common = {"study": study, "requested_by": cast.statistician, "center_ids": centers}
        Run.objects.create(**common)
        Run.objects.create(**common, failure=[{"en": "It failed.", "zh": "失败。"}])
        for run in Run.objects.all():
            assert run in Run.objects.in_state(run.state)
        assert sum(Run.objects.in_state(state).count() for state in {run.state for run in Run.objects.all()}) == 4


def test_a_result_is_read_once_however_often_the_list_is_seen(statistician: Client, runs: list[Run]) -> None:
    caches["results"].clear()
    read = []
    for _time in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            shown(statistician, "/runs/")
        read.append(sum("analytics_runresult" in query["sql"] for query in queries))
    assert read == [1, 0]


def test_runs_side_by_side_say_what_differs_and_hide_outcomes_that_are_not_accepted(
    statistician: Client, runs: list[Run]
) -> None:
    address = f"/runs/compare/?run={runs[0].pk}&run={runs[1].pk}"
    page = unescape(shown(statistician, address))
    assert "7.77" not in page
    assert '"2023-08-31" → "2023-07-31"' in page
    lines = {
        row["What"]: row
        for row in csv.DictReader(io.StringIO(statistician.get(f"{address}&file=csv").content.decode("utf-8-sig")))
    }
    assert lines["Pairs"]["Difference"] == "differs"
    assert lines["Patients recorded"]["Difference"] == "same"
    assert lines["Overall survival: hazard ratio (CI)"][f"Run {runs[1].pk}"] == "Hidden until the design is accepted"
    assert "P = " in lines["Overall survival: hazard ratio (CI)"][f"Run {runs[0].pk}"]


def test_too_few_or_unknown_runs_are_not_compared(statistician: Client, runs: list[Run]) -> None:
    for asked in ("", f"?run={runs[0].pk}", f"?run={runs[0].pk}&run={runs[0].pk}", f"?run={runs[0].pk}&run=999999999"):
        response = statistician.get(f"/runs/compare/{asked}", follow=True)
        assert response.redirect_chain
        assert "Choose 2 to 4 finished runs to compare" in response.content.decode()


def test_nobody_sees_results_of_another_center_or_without_the_right(cast: Cast, runs: list[Run], study: Study) -> None:
    client = Client()
    client.force_login(cast.data_manager)
    assert client.get("/runs/").status_code == client.get("/runs/compare/").status_code == 403
    client.force_login(cast.investigator)
    pair = "&".join(f"run={run.pk}" for run in runs)
    assert f'href="{runs[0].get_absolute_url()}"' not in shown(client, "/runs/")
    assert client.get(f"/runs/compare/?{pair}").status_code == 302
