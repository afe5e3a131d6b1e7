"""The way out of the registry: who may take a data set, whom it holds, what stays in the audit trail."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from analytics.errors import AnalysisError
from analytics.exports.services import COMMAND_LINE, export_dataset
from analytics.formats import ExportFormat
from analytics.models import Export, Study
from analytics.protocol.library import protocol_text
from analytics.studies.services import add_library_study, sha256
from registry.access.scope import center_scope
from registry.choices import Role
from registry.models import Membership
from tests.analytics.conftest import INDEX
from tests.analytics.exports.conftest import manifest, unzip
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

REASON = "the tests"
FEW = 6
Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def study(cast: Cast) -> Study:
    return add_library_study("an-2025", by=cast.statistician, reason=REASON)


@pytest.fixture
def make_cohort(make_case: Callable[..., Any], cast: Cast) -> Callable[[int], None]:
    """Patients whose laboratory values, deaths and progressions differ."""

    def make(size: int) -> None:
        for number in range(size):
            make_case(
                f"{number}",
                arm="resection" if number % 5 < 2 else "ablation",
                center=[cast.center, cast.other_center][number % 2],
                sex="MF"[number // 3 % 2],
                laboratory={"afp": 10.0 + 37.7 * number, "alb": 36.1 + number / 3},
                whole={"tumor_number": 1 + number % 3},
                progression_date=INDEX + timedelta(days=200 + 31 * number) if number % 3 else None,
                death_date=INDEX + timedelta(days=400 + 53 * number) if number % 2 else None,
            )

    return make


@pytest.fixture
def cohort(make_cohort: Callable[[int], None]) -> None:
    make_cohort(FEW)


def exported(study: Study, *, by: User, file_format: str = "csv") -> dict[str, bytes]:
    return unzip(export_dataset(study, file_format=ExportFormat(file_format), by=by, reason=REASON).content)


def exports_seen(cast: Cast) -> list[Export]:
    with center_scope([cast.center.pk, cast.other_center.pk]):
        return list(Export.objects.all())


def ids(files: dict[str, bytes]) -> set[str]:
    return {line.split(",")[0] for line in files["data.csv"].decode().splitlines()[1:]}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_exported_table_compares_as_the_registry_does(make_cohort: Callable[[int], None], tmp_path: Path) -> None:
    make_cohort(20)
    out, first, again = tmp_path / "out.zip", tmp_path / "first.json", tmp_path / "again.json"
    call_command("compare", "an-2025", "--json", str(first))
    call_command("export_dataset", "an-2025", str(out), "--format", "csv")
    for name, content in unzip(out.read_bytes()).items():
        (tmp_path / name).write_bytes(content)
    call_command(
        "compare", str(tmp_path / "table-protocol.yaml"), "--table", str(tmp_path / "data.csv"), "--json", str(again)
    )
    one, two = json.loads(first.read_text()), json.loads(again.read_text())
    assert len(one["matching"]["pairs"]) >= 3
    assert two["matching"]["pairs"] == one["matching"]["pairs"]
    for name in ("OS", "PFS"):
        for cohort_name in ("unmatched", "matched"):
            expected = one["endpoints"][name][cohort_name]["hazard_ratio"]
            found = two["endpoints"][name][cohort_name]["hazard_ratio"]
            assert found["hr"] == pytest.approx(expected["hr"], rel=1e-12)
            assert found["se"] == pytest.approx(expected["se"], rel=1e-12)
    assert one["endpoints"]["OS"]["matched"]["hazard_ratio"]["hr"]


def test_nothing_in_the_zip_names_a_person(cohort: None, make_case: Any, study: Study, cast: Cast) -> None:
    make_case("STUDYNUMBER77", birth_date=INDEX.replace(year=1955, month=7, day=19))
    files = exported(study, by=cast.statistician)
    everything = b"\n".join(files.values())
    assert b"STUDYNUMBER77" not in everything
    assert b"1955-07-19" not in everything
    assert b"local_id" not in everything


@pytest.mark.parametrize("consent", ["WDR", "PEND"])
def test_who_withdrew_or_has_not_consented_stays_behind_whatever_the_protocol_says(
    make_case: Any, cast: Cast, consent: str
) -> None:
    text = protocol_text("an-2025").replace("value: [OBT, WAIV]", "value: [OBT, WAIV, WDR, PEND]")
    with center_scope([cast.center.pk], by=cast.statistician, reason=REASON):
        study = Study.objects.create(name="all", version="1", title_en="All", protocol=text, owner=cast.statistician)
    given, withheld = make_case("1", consent_status="OBT"), make_case("2", consent_status=consent)
    files = exported(study, by=cast.statistician)
    assert ids(files) == {given.registry_id}
    assert withheld.registry_id.encode() not in b"".join(files.values())
    assert (manifest(files)["rows"], manifest(files)["withheld_without_consent"]) == (1, 1)


def test_a_study_without_anybody_to_export_is_refused_and_leaves_no_trace(study: Study, cast: Cast) -> None:
    with pytest.raises(AnalysisError, match="Nothing was exported"):
        exported(study, by=cast.statistician)
    assert exports_seen(cast) == []


def test_an_export_stands_in_the_audit_trail_with_who_when_why_and_hash(
    cohort: None, study: Study, cast: Cast, rows: Rows
) -> None:
    done = export_dataset(study, file_format=ExportFormat.SAV, by=cast.statistician, reason="for the journal")
    with center_scope(done.export.center_ids):
        trail = rows(
            """SELECT e.sha256, e.rows, e.created_at, c.metadata->>'user', c.metadata->>'reason'
            FROM analytics_exportevent e JOIN pghistory_context c ON c.id = e.pgh_context_id"""
        )
    assert trail == [
        (sha256_of(done.content), FEW, done.export.created_at, str(cast.statistician.pk), "for the journal")
    ]
    said = manifest(unzip(done.content))
    assert (said["exported_by"], said["reason"], said["centers"]) == ("statistician", "for the journal", ["C01", "C02"])
    assert said["protocol_sha256"] == sha256(study.protocol)


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("statement", ["UPDATE analytics_exportevent SET rows = 0", "DELETE FROM analytics_export"])
def test_what_stays_of_an_export_can_not_be_taken_away(
    cohort: None, study: Study, cast: Cast, rows: Rows, statement: str
) -> None:
    done = export_dataset(study, file_format=ExportFormat.CSV, by=cast.statistician, reason=REASON)
    with (
        center_scope(done.export.center_ids, by=cast.statistician, reason="attack"),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        rows(statement)


def test_the_same_records_give_the_same_bytes_but_for_the_moment(cohort: None, study: Study, cast: Cast) -> None:
    first, again = exported(study, by=cast.statistician), exported(study, by=cast.statistician)
    said, said_again = (json.loads(files.pop("manifest.json")) for files in (first, again))
    assert first == again
    assert said.pop("exported_at")
    assert said_again.pop("exported_at")
    assert said == said_again


def test_the_data_hash_is_that_of_a_run_on_the_same_records(cohort: None, study: Study, tmp_path: Path) -> None:
    call_command("compare", "an-2025", "--json", str(tmp_path / "result.json"))
    call_command("export_dataset", "an-2025", str(tmp_path / "out.zip"))
    said = manifest(unzip((tmp_path / "out.zip").read_bytes()))
    assert said["data_sha256"] == json.loads((tmp_path / "result.json").read_text())["data"]["sha256"]


def test_a_statistician_of_one_center_exports_that_center_alone(cohort: None, study: Study, cast: Cast) -> None:
    with center_scope([], by=cast.administrator, reason="one center only"):
        local = User.objects.create_user("local", is_staff=True)
        Membership.objects.create(user=local, center=cast.other_center, role=Role.STATISTICIAN)
    files = exported(study, by=local)
    assert {name[:3] for name in ids(files)} == {"C02"}
    assert manifest(files)["centers"] == ["C02"]


def test_nobody_without_the_right_exports(cohort: None, study: Study, cast: Cast) -> None:
    with center_scope([], by=cast.administrator, reason="an investigator"):
        reader = User.objects.create_user("reader", is_staff=True)
        Membership.objects.create(user=reader, center=cast.center, role=Role.PRINCIPAL_INVESTIGATOR)
    address = reverse("analytics:export", args=[study.pk])
    for user in (cast.data_manager, cast.uploader, cast.outsider, cast.administrator, reader):
        with pytest.raises(PermissionDenied):
            exported(study, by=user)
        response = signed_in(user).post(address, {"file_format": "csv", "reason": REASON})
        assert response.status_code == 403
    assert Client().post(address, {"file_format": "csv", "reason": REASON}).status_code in {302, 403}
    assert "export_reason" not in signed_in(reader).get(study.get_absolute_url()).content.decode()
    assert exports_seen(cast) == []


def test_a_statistician_downloads_the_zip_from_the_study_page(cohort: None, study: Study, cast: Cast) -> None:
    client, address = signed_in(cast.statistician), reverse("analytics:export", args=[study.pk])
    assert address in client.get(study.get_absolute_url()).content.decode()
    response = client.post(address, {"file_format": "xlsx", "reason": "a table for the ward"})
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    assert 'filename="an-2025-xlsx.zip"' in response["Content-Disposition"]
    assert "data.xlsx" in unzip(response.content)
    shown = client.get(study.get_absolute_url()).content.decode()
    assert "a table for the ward" in shown
    assert sha256_of(response.content)[:16] in shown
    listed = b"".join(client.get(f"{study.get_absolute_url()}?exports-file=csv").streaming_content).decode()
    assert sha256_of(response.content) in listed


@pytest.mark.parametrize("given", [{"file_format": "csv", "reason": " "}, {"file_format": "rds", "reason": "why not"}])
def test_an_incomplete_form_exports_nothing_and_says_so(
    cohort: None, study: Study, cast: Cast, given: dict[str, str]
) -> None:
    client = signed_in(cast.statistician)
    response = client.post(reverse("analytics:export", args=[study.pk]), given, follow=True)
    assert "Nothing was exported" in response.content.decode()
    assert exports_seen(cast) == []


def test_a_statistician_of_one_center_does_not_see_exports_of_two(cohort: None, study: Study, cast: Cast) -> None:
    export_dataset(study, file_format=ExportFormat.CSV, by=cast.statistician, reason="of both centers")
    with center_scope([], by=cast.administrator, reason="one center only"):
        local = User.objects.create_user("local", is_staff=True)
        Membership.objects.create(user=local, center=cast.other_center, role=Role.STATISTICIAN)
    assert "of both centers" not in signed_in(local).get(study.get_absolute_url()).content.decode()


def test_an_export_from_the_command_line_is_of_an_account_that_can_not_sign_in(
    cohort: None, cast: Cast, tmp_path: Path, rows: Rows
) -> None:
    call_command("export_dataset", "an-2025", str(tmp_path / "out.zip"), "--format", "parquet")
    (export,) = exports_seen(cast)
    account = export.requested_by
    assert account.username == COMMAND_LINE
    assert not account.is_active
    assert not account.has_usable_password()
    with center_scope(export.center_ids):
        (found,) = rows(
            """SELECT c.metadata->>'source', c.metadata->>'operating_system_user' FROM analytics_exportevent e
            JOIN pghistory_context c ON c.id = e.pgh_context_id"""
        )
    assert found[0] == "command"
    assert found[1]


def test_an_export_by_a_user_named_is_theirs(cohort: None, cast: Cast, tmp_path: Path) -> None:
    call_command("export_dataset", "an-2025", str(tmp_path / "out.zip"), "--by", "statistician", "--reason", "asked")
    (export,) = exports_seen(cast)
    assert (export.requested_by, export.reason) == (cast.statistician, "asked")


@pytest.mark.parametrize(
    "arguments",
    [
        ["an-2025", "{folder}/out.zip", "--format", "dta"],
        ["an-2025", "{folder}/out.zip", "--format", "rds"],
        ["no-such-study", "{folder}/out.zip"],
        ["an-2025", "{folder}/missing/out.zip"],
        ["an-2025", "{folder}"],
        ["an-2025", "{folder}/out.zip", "--by", "nobody"],
        ["an-2025", "{folder}/out.zip", "--by", "outsider"],
        ["an-2025", "{folder}/out.zip", "--reason", ""],
    ],
)
def test_what_can_not_be_exported_is_one_clear_line_and_no_file(
    cohort: None, cast: Cast, tmp_path: Path, arguments: list[str]
) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("export_dataset", *(argument.format(folder=tmp_path) for argument in arguments))
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []
    assert exports_seen(cast) == []
