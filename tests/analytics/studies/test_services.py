"""Runs in the real database: who may start one, whose patients it holds, what stays of it."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from analytics.errors import AnalysisError
from analytics.models import Run, RunResult, Study
from analytics.studies.services import add_library_study, compare_on_registry, run_comparison, sha256, stored_result
from registry.access.scope import center_scope
from registry.choices import Role
from registry.models import Center, Membership
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(cast: Cast) -> Study:
    return add_library_study("an-2025", by=cast.statistician, reason="the tests")


@pytest.fixture
def two_per_arm(make_case, cast: Cast) -> None:
    for number, place in enumerate([cast.center, cast.other_center] * 4):
        arm = "resection" if number < 4 else "ablation"
        make_case(f"{number}", arm=arm, center=place, laboratory={"afp": 10.0 * number}, sex="MF"[number // 2 % 2])


def both(cast: Cast) -> list[int]:
    return [cast.center.pk, cast.other_center.pk]


def test_a_study_of_the_library_is_taken_up_once(study: Study, cast: Cast) -> None:
    again = add_library_study("an-2025", by=cast.statistician, reason="the tests")
    assert again == study
    assert (study.name, study.owner) == ("an-2025", cast.statistician)


def test_a_run_keeps_its_result_to_the_letter_with_the_hashes_of_what_made_it(
    two_per_arm, study: Study, cast: Cast
) -> None:
    run = run_comparison(study, by=cast.statistician, reason="the tests")
    with center_scope(both(cast)):
        run = Run.objects.get(pk=run.pk)
        result = stored_result(run)
        assert run.result_sha256 == sha256(run.result.content)
    assert run.protocol_sha256 == sha256(study.protocol)
    assert run.data_sha256 == result["data"]["sha256"]
    assert run.state == "DONE"
    assert result["arms"]["n"] == {"Resection": 4, "Ablation": 4}
    assert result["warnings"][0]["code"] == "immortal_time"


def test_every_run_has_its_headline_fitted_by_the_second_engine(two_per_arm, study: Study, cast: Cast) -> None:
    run = run_comparison(study, by=cast.statistician, reason="the tests")
    with center_scope(both(cast)):
        result = stored_result(Run.objects.get(pk=run.pk))
    assert [check["ok"] for check in result["checks"] if check["code"] == "second_engine"] == [True]
    assert {row["endpoint"] for row in result["verification"]["quantities"]} >= {
        "OS",
        "PFS",
        "EPFS",
    }  # nobody has a PPS
    assert compare_on_registry("an-2025", by=None).verification is None
    assert compare_on_registry("an-2025", by=None, verify=True).verification is not None


def test_two_runs_on_the_same_records_differ_in_their_clock_alone(two_per_arm, study: Study, cast: Cast) -> None:
    results: list[dict[str, Any]] = []
    for _ in range(2):
        run = run_comparison(study, by=cast.statistician, reason="the tests")
        with center_scope(both(cast)):
            results.append(stored_result(Run.objects.get(pk=run.pk)))
    for result in results:
        del result["software"]["started"], result["software"]["seconds"]
    assert json.dumps(results[0]) == json.dumps(results[1])


def test_a_statistician_of_one_center_gets_that_center_alone(two_per_arm, study: Study, cast: Cast) -> None:
    with center_scope([], by=cast.administrator, reason="one center only"):
        local = User.objects.create_user("local", is_staff=True)
        Membership.objects.create(user=local, center=cast.other_center, role=Role.STATISTICIAN)
    run = run_comparison(study, by=local, reason="the tests")
    with center_scope([cast.other_center.pk]):
        result = stored_result(Run.objects.get(pk=run.pk))
    assert run.center_ids == [cast.other_center.pk]
    assert result["data"]["rows"] == 4
    assert {person[:3] for person in result["propensity"]["scores"]} == {"C02"}


def test_nobody_but_a_statistician_starts_a_run(study: Study, cast: Cast) -> None:
    for user in (cast.data_manager, cast.uploader, cast.outsider, cast.administrator):
        with pytest.raises(PermissionDenied):
            run_comparison(study, by=user, reason="the tests")


def test_a_run_is_hidden_from_those_who_may_not_see_all_its_centers(two_per_arm, study: Study, cast: Cast) -> None:
    run = run_comparison(study, by=cast.statistician, reason="the tests")
    with center_scope(both(cast)):
        assert Run.objects.filter(pk=run.pk).exists()
    with center_scope([cast.center.pk]):
        assert not Run.objects.filter(pk=run.pk).exists()
        assert not RunResult.objects.filter(run_id=run.pk).exists()


def test_a_run_leaves_its_author_and_reason_in_the_trail_but_not_its_result(
    two_per_arm, study: Study, cast: Cast, rows
) -> None:
    run = run_comparison(study, by=cast.statistician, reason="for the meeting")
    with center_scope(both(cast)):
        written = rows(
            "SELECT e.pgh_label, c.metadata->>'user', c.metadata->>'reason', c.metadata->>'source' "
            "FROM analytics_runevent e JOIN pghistory_context c ON c.id = e.pgh_context_id WHERE e.pgh_obj_id = %s ORDER BY e.pgh_id",
            [run.pk],
        )
    assert {row[1:] for row in written} == {(str(cast.statistician.pk), "for the meeting", "study")}
    assert len(written) >= 2
    assert rows("SELECT count(*) FROM information_schema.tables WHERE table_name = 'analytics_runresultevent'") == [
        (0,)
    ]


def test_a_run_without_a_center_is_refused_by_the_database(study: Study, cast: Cast) -> None:
    with (
        center_scope(both(cast), by=cast.statistician, reason="the tests"),
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        Run.objects.create(study=study, requested_by=cast.statistician, center_ids=[], protocol_sha256="")


def test_an_empty_arm_is_a_sentence_and_leaves_no_run(make_case, study: Study, cast: Cast) -> None:
    make_case("1")
    with pytest.raises(AnalysisError, match="No patients remain in the arm Ablation"):
        run_comparison(study, by=cast.statistician, reason="the tests")
    with center_scope(both(cast)):
        assert not Run.objects.exists()


def test_the_command_line_reads_every_active_center_unless_a_user_is_named(two_per_arm, cast: Cast) -> None:
    with center_scope([], by=cast.administrator, reason="closed"):
        Center.objects.filter(pk=cast.other_center.pk).update(is_active=False)
    assert compare_on_registry("an-2025", by=None).design.frame.rows == 4
    assert compare_on_registry("an-2025", by="statistician").design.frame.rows == 4
    with pytest.raises(AnalysisError, match="There is no user named nobody"):
        compare_on_registry("an-2025", by="nobody")
    with pytest.raises(AnalysisError, match="outsider is not permitted to run studies"):
        compare_on_registry("an-2025", by="outsider")


def test_a_protocol_that_is_nowhere_is_named() -> None:
    with pytest.raises(AnalysisError, match="no-such-study"):
        compare_on_registry("no-such-study", by=None)
