"""The pages of the editor as a signed-in person meets them, without a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import translation

from analytics.editor.summary import read_draft
from analytics.models import StudyDraft
from analytics.protocol.library import protocol_text
from analytics.protocol.text import parse_protocol
from analytics.studies.acceptance import accept_design
from analytics.studies.drafts import start_draft
from analytics.studies.services import run_comparison
from analytics.studies.versions import freeze_draft, lock_plan
from registry.access.scope import center_scope
from registry.choices import Role
from registry.models import Membership
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

TEXT = protocol_text("an-2025").replace("id: an-2025", "id: own")


@pytest.fixture
def draft(cast: Cast) -> StudyDraft:
    return start_draft(TEXT, by=cast.statistician)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def live(user: User, draft: StudyDraft, data: Any) -> Any:
    data["@edition"], data["@base"] = "1", draft.text
    answer = signed_in(user).post(
        reverse("analytics:draft_live", args=[draft.pk]),
        data.urlencode(),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200
    return answer.json()


def test_what_is_typed_is_saved_and_told_with_its_faults_and_counts(
    draft: StudyDraft, cast: Cast, send: Callable, make_case: Callable
) -> None:
    make_case("1")
    client = signed_in(cast.statistician)
    assert client.get(reverse("analytics:draft_records", args=[draft.pk])).json() == {}
    told = live(cast.statistician, draft, send(parse_protocol(draft.text), time_zero="indx", version="9"))
    assert [(one["name"], one["text"][:24]) for one in told["problems"]] == [("time_zero", "time_zero names indx, wh")]
    assert (told["edition"], told["form"], told["is_counting"]) == (2, None, False)
    assert told["counts"]["population.eligibility.0"] == 1
    assert "time_zero: indx" in told["text"]
    assert "Patients recorded" in told["panel"]
    with center_scope(draft.center_ids):
        assert StudyDraft.objects.get(pk=draft.pk).text == told["text"]
    with center_scope(draft.center_ids), translation.override("zh-hans"):
        counted = read_draft(parse_protocol(TEXT), center_ids=draft.center_ids).arms
    assert [name for name, _n in counted] == ["手术切除", "消融"]


def test_an_act_draws_the_fields_anew_and_says_where_to_go_on(draft: StudyDraft, cast: Cast, send: Callable) -> None:
    data = send(parse_protocol(draft.text), **{"@act": "add", "@name": "subgroups"})
    told = live(cast.statistician, draft, data)
    number = len(parse_protocol(TEXT).get("subgroups", []))
    assert told["focus"] == f"subgroups.{number}"
    assert f'name="subgroups.{number}.name"' in told["form"]


def test_text_that_is_no_yaml_changes_nothing(draft: StudyDraft, cast: Cast, send: Callable) -> None:
    told = live(cast.statistician, draft, send(parse_protocol(draft.text), **{"@text": "id: ["}))
    assert "line 1" in told["refusal"]
    with center_scope(draft.center_ids):
        assert StudyDraft.objects.get(pk=draft.pk).text == TEXT


def test_names_are_those_of_the_record_that_the_field_is_about(draft: StudyDraft, cast: Cast) -> None:
    client, address = signed_in(cast.statistician), reverse("analytics:draft_names", args=[draft.pk])
    of_patient = dict(client.get(address, {"q": "baseline.alb"}).json()["names"])
    of_session = dict(client.get(address, {"q": "modal", "scope": "transarterial"}).json()["names"])
    assert of_patient["baseline.alb"].startswith("Albumin")
    assert next(iter(of_session)) == "modality"


def test_drafts_are_for_those_who_run_studies_in_all_of_their_centers(draft: StudyDraft, cast: Cast) -> None:
    with center_scope([cast.center.pk], by=cast.administrator, reason="the tests"):
        Membership.objects.create(user=cast.outsider, center=cast.center, role=Role.STATISTICIAN)
    expected = {cast.statistician: 200, cast.outsider: 404, cast.investigator: 403, cast.data_manager: 403}
    for user, status in expected.items():
        assert signed_in(user).get(draft.get_absolute_url()).status_code == status, user
        assert signed_in(user).get(reverse("analytics:draft_names", args=[draft.pk])).status_code == status, user
    assert draft.get_absolute_url() in signed_in(cast.statistician).get("/studies/").content.decode()
    assert draft.get_absolute_url() not in signed_in(cast.outsider).get("/studies/").content.decode()


def test_the_plan_is_a_page_and_a_pdf_with_its_hash_and_the_yaml_is_the_same_to_the_byte(
    draft: StudyDraft, cast: Cast
) -> None:
    study = freeze_draft(draft, by=cast.statistician)
    lock_plan(study, by=cast.statistician)
    client = signed_in(cast.investigator)
    page = client.get(reverse("analytics:plan", args=[study.pk])).content.decode()
    assert "Beyond the Milan criteria" in page
    assert "by statistician" in page
    assert client.get(reverse("analytics:plan_pdf", args=[study.pk])).content.startswith(b"%PDF")
    assert client.get(reverse("analytics:study_yaml", args=[study.pk])).content.decode() == TEXT


def test_a_result_lists_the_lock_and_every_amendment_with_its_reason(
    draft: StudyDraft, cast: Cast, make_case: Callable
) -> None:
    for number in range(8):
        place = [cast.center, cast.other_center][number % 2]
        make_case(f"{number}", arm="resection" if number < 4 else "ablation", center=place, sex="MF"[number // 2 % 2])
    study = freeze_draft(draft, by=cast.statistician)
    lock_plan(study, by=cast.statistician)
    run = run_comparison(study, by=cast.statistician, reason="the tests")
    accept_design(run, by=cast.statistician, reason="the tests")
    page = signed_in(cast.statistician).get(run.get_absolute_url()).content.decode()
    assert "was locked by statistician" in page
    assert "Not amended since." in page
    later = start_draft(
        TEXT.replace('version: "4"', 'version: "5"').replace("seed: 1", "seed: 2"), by=cast.statistician
    )
    address = reverse("analytics:freeze", args=[later.pk])
    client = signed_in(cast.statistician)
    assert "Seed of random numbers: 1 → 2" in client.get(address).content.decode()
    assert "State why it changes" in client.post(address, {"reason": " "}).content.decode()
    client.post(address, {"reason": "The seed of the pilot was used."})
    assert "The seed of the pilot was used." in client.get(run.get_absolute_url()).content.decode()


def test_rows_of_a_study_of_the_library_are_taken_over_behind_ones_own(
    draft: StudyDraft, cast: Cast, send: Callable
) -> None:
    own = parse_protocol(draft.text)
    for part in ("population.eligibility", "population.events", "endpoints"):
        data = send(parse_protocol(draft.text), **{"@act": "take", "@name": part, "@variant": "deng-2023"})
        draft.text, draft.edition = (told := live(cast.statistician, draft, data))["text"], told["edition"]
    taken, other = parse_protocol(draft.text), parse_protocol(protocol_text("deng-2023"))
    before = [row["id"] for row in own["population"]["eligibility"]]
    after = [row["id"] for row in taken["population"]["eligibility"]]
    assert after[: len(before)] == before
    assert set(after) == set(before) | {row["id"] for row in other["population"]["eligibility"]}
    assert len(after) == len(set(after))
    assert taken["population"]["events"]["index"] == own["population"]["events"]["index"]
    assert taken["endpoints"]["ORR"] == other["endpoints"]["ORR"]
