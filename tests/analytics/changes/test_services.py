"""Why a later run found something else: exactly the patients who were edited, by whom, and parts that sum to the whole."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from analytics.changes.services import explain, request_change
from analytics.errors import AnalysisError
from analytics.models import Run, RunChange, Study
from analytics.snapshots.services import clear
from analytics.studies.acceptance import accept_design
from analytics.studies.services import add_library_study, repeat_run, run_comparison
from registry.access.scope import center_scope
from registry.choices import Role
from registry.models import FollowUp, Membership, Patient
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
ENDED = date(2023, 8, 1)


@pytest.fixture
def study(cast: Cast) -> Study:
    return add_library_study("an-2025", by=cast.statistician, reason="the tests")


@pytest.fixture
def patients(make_case: Callable[..., Patient]) -> list[Patient]:
    """Five per arm; some of either arm have died."""
    return [
        make_case(
            str(number),
            arm="resection" if number < 5 else "ablation",
            laboratory={"afp": 10.0 * (number + 1)},
            sex="MF"[number // 2 % 2],
            death_date=date(2019 + number % 4, 6, 1 + number) if number % 2 else None,
        )
        for number in range(10)
    ]


def run(study: Study, cast: Cast) -> Run:
    found = run_comparison(study, by=cast.statistician, reason="the tests")
    with center_scope(found.center_ids):
        return Run.objects.select_related("study", "snapshot", "result").get(pk=found.pk)


def told(former: Run, later: Run) -> dict[str, Any]:
    with center_scope(later.center_ids):
        return explain(former, later=later)


def test_a_run_is_repeated_to_the_letter_from_what_it_read(
    patients: list[Patient], study: Study, cast: Cast, make_case: Callable[..., Patient]
) -> None:
    former = run(study, cast)
    make_case("later", death_date=date(2020, 2, 2))
    with center_scope(former.center_ids):
        again = repeat_run(former)
    assert (again.is_equal, again.software) == (True, {})


def test_runs_on_the_same_records_share_a_snapshot_and_have_nothing_to_tell(
    patients: list[Patient], study: Study, cast: Cast
) -> None:
    former, later = run(study, cast), run(study, cast)
    assert former.snapshot == later.snapshot
    found = told(former, later)
    assert (found["came"], found["went"], found["changed"], found["records"]) == ([], [], [], [])
    assert dict.fromkeys(found["endpoints"]["OS"]["parts"], 0.0) == found["endpoints"]["OS"]["parts"]


def test_three_edited_patients_are_named_with_their_cells_and_who_changed_them(
    patients: list[Patient], study: Study, cast: Cast, make_case: Callable[..., Patient]
) -> None:
    former = run(study, cast)
    with center_scope([cast.center.pk], by=cast.data_manager, reason="entered in a form", source="form"):
        Patient.objects.filter(pk=patients[0].pk).update(sex="F")  # a corrected cell
        FollowUp.objects.filter(patient=patients[2]).update(  # a newly observed death
            vital_status="DEAD",
            death_date=date(2021, 5, 5),
            follow_up_date=date(2021, 5, 5),
            last_known_alive_date=None,
        )
    new = make_case("new", death_date=date(2019, 9, 9))
    later = run(study, cast)
    found = told(former, later)

    assert (found["came"], found["went"]) == ([new.registry_id], [])
    assert found["changed"] == sorted([patients[0].registry_id, patients[2].registry_id])
    assert {record["patient"] for record in found["records"]} == {*found["came"], *found["changed"]}
    cells = {(one["patient"], cell["variable"]): cell for one in found["records"] for cell in one["cells"]}
    sex = cells[patients[0].registry_id, "sex"]
    assert (sex["old"], sex["new"]) == ("M", "F")
    assert sex["event"]

    for split in found["endpoints"].values():
        if split["whole"] is not None:
            assert sum(split["parts"].values()) == pytest.approx(split["whole"], abs=1e-12)
    overall = found["endpoints"]["OS"]
    assert overall["whole"]
    assert overall["parts"]["definition"] == 0.0


def test_the_page_tells_the_steps_in_their_order_and_whose_values_changed(
    patients: list[Patient], study: Study, cast: Cast, client: Client
) -> None:
    former = run(study, cast)
    with center_scope([cast.center.pk], by=cast.data_manager, reason="entered in a form", source="form"):
        Patient.objects.filter(pk=patients[1].pk).update(sex="F" if patients[1].sex == "M" else "M")
    later = run(study, cast)
    for one in (former, later):
        accept_design(one, by=cast.statistician, reason="the tests")
    client.force_login(cast.statistician)
    asked = client.post(reverse("analytics:ask_change", args=[later.pk]), {"former": former.pk})
    with center_scope(later.center_ids, by=cast.statistician, reason="the tests"):
        change = RunChange.objects.get()
        change.content = explain(former, later=later)
        change.save()
    page = client.get(asked["Location"]).content.decode()
    steps = ["Earlier run", "Patients added", "New follow-up", "Corrected values", "Study definition", "Later run"]
    assert [page.index(step) for step in steps] == sorted(page.index(step) for step in steps)
    assert patients[1].registry_id in page
    assert cast.data_manager.username in page
    assert f"Patient {patients[1].local_id}" not in page
    table = client.get(f"{asked['Location']}change-records.csv").content.decode()
    assert f"{patients[1].registry_id},Patient,Sex" in table

    client.force_login(cast.investigator)
    assert client.get(asked["Location"]).status_code == 403
    roles = {cast.center: Role.STATISTICIAN, cast.other_center: Role.PRINCIPAL_INVESTIGATOR}
    with center_scope([], by=cast.administrator, reason="the tests"):
        for center, role in roles.items():
            Membership.objects.create(user=cast.outsider, center=center, role=role)
    client.force_login(cast.outsider)  # who may run studies in one of its centers, and only reads them in the other
    assert client.get(asked["Location"]).status_code == 404
    assert client.get(f"{asked['Location']}change-records.csv").status_code == 404


def test_a_hidden_outcome_is_not_told_by_a_change(patients: list[Patient], study: Study, cast: Cast) -> None:
    former, later = run(study, cast), run(study, cast)
    with pytest.raises(AnalysisError, match="still hidden"):
        request_change(former, later=later, by=cast.statistician)


def test_records_are_cleared_after_their_time_and_the_run_says_so(
    patients: list[Patient], study: Study, cast: Cast
) -> None:
    former = run(study, cast)
    with center_scope(former.center_ids, by=cast.statistician, reason="the tests"):
        assert clear(taken_before=former.requested_at) == 0
        later = run(study, cast)
        assert clear(taken_before=later.requested_at.replace(year=2100)) == 1
        former = Run.objects.select_related("snapshot", "study", "result").get(pk=former.pk)
        with pytest.raises(AnalysisError, match="were cleared on"):
            repeat_run(former)


def test_who_may_not_run_studies_in_all_of_the_centers_is_not_told(
    patients: list[Patient], study: Study, cast: Cast
) -> None:
    former, later = run(study, cast), run(study, cast)
    with pytest.raises(PermissionDenied):
        request_change(former, later=later, by=cast.data_manager)


def test_a_run_is_not_compared_with_itself(patients: list[Patient], study: Study, cast: Cast) -> None:
    former = run(study, cast)
    with pytest.raises(AnalysisError, match="two runs of the same study"):
        request_change(former, later=former, by=cast.statistician)


def test_the_commands_repeat_a_run_and_clear_what_is_old(patients: list[Patient], study: Study, cast: Cast) -> None:
    former = run(study, cast)
    said = StringIO()
    call_command("repeat_run", former.pk, stdout=said)
    assert "equal to the letter" in said.getvalue()
    call_command("clear_snapshots", days=1, by="statistician", stdout=said)
    assert "0 snapshots cleared" in said.getvalue()
    with pytest.raises(CommandError, match="no finished run") as refused:
        call_command("repeat_run", former.pk + 1)
    assert refused.value.returncode == 2
    for given, told in (({"days": 0, "by": "statistician"}, "at least one day"), ({"days": 9, "by": "x"}, "no user")):
        with pytest.raises(CommandError, match=told):
            call_command("clear_snapshots", **given)


def test_a_run_whose_result_was_changed_is_told_to_be_different(
    patients: list[Patient], study: Study, cast: Cast
) -> None:
    former = run(study, cast)
    with center_scope(former.center_ids, by=cast.statistician, reason="the tests"):
        former.result.content = former.result.content.replace('"n": 10', '"n": 11', 1)
        former.result.save()
    with pytest.raises(CommandError, match="The versions of the software are the same") as different:
        call_command("repeat_run", former.pk)
    assert different.value.returncode == 1
