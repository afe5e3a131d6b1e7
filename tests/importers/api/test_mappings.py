"""A hospital's script saves its mapping, sends its own export by it, and sees no other center's."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from demo.foreign.laboratory import RESULT, laboratory_results
from demo.foreign.survey import survey_table
from demo.foreign.visits import hospital_visits
from importers import tasks
from importers.api.tokens import make_token
from importers.models import CenterMapping, Upload
from registry.access.scope import center_scope
from registry.models import LabResult
from registry.workbook.provenance import provenance_of

pytestmark = pytest.mark.django_db(transaction=True)

EXPORT = survey_table(patients=12)
JSON = "application/json"
ADDRESS = "/api/v1/centers/C01/mappings"


@pytest.fixture
def script(cast):
    cache.clear()
    token = make_token(by=cast.uploader, days=30)
    return Client(headers={"authorization": f"Token {token}"}, raise_request_exception=False)


def put(script, text, *, name="survey", address=ADDRESS):
    body = json.dumps({"text": text, "note": "first"})
    return script.put(f"{address}/{name}", body, content_type="application/json")


def test_a_script_saves_a_mapping_sends_by_it_and_reads_a_refused_file_again(script, cast):
    assert script.get(ADDRESS).json() == []
    file = SimpleUploadedFile("export.xlsx", EXPORT.as_workbook())
    unmapped = script.post("/api/v1/uploads", {"center": "C01", "file": file}).json()
    work(cast, unmapped["upload"])
    assert script.get(f"/api/v1/uploads/{unmapped['upload']}").json()["state"] == "REFUSED"

    saved = put(script, EXPORT.mapping_text)
    assert (saved.status_code, saved.json()["version"], saved.json()["note"]) == (200, 1, "first")
    assert put(script, EXPORT.mapping_text).json()["version"] == 1
    assert put(script, EXPORT.mapping_text + "# later\n").json()["version"] == 2
    assert [one["version"] for one in script.get(ADDRESS).json()] == [2]
    assert script.get(f"{ADDRESS}/survey", {"version": 1}).json()["text"] == EXPORT.mapping_text
    assert script.get(f"{ADDRESS}/survey", {"version": 3}).status_code == 404

    again = script.post(
        f"/api/v1/uploads/{unmapped['upload']}/mapping", {"mapping": "survey"}, content_type="application/json"
    )
    assert (again.status_code, again.json()["mapping"]) == (202, {"name": "survey", "version": 2})
    work(cast, unmapped["upload"])
    state = script.get(f"/api/v1/uploads/{unmapped['upload']}").json()
    assert state["state"] == "STAGED"
    file.seek(0)
    sent = script.post("/api/v1/uploads", {"center": "C01", "file": file, "mapping": "survey"})
    assert (sent.status_code, sent.json()["upload"]) == (200, unmapped["upload"])
    found = script.get(f"/api/v1/uploads/{unmapped['upload']}/findings").json()["findings"]
    letters = {"Gender": "B", "Platelets": "H", "Size": "K", "Hb": "J"}
    planted = {(one.row, letters[one.header], one.code) for one in EXPORT.planted}
    assert planted <= {(one["row"], one["column"], one["code"]) for one in found}


def test_a_laboratorys_row_per_result_goes_the_whole_way(script, cast):
    visits, results = (make(patients=14, visits=60) for make in (hospital_visits, laboratory_results))
    stored = [send_and_store(script, cast, export) for export in (visits, results)]
    assert stored[1]["result"]["labresult"]["new"] > 300
    assert {f["code"] for f in stored[1]["errors"]} == {one.code for one in results.planted}
    with center_scope([cast.center.pk]):
        result = LabResult.objects.filter(analyte_code="glu").earliest("pk")
        assert (result.raw_unit, str(result.raw_value)) == ("mg/dL", provenance_of(result)["value"].raw.rstrip("↑↓"))
    results.rows[0][RESULT] = "77"
    again = send_and_store(script, cast, results)
    assert {(counts["new"], counts["changed"]) for counts in again["result"].values()} == {(0, 0), (0, 1)}
    assert (
        script.post(f"/api/v1/uploads/{again['upload']}/undo", {"reason": "a trial"}, content_type=JSON).status_code
        == 202
    )


def send_and_store(script, cast, export) -> dict[str, Any]:
    """By REST alone, with a worker's part done here."""
    assert put(script, export.mapping_text, name=export.mapping).status_code == 200
    file = SimpleUploadedFile(export.filename, export.as_workbook())
    sent = script.post("/api/v1/uploads", {"center": "C01", "file": file, "mapping": export.mapping}).json()["upload"]
    work(cast, sent)
    found = script.get(f"/api/v1/uploads/{sent}/findings").json()["findings"]
    assert script.get(f"/api/v1/uploads/{sent}").json()["state"] == "STAGED"
    confirmed = script.post(f"/api/v1/uploads/{sent}/confirm", {"mode": "VALID", "reason": "go"}, content_type=JSON)
    assert confirmed.status_code == 202
    work(cast, sent, task=tasks.store)
    state = script.get(f"/api/v1/uploads/{sent}").json()
    assert state["state"] == "STORED"
    return {**state, "errors": [one for one in found if one["severity"] == "error"]}


