"""A list is remembered as a person arranged it, saved under a name, shared with a center, and downloaded as it is shown."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.choices import Role
from registry.models import ListColumns, Membership, Patient, SavedFilter, TransarterialSession
from registry.queries import open_query
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PATIENTS, SESSIONS = "/admin/registry/patient/", "/admin/registry/transarterialsession/"


@pytest.fixture
def entering(cast: Cast, client: Client) -> Client:
    client.force_login(cast.data_manager)
    return client


@pytest.fixture
def patients(cast: Cast, make_patient: Callable) -> list[Patient]:
    """Two men and a woman; the first of them has a number that a spreadsheet program would run."""
    return [make_patient(local_id=name, sex=sex) for name, sex in (("=1+1", "M"), ("B", "M"), ("C", "F"))]


def rows_of(client: Client, address: str, **asked: str) -> list[list[str]]:
    text = b"".join(client.get(address, {**asked, "file": "csv"}).streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


def save(client: Client, address: str, **given: object) -> None:
    client.post("/lists/filters/", {"list": "patient", "name": "Men", "address": address, "back": PATIENTS, **given})


def test_the_columns_that_a_person_chose_are_shown_to_them_alone(entering: Client, cast: Cast, patients: list) -> None:
    entering.post("/lists/columns/", {"list": "patient", "column": ["local_id", "sex", "nonsense"], "back": PATIENTS})
    assert list(entering.get(PATIENTS).context["cl"].list_display) == ["action_checkbox", "local_id", "sex"]
    other = Client()
    other.force_login(cast.investigator)
    assert "registry_id" in other.get(PATIENTS).context["cl"].list_display
    entering.post("/lists/columns/", {"list": "patient", "reset": "", "column": ["sex"], "back": PATIENTS})
    assert not ListColumns.objects.exists()
    assert "registry_id" in entering.get(PATIENTS).context["cl"].list_display


def test_a_file_holds_what_is_shown_filtered_sorted_and_in_words(entering: Client, patients: list) -> None:
    asked = {"columns": "local_id.sex.comorbidity_list", "sex__exact": "M", "o": "-1"}
    head, *rows = rows_of(entering, PATIENTS, **asked)
    assert head == ["Center's study number", "Sex", "Comorbidities"]
    assert [row[:2] for row in rows] == [["B", "Male"], ["'=1+1", "Male"]]
    book = openpyxl.load_workbook(BytesIO(entering.get(PATIENTS, {**asked, "file": "xlsx"}).content))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert [row[0] for row in cells] == [head[0], "B", "=1+1"]
    assert book.active["A3"].data_type == "s", "text, which nothing runs"


def test_no_list_offers_what_is_encrypted_or_hashed(entering: Client, cast: Cast) -> None:
    offered = {choice.name for choice in entering.get(PATIENTS).context["cl"].tools.choices}
    assert not {name for name in offered if "hash" in name or "hospital_no" in name}
    entering.force_login(cast.administrator)
    users = {choice.name for choice in entering.get("/admin/auth/user/").context["cl"].tools.choices}
    assert "password" not in users


def test_a_list_by_form_tells_state_queries_and_the_last_change(entering: Client, cast: Cast, patients: list) -> None:
    of = {"patient": patients[0], "center": cast.center, "modality": "CTACE"}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="sessions"):
        asked = TransarterialSession.objects.create(**of, start_date="2015-04-01")
        TransarterialSession.objects.create(**of, start_date="2015-05-01")
        open_query(asked, variables=["modality"], text="Sure?", by=cast.data_manager)
    shown = "start_date.record_state.open_queries.changed_by"
    rows = rows_of(entering, SESSIONS, columns=shown)[1:]
    assert rows == [["2015-04-01", "Queried", "1", "data_manager"], ["2015-05-01", "Submitted", "0", "data_manager"]]
    for state, day in (("QUERIED", "2015-04-01"), ("SUBMITTED", "2015-05-01")):
        assert [row[0] for row in rows_of(entering, SESSIONS, columns=shown, state=state)[1:]] == [day]


def test_records_and_queries_ticked_in_their_lists_are_acted_on_after_a_preview(
    entering: Client, cast: Cast, patients: list
) -> None:
    of = {"patient": patients[0], "center": cast.center, "modality": "CTACE"}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="sessions"):
        asked = TransarterialSession.objects.create(**of, start_date="2015-04-01")
        quiet = TransarterialSession.objects.create(**of, start_date="2015-05-01")
        query = open_query(asked, variables=["modality"], text="Sure?", by=cast.data_manager)
    ticked = {"action": "verify_selected", "_selected_action": [asked.pk, quiet.pk]}
    preview = entering.post(SESSIONS, ticked, follow=True)
    assert [len(preview.context[name]) for name in ("will", "will_not")] == [1, 1]
    entering.post(f"{preview.request['PATH_INFO']}?{preview.request['QUERY_STRING']}")
    address = f"/records/bulk/assign/?of=query&ids={query.pk}"
    assert [line.count for line in entering.get(address).context["will"]] == [1]
    assert entering.post(address, {"to": cast.uploader.pk}).url == "/queries/"
    with center_scope([cast.center.pk]):
        quiet.refresh_from_db()
        query.refresh_from_db()
    assert (quiet.record_status, query.assigned_to) == ("VERIFIED", cast.uploader)


def test_a_saved_filter_opens_the_list_as_it_was_and_is_deleted_by_its_owner_alone(
    entering: Client, cast: Cast, patients: list
) -> None:
    page = entering.get(PATIENTS, {"sex__exact": "M", "o": "-1"})
    save(entering, page.context["cl"].tools.arranged, center=cast.center.pk)
    with center_scope([cast.center.pk]):
        saved = SavedFilter.objects.get()
    asked = parse_qs(urlsplit(entering.get(saved.get_absolute_url()).url).query)
    assert (asked["sex__exact"], asked["o"]) == (["M"], ["-1"])
    assert asked["columns"][0].startswith("local_id.")
    reader = Client()
    reader.force_login(cast.investigator)
    assert "shared by data_manager" in reader.get(PATIENTS).content.decode()
    reader.post(f"/lists/filters/{saved.pk}/delete/", {"back": PATIENTS})
    entering.post(f"/lists/filters/{saved.pk}/delete/", {"back": PATIENTS}, follow=True)
    with center_scope([cast.center.pk]):
        assert not SavedFilter.objects.exists()


def test_a_filter_of_ones_own_or_of_another_center_is_nobody_elses(entering: Client, cast: Cast) -> None:
    save(entering, f"{PATIENTS}?q=0007")
    save(entering, f"{PATIENTS}?q=0008", name="Theirs", center=cast.other_center.pk)
    with center_scope([cast.center.pk, cast.other_center.pk]):
        (saved,) = SavedFilter.objects.all()  # none was shared with a center that is not one's own
    for person in (cast.investigator, cast.other_data_manager):
        reader = Client()
        reader.force_login(person)
        assert reader.get(saved.get_absolute_url()).status_code == 404
    with center_scope([], by=cast.administrator, reason="a membership ends"):
        Membership.objects.filter(user=cast.data_manager, role=Role.DATA_MANAGER).update(is_active=False)
    assert entering.get(saved.get_absolute_url()).status_code == 404, "row security: it may name a patient"


def test_no_saved_filter_leads_to_another_site(entering: Client, cast: Cast) -> None:
    for address in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        save(entering, address)
        with center_scope([cast.center.pk]):
            assert SavedFilter.objects.get().address == "/"


def test_a_list_with_no_hits_says_what_to_leave_out(entering: Client, patients: list) -> None:
    page = entering.get(PATIENTS, {"q": "nobody", "sex__exact": "M"}).content.decode()
    assert "No patients match your search." in " ".join(page.split())
    assert "yielded" not in page
    for told in ("Without “Search: nobody”", "Without “Sex: Male”", "Without any filter"):
        assert told in page
    empty = entering.get("/queries/", {"q": "nobody"}).content.decode()
    assert "Without “Search: nobody”" in empty
