"""The guided page without a script: a file that nobody knows becomes a saved mapping, and the next one is asked about."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from demo.foreign.tace import tace_clinical_data
from importers import tasks
from importers.models import CenterMapping, Upload
from importers.storage.center_mappings import save_mapping
from registry.access.scope import center_scope
from tests.importers import books

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(cast) -> Client:
    client = Client()
    client.force_login(cast.uploader)
    return client


@pytest.fixture
def send(client, cast):
    """Upload a file and check it. The upload as it then stands."""

    def run(content: bytes, *, name: str = "tace.xlsx", **more) -> Upload:
        data = {"center": cast.center.pk, "file": SimpleUploadedFile(name, content), **more}
        client.post("/uploads/", data)
        return checked()

    def checked() -> Upload:
        with center_scope([cast.center.pk]):
            upload = Upload.objects.select_related("job").latest("pk")
        tasks.check(job_id=upload.job_id, upload_id=upload.pk, center_id=upload.center_id)
        with center_scope([cast.center.pk]):
            return Upload.objects.select_related("mapping").get(pk=upload.pk)

    run.checked = checked
    return run


def words(answer) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_a_file_nobody_knows_leads_to_the_guide_and_its_mapping_is_proposed_for_the_next(client, send, cast):
    export = tace_clinical_data(patients=4)
    upload = send(export.as_workbook())
    page = words(client.get(f"/uploads/{upload.pk}/"))
    assert "Which sheet is this?" in page
    assert "Confirm and store" not in page
    guide = f"/uploads/{upload.pk}/map/"
    assert "TCIA_ID" in words(client.get(guide))
    client.post(f"{guide}finish/", {"use_text": "yes", "text": export.mapping_text})
    assert f"Patient: {4} New" in words(client.get(f"{guide}finish/"))
    client.post(f"{guide}finish/", {"name": "tace", "note": "first", "go": "save"})
    upload = send.checked()
    assert (upload.state, upload.mapping.name, upload.mapping.version) == ("STAGED", "tace", 1)
    again = send(tace_clinical_data(patients=5).as_workbook(), name="june.xlsx")
    page = words(client.get(f"/uploads/{again.pk}/"))
    assert "Read it with mapping “tace”, version 1" in page
    client.post(f"/uploads/{again.pk}/map-with/", {"mapping": upload.mapping_id})
    assert send.checked().preview["records"]["patient"]["new"] == 5
    listed = words(client.get("/uploads/mappings/"))
    assert re.search(r"tace\b.* C01\b.* 1\b.* uploader\b", listed)
    text = client.get(f"/uploads/mappings/{upload.mapping_id}.yaml").content
    changed = text.replace(b"name: tace", b"name: tace-2")
    client.post("/uploads/mappings/", {"center": cast.center.pk, "file": SimpleUploadedFile("m.yaml", changed)})
    refused = client.post(
        "/uploads/mappings/", {"center": cast.center.pk, "file": SimpleUploadedFile("m.yaml", b"mapping: 2")}
    )
    assert refused.status_code == 400
    with center_scope([cast.center.pk]):
        assert set(CenterMapping.objects.values_list("name", flat=True)) == {"tace", "tace-2"}


def test_each_step_takes_its_part_into_the_draft_and_shows_what_becomes_of_the_rows(client, send, cast):
    rows = [["导出 2024"], ["病案号", "性别", "AFP (ng/mL)", "备注"], ["1", "男", 12, "x"], ["2", "9", "未检出", "y"]]
    upload = send(books.grid({"Sheet1": rows}))
    guide = f"/uploads/{upload.pk}/map/"
    client.post(f"{guide}sheet/", {"sheet": "Sheet1", "row": "2", "rows": "1"})
    client.post(f"{guide}kinds/", {"add": ["patient", "lab_wide"]})
    to = {"to-1": "every.local_id", "to-2": "patient.sex", "to-3": "lab_wide.afp", "to-4": ""}
    live = client.post(f"{guide}columns/", {**to, "skip-4": "on"}, headers={"X-Live": "1"})
    assert "Patients · 2 records" in words(live)
    assert "<form" not in live.content.decode()
    assert "9 × 1" in words(client.get(f"{guide}codes/"))
    client.post(f"{guide}codes/", {"own-patient.sex-1": "男", "code-patient.sex-1": "", **_says("9", "UNK")})
    assert "12" in words(client.get(f"{guide}units/"))
    client.post(f"{guide}words/", {"word": ["未检出"], "reason-0": "below", "dates": "day-first", "flags": "↑ ↓"})
    client.post(f"{guide}constants/", {"constant-patient.tumor_type": "HCC"})
    with center_scope([cast.center.pk]):
        draft = Upload.objects.get().mapping_draft
    patient, laboratory = draft["records"]
    assert patient["variables"]["sex"] == {"header": "性别", "codes": {"9": "UNK", "男": "M"}}
    assert patient["constants"] == {"tumor_type": "HCC"}
    assert laboratory["variables"] == {"afp": {"header": "AFP (ng/mL)"}}
    assert (draft["missing"], draft["flags"], draft["dates"]) == ({"未检出": "below"}, ["↑", "↓"], "day-first")
    assert (draft["header"], draft["ignored"]) == ({"row": 2}, ["备注"])
    finish = client.post(f"{guide}finish/", {"name": "x", "go": "save"}, follow=True)
    assert "Required, and given by no column or constant:" in words(finish)


def test_a_second_scan_of_a_row_is_a_copy_of_the_first_with_conditions_of_its_own(client, send, cast):
    upload = send(
        books.grid({"Sheet1": [["ID", "Reader 1", "Reader 2", "Week"], ["1", "PR", "", 7], ["2", "", "SD", ""]]})
    )
    guide = f"/uploads/{upload.pk}/map/"
    client.post(f"{guide}kinds/", {"add": ["imaging"]})
    client.post(f"{guide}columns/", {"to-1": "local_id", "to-2": "response_mrecist", "to-3": "response_mrecist"})
    assert "mRECIST response (imaging.response_mrecist): the first that is filled of Reader 1, Reader 2" in words(
        client.get(f"{guide}columns/")
    )
    client.post(f"{guide}kinds/", {"copy": "imaging"})
    asked = {"repeat-imaging#2": "", "when-imaging#2": ["Week", "Reader 2"]}
    asked |= {"asks-imaging#2": ["blank", "is_not"], "values-imaging#2": ["", "NE"]}
    client.post(f"{guide}kinds/", asked)
    with center_scope([cast.center.pk]):
        first, second = Upload.objects.get().mapping_draft["records"]
    assert first["variables"] == second["variables"] == {"response_mrecist": {"headers": ["Reader 1", "Reader 2"]}}
    assert second["when"] == [{"header": "Week", "filled": False}, {"header": "Reader 2", "is_not": ["NE"]}]
    live = client.post(f"{guide}columns/", {"to-1": "local_id"}, headers={"X-Live": "1"})
    assert "Imaging · 3 records" in words(live)


def test_an_unsaved_draft_survives_the_next_check_and_a_text_that_cannot_be_read_is_given_back(client, send, cast):
    export = tace_clinical_data(patients=3)
    with center_scope([cast.center.pk]):
        saved = save_mapping(export.mapping_text, center=cast.center.pk, by=cast.uploader)
    upload = send(export.as_workbook(), mapping=saved.pk)
    assert upload.state == "STAGED"
    guide = f"/uploads/{upload.pk}/map/"
    client.post(f"{guide}words/", {"word": ["nil"], "reason-0": "ND", "flags": "!"})
    client.post(f"/uploads/{upload.pk}/again/")
    assert send.checked().state == "STAGED"
    assert 'name="flags" value="!"' in " ".join(client.get(f"{guide}words/").content.decode().split())
    text = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", finish(client, guide), re.S)[1])
    assert "nil: ND" in text
    refused = client.post(f"{guide}finish/", {"name": saved.name, "text": f"{text}\nrecord: typo", "go": "codes"})
    assert refused.status_code == 400
    assert "record: typo" in words(refused)
    client.post(f"{guide}finish/", {"name": saved.name, "text": text.replace("nil", "none"), "go": "codes"})
    assert "none: ND" in html.unescape(finish(client, guide))
    client.post(f"{guide}finish/", {"name": saved.name, "go": "save"})
    assert send.checked().mapping_draft is None


def finish(client, guide) -> str:
    return client.get(f"{guide}finish/").content.decode()


def _says(own: str, code: str) -> dict[str, str]:
    return {"own-patient.sex-2": own, "code-patient.sex-2": code}


def test_the_guide_of_another_center_is_not_found(client, cast):
    assert client.get("/uploads/999/map/").status_code == 404