def test_what_is_wrong_with_a_mapping_is_told_key_by_key_in_both_languages(script):
    text = EXPORT.mapping_text.replace("kind: followup", "kind: follow").replace("{1: M, 0: F}", "{1: M, 0: W}")
    answer = put(script, text)
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert [one["field"] for one in errors] == ["records[1].variables.sex.codes.0", "records[4].kind"]
    assert all(one["message"]["en"] and one["message"]["zh"] for one in errors)
    assert put(script, EXPORT.mapping_text, name="other").json()["errors"][0]["field"] == "name"
    assert put(script, "").status_code == 400


def test_another_centers_mappings_are_not_seen_saved_or_used(script):
    elsewhere = "/api/v1/centers/C02/mappings"
    assert script.get(elsewhere).status_code == 403
    assert put(script, EXPORT.mapping_text, address=elsewhere).status_code == 403
    file = SimpleUploadedFile("export.xlsx", EXPORT.as_workbook())
    refused = script.post("/api/v1/uploads", {"center": "C01", "file": file, "mapping": "survey"})
    assert refused.status_code == 409
    assert "survey" in refused.json()["errors"][0]["message"]["zh"]


def test_commands_import_send_and_export(cast, tmp_path, capsys):
    path, export, copy = tmp_path / "survey.yaml", tmp_path / "export.xlsx", tmp_path / "copy.yaml"
    path.write_text(EXPORT.mapping_text, encoding="utf-8")
    export.write_bytes(EXPORT.as_workbook())
    call_command("import_mapping", path, center="C01", by="uploader", note="from the archive")
    with pytest.raises(SystemExit) as ended:  # it has errors, told and held back
        call_command("send_workbook", export, center="C01", by="uploader", mapping="survey")
    assert ended.value.code == 1
    told = capsys.readouterr().out
    assert "mapping survey, version 1" in told
    assert "error M-VALUE hcc-data B6 sex" in told
    assert "patient: 11 new" in told
    call_command("export_mapping", "survey", center="C01", out=copy)
    assert copy.read_text(encoding="utf-8") == EXPORT.mapping_text
    call_command("export_mapping", center="C01")
    assert "survey: version 1" in capsys.readouterr().out
    call_command("import_mapping", copy, center="C02", by="other_data_manager")
    path.write_text(EXPORT.mapping_text.replace("sex:", "sexx:"), encoding="utf-8")
    for refused in (
        lambda: call_command("import_mapping", path, center="C01", by="uploader"),
        lambda: call_command("import_mapping", copy, center="C02", by="uploader"),
        lambda: call_command("export_mapping", "nothing", center="C01"),
        lambda: call_command("check_workbook", export, center="C01", mapping="nothing"),
    ):
        with pytest.raises(CommandError) as error:
            refused()
        assert error.value.returncode == 2
    with center_scope([cast.center.pk]):
        assert CenterMapping.objects.count() == 1


def work(cast, number, *, task=tasks.check) -> None:
    with center_scope([cast.center.pk]):
        upload = Upload.objects.select_related("job").get(pk=number)
    task(job_id=upload.job_id, upload_id=upload.pk, center_id=cast.center.pk)
