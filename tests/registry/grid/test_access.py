"""Who may see and change what in the grid, and that two people who change one value hear of each other."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from registry.access.scope import center_scope
from registry.models import Assessment, LabResult, Patient, SignOff
from registry.records.sign_off import digests
from registry.records.status import lock_record, verify_record
from tests.conftest import Cast
from tests.registry.admin.opened import posted_by
from tests.registry.grid.conftest import Grid

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("act", ["", "preview/", "store/", "undo/"])
def test_another_center_finds_nothing(cast: Cast, visited: Callable, act: str) -> None:
    address = f"/patients/{visited().pk}/grid/visits/{act}"
    client = signed_in(cast.other_data_manager)
    assert (client.post(address, {"asked": "{}"}) if act else client.get(address)).status_code == 404


def test_row_security_hides_what_no_filter_does(cast: Cast, visited: Callable) -> None:
    visited(alb="38")
    with center_scope([cast.other_center.pk]):
        assert not LabResult.objects.exists()


@pytest.mark.parametrize("name", ["uploader", "investigator"])
def test_who_only_reads_sees_the_grid_and_changes_nothing(cast: Cast, visited: Callable, name: str) -> None:
    grid = Grid(signed_in(getattr(cast, name)), visited(alb="38"))
    assert grid.told["mayEnter"] is False
    for act in ("preview", "store", "undo"):
        assert grid.post(act, grid.edit("alb", "41")).status_code == 403


@pytest.mark.parametrize("name", ["statistician", "outsider"])
def test_who_may_read_no_records_sees_no_grid(cast: Cast, visited: Callable, name: str) -> None:
    address = f"/patients/{visited().pk}/grid/visits/"
    assert signed_in(getattr(cast, name)).get(address).status_code in {403, 404}


def test_a_locked_record_says_so_and_stays(entering: Client, visited: Callable, cast: Cast) -> None:
    patient = visited(alb="38")
    grid = Grid(entering, patient)
    with center_scope([cast.center.pk], by=cast.data_manager, reason="lock"):
        lock_record(Assessment.objects.earliest("assessment_date"), by=cast.data_manager, reason="final")
    (cell,) = grid.ask(grid.edit("alb", "41"))["cells"]
    assert (cell["state"], cell["says"]) == (
        "problem",
        ["This record is locked. Unlock it with a reason before you change it."],
    )
    first, second = Grid(entering, patient).told["lines"]
    assert "locked" in first["closed"]
    assert not second["closed"]


def test_a_signed_patient_is_shown_and_not_changed(entering: Client, visited: Callable, cast: Cast) -> None:
    patient = visited(alb="38")
    with center_scope([cast.center.pk], by=cast.investigator, reason="sign"):
        digest = digests([patient.pk])[patient.pk]
        of = {"center": cast.center, "patient": patient, "signed_by": cast.investigator}
        SignOff.objects.create(**of, statement="I vouch.", digest=digest)
    grid = Grid(entering, patient)
    assert grid.told["mayEnter"] is False
    (cell,) = grid.ask(grid.edit("alb", "41"))["cells"]
    assert cell["says"][0].startswith("investigator signed these records off")


def test_a_colleagues_value_is_told_beside_ones_own_and_stands(
    entering: Client, visited: Callable, cast: Cast, results: Callable
) -> None:
    patient = visited(alb="38")
    grid = Grid(entering, patient)
    preview = grid.ask(grid.edit("alb", "41"))
    theirs = Grid(signed_in(cast.data_manager), patient)
    theirs.store(theirs.ask(theirs.edit("alb", "40")), reason_code="SOURCE")
    answer = grid.store(preview, reason_code="SOURCE")
    assert answer.status_code == 409
    (cell,) = answer.json()["cells"]
    said = "data_manager changed this value from “38” to “40” while you were working. You entered “41”."
    assert (cell["state"], cell["says"]) == ("conflict", [said])
    assert results()["2015-01-10", "alb"] == "40.0"
    mine = {**grid.edit("alb", "41"), "seen": cell["old"]}  # having read it
    assert grid.store(grid.ask(mine), reason_code="SOURCE").json() == {"stored": 1}
    assert results()["2015-01-10", "alb"] == "41.0"


def test_another_value_of_the_record_changed_meanwhile_is_no_conflict(
    entering: Client, visited: Callable, results: Callable
) -> None:
    grid = Grid(entering, visited(alb="38", plt="120"))
    preview = grid.ask(grid.edit("alb", "41"))
    grid.store(grid.ask(grid.edit("plt", "130")), reason_code="SOURCE")
    assert grid.store(preview, reason_code="SOURCE").json() == {"stored": 1}
    assert (results()["2015-01-10", "alb"], results()["2015-01-10", "plt"]) == ("41.0", "130.0")


def test_verification_ends_and_the_preview_says_so(entering: Client, visited: Callable, cast: Cast) -> None:
    grid = Grid(entering, visited(alb="38"))
    with center_scope([cast.center.pk], by=cast.data_manager, reason="verify"):
        verify_record(Assessment.objects.earliest("assessment_date"), by=cast.data_manager)
    preview = grid.ask(grid.edit("alb", "41"))
    assert [line["ends_verification"] for line in preview["lines"]] == [True]
    assert preview["corrected"]


def test_the_undo_refuses_in_words_where_a_value_was_changed_since(
    entering: Client, visited: Callable, results: Callable
) -> None:
    patient = visited(alb="38")
    grid = Grid(entering, patient)
    grid.store(grid.ask(grid.edit("alb", "41"), grid.edit("plt", "120")), reason_code="SOURCE")
    form = f"/admin/registry/assessment/{grid.lines[0]}/change/"
    posted = posted_by(entering, form)
    entering.post(form, {**posted, "laboratory_alb": "42", "_reason_code": "TRANSCR"})
    assert results()["2015-01-10", "alb"] == "42.0"
    (said,) = grid.undo()
    assert said.startswith("Nothing was undone: Laboratory result")
    assert "changed since (Value" in said
    assert results()["2015-01-10", "plt"] == "120.0"


def test_an_undo_needs_a_reason_and_is_done_once(entering: Client, visited: Callable, results: Callable) -> None:
    grid = Grid(entering, visited(alb="38"))
    grid.store(grid.ask(grid.edit("alb", "41")), reason_code="SOURCE")
    assert grid.undo(code="") == ["Choose why the submitted values are changed."]
    assert results()["2015-01-10", "alb"] == "41.0"
    assert grid.undo() == ["1 record is as it was before."]
    assert grid.undo() == ["This act was undone already, or another one lies on top of it. Nothing was undone."]


def test_the_trail_tells_the_act_and_its_undo(entering: Client, visited: Callable, cast: Cast) -> None:
    patient = visited(alb="38")
    grid = Grid(entering, patient)
    grid.store(grid.ask(grid.edit("alb", "41")), reason_code="SOURCE")
    grid.undo()
    page = entering.get(f"/admin/registry/patient/{patient.pk}/history/")
    told = [(change.source, change.reason) for change in page.context["changes"][:2]]
    assert told == [("undo in the grid", "Transcription error"), ("grid", "New or corrected source document")]
    with center_scope([cast.center.pk]):
        assert Patient.objects.get().pk == patient.pk


def test_the_undo_verifies_again_what_was_verified_and_says_so(entering: Client, visited: Callable, cast: Cast) -> None:
    grid = Grid(entering, visited(alb="38", plt="120"))
    _verify_first(cast)
    grid.store(grid.ask(grid.edit("alb", "41")), reason_code="SOURCE")
    assert _statuses(cast) == ["SUBMITTED", "SUBMITTED", "VERIFIED"], "the form as well as its result"
    assert entering.get(grid.address).context["act"].verified == 2
    assert grid.undo() == ["2 records are as they were before. 2 of them are verified again."]
    assert _statuses(cast) == ["VERIFIED", "VERIFIED", "VERIFIED"]
    page = entering.get(f"/admin/registry/assessment/{grid.lines[0]}/history/")
    assert page.context["changes"][0].by == cast.data_manager.username


def test_the_undo_leaves_unverified_what_something_else_has_changed_on(
    entering: Client, visited: Callable, cast: Cast
) -> None:
    grid = Grid(entering, visited(alb="38", plt="120"))
    _verify_first(cast)
    grid.store(grid.ask(grid.edit("alb", "41")), reason_code="SOURCE")
    form = f"/admin/registry/assessment/{grid.lines[0]}/change/"
    entering.post(form, {**posted_by(entering, form), "laboratory_plt": "130", "_reason_code": "TRANSCR"})
    undone, left = grid.undo()
    assert undone == "2 records are as they were before. 1 of them is verified again."
    assert left.startswith(
        "Not verified again, because something else on the form was changed or is queried: Assessment"
    )
    assert _statuses(cast) == ["SUBMITTED", "VERIFIED", "SUBMITTED"]


def test_a_form_is_verified_no_longer_once_one_of_its_results_is_changed_on_its_page(
    entering: Client, visited: Callable, cast: Cast
) -> None:
    visited(alb="38", plt="120")
    _verify_first(cast)
    with center_scope([cast.center.pk]):
        form = f"/admin/registry/assessment/{Assessment.objects.earliest('assessment_date').pk}/change/"
    entering.post(form, {**posted_by(entering, form), "laboratory_alb": "42", "_reason_code": "TRANSCR"})
    assert _statuses(cast) == ["SUBMITTED", "SUBMITTED", "VERIFIED"]


def _verify_first(cast: Cast) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="verify"):
        verify_record(Assessment.objects.earliest("assessment_date"), by=cast.data_manager)


def _statuses(cast: Cast) -> list[str]:
    """Of the first visit and its results, in the order of their names."""
    with center_scope([cast.center.pk]):
        visit = Assessment.objects.earliest("assessment_date")
        return [
            visit.record_status,
            *visit.labresult_set.order_by("analyte_code").values_list("record_status", flat=True),
        ]
