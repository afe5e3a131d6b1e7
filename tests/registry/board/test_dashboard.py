"""The dashboard counts what it says it counts, and shows no share of nothing."""

import csv
import datetime
import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from registry.board.dashboard import AGES, boards, query_ages
from registry.board.follow_up_age import currency_in, overdue
from registry.models import Center, FollowUp, Query, TransarterialSession
from registry.queries import close_query, open_query
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _today() -> datetime.date:
    return timezone.localdate()


@pytest.mark.parametrize(("days", "place"), [(0, 0), (7, 0), (8, 1), (30, 1), (31, 2), (90, 2), (91, 3), (1000, 3)])
def test_query_counts_in_the_age_it_has(
    days: int, place: int, make_patient: Callable, inside: Callable, cast: Cast
) -> None:
    patient = make_patient()
    with inside():
        query = open_query(patient, variables=["sex"], text="Sure?", by=cast.data_manager)
        Query.objects.filter(pk=query.pk).update(opened_at=timezone.now() - datetime.timedelta(days=days))
        ages = query_ages([cast.center.pk], today=_today())[cast.center.pk]
        assert ages == tuple(int(n == place) for n in range(len(AGES)))
        close_query(query, by=cast.data_manager, text="sure")
        assert sum(query_ages([cast.center.pk], today=_today())[cast.center.pk]) == 0


def test_follow_up_is_current_of_those_alive_only(
    make_patient: Callable, record: Callable, inside: Callable, ago: Callable
) -> None:
    seen = {"A": 10, "B": 120, "C": 400}
    for name, days in seen.items():
        record(FollowUp, patient=make_patient(local_id=name), follow_up_date=ago(days), vital_status="ALIVE")
    never = make_patient(local_id="NEVER")
    dead = make_patient(local_id="DEAD")
    record(FollowUp, patient=dead, follow_up_date=ago(5), vital_status="DEAD", death_date=ago(9))
    lost = make_patient(local_id="LOST")
    record(FollowUp, patient=lost, follow_up_date=ago(3), vital_status="LTFU")
    make_patient(local_id="LEFT", consent_status="WDR")
    with inside():
        found = currency_in(never.center_id, today=_today())
        assert (found.alive, found.seen, found.overdue) == (5, (1, 2), 3)
        late = [each.patient.local_id for each in overdue([never.center_id], today=_today(), most=9)]
    assert late == ["NEVER", "LOST", "C"]


def test_withdrawn_follow_up_counts_for_nothing(
    make_patient: Callable, record: Callable, inside: Callable, ago: Callable
) -> None:
    patient = make_patient()
    follow_up = record(FollowUp, patient=patient, follow_up_date=ago(10), vital_status="ALIVE")
    with inside():
        FollowUp.objects.filter(pk=follow_up.pk).update(withdrawn_at=timezone.now())
        assert currency_in(patient.center_id, today=_today()).seen == (0, 0)


def test_enrollment_adds_up_to_the_patients_of_twelve_months(
    make_patient: Callable, inside: Callable, cast: Cast
) -> None:
    for number in range(3):
        make_patient(local_id=f"P{number}", diagnosis_date=datetime.date(2020, 1 + number, 5))
    make_patient(local_id="OLD", diagnosis_date=datetime.date(2011, 1, 5))
    with inside():
        (board,) = boards([cast.center], by="diagnosis")
    assert board.patients == 4
    assert [count for _month, count in board.enrollment][-3:] == [1, 1, 1]
    assert sum(count for _month, count in board.enrollment) == 3


def test_center_without_patients_shows_dashes_and_passes_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.data_manager)
    page = client.get("/dashboard/").content.decode()
    assert "100.0%" not in page
    assert "–</span>" in page


def test_centers_stand_side_by_side_and_foreign_ones_do_not(client: Client, make_patient: Callable, cast: Cast) -> None:
    make_patient()
    client.force_login(cast.data_manager)
    page = client.get(f"/dashboard/?center={cast.other_center.pk}").content.decode()
    assert "C01" in page
    assert "C02" not in page
    client.force_login(cast.statistician)
    assert client.get("/dashboard/").status_code == 403


def test_file_holds_counts_and_a_blank_for_a_share_of_nothing(
    client: Client, make_patient: Callable, record: Callable, cast: Cast
) -> None:
    record(TransarterialSession, patient=make_patient(), start_date="2015-04-01", modality="CTACE")
    client.force_login(cast.data_manager)
    rows = list(csv.reader(io.StringIO(client.get("/dashboard.csv").getvalue().decode("utf-8-sig"))))
    told = {row[1]: row[3:] for row in rows}
    assert told["Patients"][0] == "1"
    assert told["Resections"] == ["0", "0", ""]
    assert float(told["Transarterial sessions"][2]) < 100


def test_months_of_two_centers_are_the_same(make_patient: Callable, cast: Cast, inside: Callable) -> None:
    make_patient()
    with inside():
        first, second = boards(list(Center.objects.order_by("center_code")))
    assert [month for month, _count in first.enrollment] == [month for month, _count in second.enrollment]
