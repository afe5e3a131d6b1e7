"""The status grid shows every patient of one's centers, form by form, at a cost that does not grow with the page."""

import csv
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.board.cells import State
from registry.board.completeness import completeness_in, completeness_now
from registry.board.forms import forms
from registry.board.grid import GridFilters, chosen, lines
from registry.choices import RecordStatus
from registry.models import FollowUp, Patient, TransarterialSession
from registry.queries import open_query
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

SESSION = {"start_date": "2015-04-01", "modality": "CTACE"}


def _states(patient: Patient) -> dict[str, State]:
    (line,) = lines([patient.pk])
    return {form.entity: cell.state for form, cell in zip(forms(), line.cells, strict=True)}


def _found(cast: Cast, **wanted: object) -> list[str]:
    ids = chosen([cast.center.pk], wanted=GridFilters(**wanted)).ids  # type: ignore[arg-type]
    return [line.patient.local_id for line in lines(ids)]


def test_every_kind_of_record_with_a_date_is_a_form(cast: Cast) -> None:
    entities = [form.entity for form in forms()]
    assert entities[0] == "patient"
    assert {"assessment", "transarterialsession", "systemicagent", "followup", "adverseevent"} <= set(entities)
    assert "labresult" in next(form for form in forms() if form.entity == "assessment").entities


def test_cell_says_what_the_form_lacks(make_patient: Callable, record: Callable, inside: Callable) -> None:
    patient = make_patient()
    record(TransarterialSession, patient=patient, **SESSION)
    with inside():
        states = _states(patient)
    assert states["transarterialsession"] is State.INCOMPLETE
    assert states["ablationsession"] is State.NONE


def test_draft_is_incomplete_and_what_is_verified_and_full_is_complete(
    make_patient: Callable, record: Callable, inside: Callable
) -> None:
    patient = make_patient()
    given = {"follow_up_date": "2016-01-01", "vital_status": "LTFU", "last_known_alive_date": "2015-12-01"}
    given |= {"contact_mode": "PHONE", "subsequent_therapy": ["NONE"], "disease_status_missing_reason": "UNK"}
    follow_up = record(FollowUp, patient=patient, **given)
    with inside():
        own = FollowUp.objects.filter(pk=follow_up.pk)
        assert _states(patient)["followup"] is State.UNVERIFIED
        own.update(record_status=RecordStatus.VERIFIED)
        assert _states(patient)["followup"] is State.COMPLETE
        own.update(record_status=RecordStatus.DRAFT)
        assert _states(patient)["followup"] is State.INCOMPLETE


def test_queries_are_a_number_of_their_own(
    make_patient: Callable, record: Callable, inside: Callable, cast: Cast
) -> None:
    patient = make_patient()
    session = record(TransarterialSession, patient=patient, **SESSION)
    with inside():
        open_query(session, variables=["modality"], text="Which?", by=cast.data_manager)
        (line,) = lines([patient.pk])
        cells = {form.entity: cell.queries for form, cell in zip(forms(), line.cells, strict=True)}
    assert (line.queries, cells["transarterialsession"], cells["patient"]) == (1, 1, 0)


def test_filters_agree_with_the_cells(make_patient: Callable, record: Callable, inside: Callable, cast: Cast) -> None:
    for number in range(3):
        patient = make_patient(local_id=f"P{number}")
        for day in range(number):
            record(TransarterialSession, patient=patient, start_date=f"2015-04-0{day + 1}", modality="CTACE")
    with inside():
        for form in forms():
            for state in State:
                shown = _found(cast, form=form.entity, state=state.value)
                meant = [p.local_id for p in Patient.objects.order_by("local_id") if _states(p)[form.entity] is state]
                assert shown == meant, (form.entity, state)


def test_search_takes_the_beginning_of_either_number(make_patient: Callable, inside: Callable, cast: Cast) -> None:
    make_patient(local_id="ABC1")
    other = make_patient(local_id="XYZ1")
    with inside():
        assert _found(cast, search="abc") == ["ABC1"]
        assert _found(cast, search=other.registry_id.lower()) == ["XYZ1"]
        assert _found(cast, search="%") == []


def test_a_page_costs_the_same_for_few_patients_and_for_many(
    client: Client, make_patient: Callable, record: Callable, cast: Cast
) -> None:
    counts, made = [], 0
    client.force_login(cast.data_manager)
    for size in (1, 12):
        while made < size:
            record(TransarterialSession, patient=make_patient(local_id=f"P{made}"), **SESSION)
            made += 1
        client.get("/grid/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/grid/").content.decode().count("board-cell board-none") > size
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 60


def test_what_is_kept_follows_every_change(make_patient: Callable, record: Callable, inside: Callable) -> None:
    patient = make_patient()
    with inside():
        assert "transarterialsession" not in completeness_in(patient.center_id).patients[patient.pk]
    session = record(TransarterialSession, patient=patient, **SESSION)
    with inside():
        first = completeness_in(patient.center_id).patients[patient.pk]["transarterialsession"]
        TransarterialSession.objects.filter(pk=session.pk).update(access_route="FEM", technical_success="1")
        assert completeness_in(patient.center_id, seconds=0).left == 1
        second = completeness_in(patient.center_id).patients[patient.pk]["transarterialsession"]
        assert second.filled > first.filled
        assert dict(completeness_now([patient.pk])[patient.pk]) == dict(
            completeness_in(patient.center_id, seconds=0).patients[patient.pk]
        )


def test_grid_shows_own_centers_and_nobody_else(client: Client, make_patient: Callable, cast: Cast) -> None:
    make_patient(local_id="OURS")
    make_patient(local_id="THEIRS", center=cast.other_center)
    client.force_login(cast.data_manager)
    page = client.get(f"/grid/?center={cast.other_center.pk}").content.decode()
    assert "THEIRS" not in page
    page = client.get("/grid/").content.decode()
    assert "OURS" in page
    assert "THEIRS" not in page
    client.force_login(cast.statistician)
    assert client.get("/grid/").status_code == 403
    assert client.get("/grid.csv").status_code == 403


def test_senseless_addresses_show_the_grid(client: Client, cast: Cast) -> None:
    client.force_login(cast.data_manager)
    for asked in (
        "center=x",
        "state=best",
        "form=nothing",
        "sort=1;drop",
        "page=99",
        "search=%00",
        "center=99999999999999999999",
    ):
        assert client.get(f"/grid/?{asked}").status_code == 200, asked


def test_file_holds_a_line_per_patient_and_runs_nothing(client: Client, make_patient: Callable, cast: Cast) -> None:
    make_patient(local_id="=1+1")
    client.force_login(cast.data_manager)
    rows = list(csv.reader(io.StringIO(client.get("/grid.csv").getvalue().decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][0] == "'=1+1"
    assert len(rows[0]) == len(rows[1]) == 4 + 4 * len(forms())
