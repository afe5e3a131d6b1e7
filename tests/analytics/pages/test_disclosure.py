"""Each address of studies, and what each kind of reader gets from it."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analytics.models import Run, Study
from analytics.pages.urls import urlpatterns
from analytics.studies.drafts import start_draft
from analytics.studies.services import add_library_study
from tests.analytics.runs import make_run
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PAGES = Path(__file__).parents[3] / "analytics/pages"
IDENTIFIER = re.compile(rb"C01-\d{6}")

# Every address has its place: a new one is refused here until somebody has thought of who may see what it tells.
IN_CLASSES = {"run", "result", "figure", "table", "results", "side_by_side", "accept"}  # a run, read by result_for
IN_CLASSES |= {"rows", "rows_file", "revoke"}
WITHOUT_COUNTS = {"studies", "take_up", "study", "study_yaml", "plan", "plan_pdf", "start_run", "lock_study"}
WITHOUT_COUNTS |= {"new_study", "edit_study", "draft", "draft_names", "draft_yaml", "freeze", "discard", "check_table"}
COUNTED_FOR_SOME = {"draft_live", "draft_records"}
OF_SINGLE_PATIENTS = {"patients", "export", "ask_change", "change", "change_table"}
OF_SINGLE_PATIENTS |= {"try_design", "design_try", "take_design", "repeat", "repetition"}


@pytest.fixture
def study(cast: Cast) -> Study:
    return add_library_study("an-2025", by=cast.statistician, reason="the tests")


@pytest.fixture
def run(study: Study, result: dict[str, Any], cast: Cast) -> Run:
    return make_run(study, content=result, cast=cast)


@pytest.fixture
def restricted_statistician(cast: Cast, settings: Any) -> Client:
    settings.PATIENT_LEVEL_ROLES = ["PI"]
    return signed_in(cast.statistician)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def addresses(client: Client, run: Run) -> list[str]:
    """What a run offers to be read or downloaded, of each kind some; all tables and figures are of one presentation."""
    base = run.get_absolute_url()
    page = client.get(base).content.decode()
    offered = dict.fromkeys(name.replace("&amp;", "&") for name in re.findall(rf'(?:href|src)="({base}[^"#]+)"', page))
    some = [
        name
        for name in offered
        if re.search(r"json$|/flow\.(csv|svg$|svg.format=pdf.width=85)|table-1|os-matched\.svg$", name)
    ]
    lists = ["/runs/", "/runs/?file=csv", f"/runs/compare/?run={run.pk}&run={run.pk + 1}"]
    return [base, *some, *lists, f"{lists[-1]}&file=csv", run.study.get_absolute_url()]


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_every_address_of_studies_has_its_place() -> None:
    assert {each.name for each in urlpatterns} == IN_CLASSES | WITHOUT_COUNTS | COUNTED_FOR_SOME | OF_SINGLE_PATIENTS


def test_pages_read_a_result_only_as_its_reader_may_see_it() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.py")}
    whole = re.compile(r"shown_result|stored_result|result\.content|RunResult")
    assert {name for name, text in sources.items() if whole.search(text)} <= {"headlines.py", "change_views.py"}


def test_a_statistician_without_single_patients_reads_classes_everywhere(
    restricted_statistician: Client, run: Run, study: Study, result: dict[str, Any], cast: Cast
) -> None:
    make_run(study, content=result, cast=cast)
    found = addresses(restricted_statistician, run)
    assert all(any(kind in one for one in found) for kind in ("result.json", ".csv", ".svg", "format=pdf"))
    for address in found:
        response = restricted_statistician.get(address)
        assert response.status_code == 200, address
        assert not IDENTIFIER.search(content(response)), address
    page = restricted_statistician.get(run.get_absolute_url()).content.decode()
    assert 'id="restricted"' in page
    assert "Counts are shown in classes" in page
    assert f"n = {result['arms']['n']['Resection']}" not in page
    assert "score" not in restricted_statistician.get(f"{run.get_absolute_url()}result.json").json()["propensity"]
    for withheld in ("overlap.svg", "balance.csv", "centers.csv", "sensitivity.csv"):
        assert restricted_statistician.get(f"{run.get_absolute_url()}{withheld}").status_code == 404


def test_the_list_of_results_is_kept_apart_for_each_kind_of_reader(
    cast: Cast, run: Run, result: dict[str, Any], settings: Any
) -> None:
    whole = signed_in(cast.statistician).get("/runs/").content.decode()
    settings.PATIENT_LEVEL_ROLES = ["PI"]
    coarse = signed_in(cast.statistician).get("/runs/").content.decode()
    exact = f"Resection {result['flow'][-1]['arms']['Resection']}"
    assert exact in whole
    assert exact not in coarse


def test_what_is_of_single_patients_is_refused(
    restricted_statistician: Client, run: Run, study: Study, cast: Cast
) -> None:
    posted = {"file_format": "csv", "reason": "to see"}
    assert restricted_statistician.post(reverse("analytics:export", args=[study.pk]), posted).status_code == 403
    asked = restricted_statistician.post(reverse("analytics:ask_change", args=[run.pk]), {"former": run.pk})
    assert asked.status_code == 403
    assert restricted_statistician.get("/changes/1/").status_code == 403
    for act in ("try_design", "repeat"):
        assert restricted_statistician.post(reverse(f"analytics:{act}", args=[run.pk])).status_code == 403
    patients = reverse("analytics:patients", args=[run.pk])
    assert restricted_statistician.get(f"{patients}?of=arms.n.Resection").status_code == 403
    assert patients not in restricted_statistician.get(run.get_absolute_url()).content.decode()
    assert 'name="file_format"' not in restricted_statistician.get(study.get_absolute_url()).content.decode()


def test_a_draft_is_not_counted_for_who_sees_no_single_patient(
    restricted_statistician: Client, cast: Cast, study: Study, make_case: Any
) -> None:
    make_case("1")
    draft = start_draft(study.protocol, by=cast.statistician)
    base = reverse("analytics:draft_live", args=[draft.pk])
    reverse_records = reverse("analytics:draft_records", args=[draft.pk])
    assert restricted_statistician.get(reverse_records).json() == {}
    told = restricted_statistician.post(base, {"@text": draft.text, "@base": draft.text, "@edition": "1"}).json()
    assert told["counts"] == {}
    assert "only to those who may see single patients" in told["panel"]


def test_others_get_nothing_of_a_run(cast: Cast, run: Run) -> None:
    base = run.get_absolute_url()
    for name in ("", "result.json", "flow.svg", "flow.csv", "table-1.csv"):
        statuses = {
            who: signed_in(user).get(f"{base}{name}").status_code
            for who, user in (
                ("investigator of one center", cast.investigator),
                ("data manager", cast.data_manager),
                ("uploader", cast.uploader),
                ("outsider", cast.outsider),
                ("administrator", cast.administrator),
            )
        }
        assert statuses.pop("investigator of one center") == 404
        assert set(statuses.values()) == {403}
        assert Client().get(f"{base}{name}").status_code == 302


def test_an_investigator_sees_single_patients_of_a_run_on_the_own_center(
    cast: Cast, study: Study, result: dict[str, Any]
) -> None:
    run = make_run(study, content=result, cast=cast, centers=[cast.center])
    told = signed_in(cast.investigator).get(f"{run.get_absolute_url()}result.json").content
    assert IDENTIFIER.search(told)
