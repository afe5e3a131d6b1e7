"""The list of queries finds what is asked for, the page carries the thread, the file holds no formula, and nobody sees another center's."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registry.access.scope import center_scope
from registry.models import Job, Membership, Query, Resection, Sweep
from registry.queries import open_query, refresh_queries
from registry.records.sign_off import sign_off

pytestmark = pytest.mark.django_db

DAY = date(2021, 6, 1)


@pytest.fixture
def client_of():
    def make(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def asked(cast, make_patient) -> dict[str, Query]:
    """One query of the checks, 40 days old, and one that the data manager asked, whose text begins as a formula."""
    patient = make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="queries of the pages"):
        operation = Resection.objects.create(
            center=cast.center, patient=patient, start_date=DAY, treatment_intent="CUR", resection_margin="R2"
        )
        refresh_queries([patient.pk], by=cast.data_manager)
        of_check = Query.objects.get(record_id=operation.pk, entity="resection")
        of_check.opened_at = timezone.now() - timedelta(days=40)
        of_check.save()
        Query.objects.exclude(pk=of_check.pk).filter(opened_by=None).update(state="CLOSED", closed_at=timezone.now())
        by_hand = open_query(
            patient, variables=["sex"], text="=1+1 Sure?", by=cast.data_manager, assigned_to=cast.uploader
        )
    return {"check": of_check, "hand": by_hand}


def shown(response) -> list[int]:
    return [query.pk for query, _cells in response.context["list"].rows]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["check", "hand"]),
        ({"sort": "newest"}, ["hand", "check"]),
        ({"form": "resection"}, ["check"]),
        ({"form": "resection", "field": "resection_margin"}, ["check"]),
        ({"form": "resection", "field": "start_date"}, []),
        ({"code": "v-t29"}, ["check"]),
        ({"age": "30"}, ["check"]),
        ({"assignee": "nobody"}, ["check"]),
        ({"q": "curative"}, ["check"]),
        ({"q": "0001"}, ["check", "hand"]),
        ({"q": "9999"}, []),
        ({"state": "ANSWERED"}, []),
        ({"state": "nonsense", "sort": "nonsense", "age": "nonsense"}, ["check", "hand"]),
    ],
)
def test_the_list_shows_what_is_wanted(asked, client_of, data_manager, wanted, expected):
    response = client_of(data_manager).get(reverse("queries:queries"), wanted)
    assert shown(response) == [asked[name].pk for name in expected]


def test_each_finds_what_is_given_to_them(asked, client_of, uploader):
    assert shown(client_of(uploader).get(reverse("queries:queries"), {"assignee": "me"})) == [asked["hand"].pk]


def test_the_list_takes_few_queries_however_long_it_is(
    asked, client_of, data_manager, cast, django_assert_max_num_queries
):
    with center_scope([cast.center.pk], by=cast.data_manager, reason="more queries"):
        patient = asked["hand"].patient
        for name in ("birth_date", "diagnosis_date", "diagnosis_basis", "tumor_type", "consent_status"):
            open_query(patient, variables=[name], text="?", by=cast.data_manager)
    client = client_of(data_manager)
    with django_assert_max_num_queries(40):
        assert len(shown(client.get(reverse("queries:queries")))) == 7


def test_the_file_has_the_filters_of_the_list_and_no_cell_that_runs(asked, client_of, data_manager):
    wanted = {"assignee": "", "form": "patient", "columns": "query.question.fields", "file": "csv"}
    response = client_of(data_manager).get(reverse("queries:queries"), wanted)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    header, row = csv.reader(StringIO(text))
    assert header == ["Query", "Question", "Fields"]
    assert row[1:] == ["'=1+1 Sure?", "Sex"]


def test_the_page_shows_the_fields_their_values_and_the_thread(asked, client_of, data_manager):
    html = client_of(data_manager).get(asked["check"].get_absolute_url()).content.decode()
    for told in (
        "The intent was curative, but the result was R2.",
        "V-T29",
        "R2",
        "edit check",
        "Answer",
        "Close query",
    ):
        assert told in html


def test_the_thread_is_written_on_the_page(asked, client_of, uploader, data_manager):
    say = reverse("queries:say", args=[asked["hand"].pk])
    client_of(uploader).post(say, {"act": "answer", "text": "Male, as in the passport"})
    page = client_of(data_manager).get(asked["hand"].get_absolute_url()).content.decode()
    assert "Male, as in the passport" in page
    client_of(data_manager).post(say, {"act": "close", "text": "Settled"})
    with center_scope([asked["hand"].center_id]):
        asked["hand"].refresh_from_db()
    assert (asked["hand"].state, asked["hand"].closed_by) == ("CLOSED", data_manager)


def test_a_refusal_is_told_in_words(asked, client_of, uploader):
    say = reverse("queries:say", args=[asked["hand"].pk])
    response = client_of(uploader).post(say, {"act": "close", "text": "done"}, follow=True)
    assert "Your role in this center does not allow this." in response.content.decode()
    response = client_of(uploader).post(say, {"act": "answer", "text": ""}, follow=True)
    assert "Enter a message." in response.content.decode()


def test_a_data_manager_gives_a_query_to_somebody(asked, client_of, data_manager, cast):
    say = reverse("queries:say", args=[asked["check"].pk])
    client_of(data_manager).post(say, {"act": "assign", "to": str(cast.uploader.pk)})
    with center_scope([cast.center.pk]):
        asked["check"].refresh_from_db()
    assert asked["check"].assigned_to == cast.uploader


def test_nobody_sees_or_touches_the_queries_of_another_center(asked, client_of, other_data_manager):
    client = client_of(other_data_manager)
    assert shown(client.get(reverse("queries:queries"), {"state": "ALL"})) == []
    assert client.get(asked["check"].get_absolute_url()).status_code == 404
    assert client.post(reverse("queries:say", args=[asked["check"].pk]), {"act": "close"}).status_code == 404


@pytest.mark.parametrize("wanted", [{}, {"file": "csv"}, {"file": "xlsx"}])
def test_who_reads_no_records_sees_no_queries(asked, client_of, statistician, outsider, wanted):
    for person in (statistician, outsider):
        assert client_of(person).get(reverse("queries:queries"), wanted).status_code == 403


def test_the_pages_speak_chinese(asked, client_of, data_manager):
    client = client_of(data_manager)
    client.cookies["django_language"] = "zh-hans"
    html = client.get(asked["check"].get_absolute_url()).content.decode()
    assert asked["check"].text_zh in html
    assert asked["check"].text_en not in html


def test_the_start_page_counts_the_queries_by_age(asked, client_of, uploader):
    html = client_of(uploader).get("/").content.decode()
    assert "Open queries by age" in html
    assert f'href="{reverse("queries:queries")}?assignee=me"' in html
    assert f'href="{reverse("queries:queries")}?age=30"' in html
    assert f'href="{reverse("queries:queries")}?age=90"' not in html  # none is as old


def test_an_administrator_sweeps_and_sees_counts(cast, client_of):
    client = client_of(cast.administrator)
    Sweep.objects.create(patients=3, records=5, opened=2, found={"C01": {"V-T29": 1}, "C02": {"V-T29": 2}})
    html = client.get(reverse("queries:sweeps")).content.decode()
    assert "V-T29" in html
    assert "C02" in html
    client.post(reverse("queries:sweeps"))
    assert Job.objects.filter(kind="sweep", requested_by=cast.administrator).count() == 1
    assert "already running" in client.post(reverse("queries:sweeps"), follow=True).content.decode()


def test_nobody_else_sweeps(cast, client_of):
    for person in (cast.data_manager, cast.statistician, cast.outsider):
        assert client_of(person).get(reverse("queries:sweeps")).status_code == 403
        assert client_of(person).post(reverse("queries:sweeps")).status_code == 403


def test_a_principal_investigator_finds_who_waits_for_a_sign_off(asked, cast, client_of, make_patient):
    quiet = make_patient(local_id="0002")
    with center_scope([cast.center.pk], by=cast.administrator, reason="a principal investigator"):
        Membership.objects.create(user=cast.outsider, center=cast.center, role="PI")
        sign_off(quiet, by=cast.outsider, statement="I vouch for these records.")
    client = client_of(cast.outsider)
    page = client.get(reverse("queries:sign_offs"))
    assert [(patient.local_id, patient.queries) for patient, _cells in page.context["list"].rows] == [("0001", 2)]
    assert client_of(cast.data_manager).get(reverse("queries:sign_offs")).status_code == 403
