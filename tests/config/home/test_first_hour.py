"""Each step of the guided first hour is ticked by doing it on the pages, by the person who did it, and by nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from analytics.models import Run, Study
from analytics.studies.acceptance import accept_design
from analytics.studies.services import run_comparison
from analytics.tasks import run_study
from config.home.first_hour import GUIDES
from importers import tasks
from importers.models import Upload
from registry.access.scope import center_scope
from registry.choices import Role
from registry.models import AblationSession, Membership, Patient
from registry.queries import open_query
from registry.records.sign_off import sign_off
from registry.records.status import verify_patient
from tests.conftest import PASSWORD, Cast
from tests.importers import books
from tests.registry.admin.opened import posted_by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def offered(settings: Any) -> None:
    settings.GUIDED_FIRST_HOUR = True


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def change(client: Client, page: str, **values: Any) -> None:
    answer = client.post(page, {**posted_by(client, page), **values})
    assert answer.status_code == 302, [
        form.errors for inline in answer.context["inline_admin_formsets"] for form in inline.formset.forms
    ] + [answer.context["adminform"].form.errors]


def _row(kind: str, values: dict[str, str]) -> dict[str, str]:
    return {f"{kind}_set-0-{name}": value for name, value in values.items()}


def ticked(client: Client) -> list[str]:
    """What is done, by the first word of each guide and step."""
    guides = client.get("/").context["guides"]
    return [f"{guide.title.split()[0]}: {step.text}" for guide in guides for step in guide.steps if step.is_done]


def ticks(client: Client, before: list[str]) -> list[str]:
    """What has become done since."""
    now = ticked(client)
    assert set(before) <= set(now)
    new = [step for step in now if step not in before]
    before[:] = now
    return [" ".join(step.split()[:3]) for step in new]


def test_entering_is_ticked_step_by_step(cast: Cast, patient_form: Callable, make_patient: Callable) -> None:
    elsewhere = make_patient(local_id="0001")  # submitted, by no page
    with center_scope([cast.center.pk], by=cast.data_manager, reason="before the first hour", source="demo"):
        treated = {"patient": elsewhere, "center": cast.center, "start_date": "2015-05-01"}
        AblationSession.objects.create(**treated, ablation_modality="MWA")
    client, done = signed_in(cast.data_manager), []
    assert ticks(client, done) == []
    client.post("/admin/registry/patient/add/", patient_form(local_id="0007"))
    assert ticks(client, done) == ["Data: Add a"]
    with center_scope([cast.center.pk]):
        patient = Patient.objects.get(local_id="0007")
    of_it = f"/admin/registry/patient/{patient.pk}/change/"
    links = [step.link for step in client.get("/").context["guides"][0].steps]
    assert links[1:] == [f"{of_it}#assessment_set", f"{of_it}#transarterialsession_set", of_it, of_it]
    visit = {"assessment_date": "2015-03-10", "assessment_type": "BASE", "laboratory_alb": "41.7"}
    visit |= {"tumorburden_set-TOTAL_FORMS": "0", "tumorburden_set-INITIAL_FORMS": "0"}
    client.post(f"/admin/registry/assessment/add/?patient={patient.pk}", visit)
    assert ticks(client, done) == ["Data: Add the"]
    page = f"/admin/registry/patient/{patient.pk}/change/"
    ablation = {"start_date": "2016-05-02", "ablation_modality": "MWA"}
    change(client, page, **{"ablationsession_set-TOTAL_FORMS": "1"}, **_row("ablationsession", ablation))
    assert ticks(client, done) == ["Data: Enter a"]
    change(client, page, _submit_record="1")
    assert ticks(client, done) == ["Data: Submit the"]
    change(client, page, birth_date="1961-05-17", _reason_code="TRANSCR")
    assert ticks(client, done) == ["Data: Correct a"]
    assert ticked(signed_in(cast.investigator)) == []  # what another person did


def test_managing_is_ticked_step_by_step(cast: Cast, make_patient: Callable) -> None:
    patient, asked = make_patient(local_id="0001"), make_patient(local_id="0002")
    with center_scope([cast.center.pk], by=cast.data_manager, reason="before the first hour", source="demo"):
        verify_patient(patient, by=cast.data_manager)
        about = ("sex", "tumor_type")
        queries = [open_query(asked, variables=[name], text="Sure?", by=cast.data_manager) for name in about]
    client, done = signed_in(cast.data_manager), []
    assert ticks(client, done) == []
    client.post(reverse("queries:say", args=[queries[0].pk]), {"act": "answer", "text": "As in the file."})
    assert ticks(client, done) == ["Data: Answer an"]
    client.post(reverse("queries:say", args=[queries[1].pk]), {"act": "close", "text": "Not asked any more."})
    assert ticks(client, done) == ["Data: Close a"]
    client.post(f"/records/patient/{patient.pk}/act/lock/", {"words": "complete"})
    assert ticks(client, done) == ["Data: Lock a"]
    client.post(f"/records/patient/{patient.pk}/act/unlock/", {"words": "not yet"})
    client.post(f"/records/patient/{patient.pk}/act/verify/")
    assert ticks(client, done) == ["Data: Verify a"]
    assert [guide.done for guide in client.get("/").context["guides"]] == [0, 4]


@pytest.mark.django_db(transaction=True)  # the work of the queue has its own connection
def test_uploading_confirming_and_undoing_are_ticked(cast: Cast, make_patient: Callable) -> None:
    patient = make_patient(local_id="0099")
    with center_scope([cast.center.pk], by=cast.data_manager, reason="before the first hour"):
        query = open_query(patient, variables=["sex"], text="Sure?", by=cast.data_manager)
    client, done = signed_in(cast.uploader), []
    assert ticks(client, done) == []
    file = SimpleUploadedFile("march.xlsx", books.workbook(books.whole_center(1)))
    address = client.post("/uploads/", {"center": cast.center.pk, "file": file}).url
    assert ticks(client, done) == ["Center: Download the"]
    _work(cast)
    assert ticks(client, done) == []
    client.post(f"{address}confirm/", {"mode": "VALID", "reason": "the March workbook"})
    assert ticks(client, done) == ["Center: Read the"]
    _work(cast)
    client.post(f"{address}undo/", {"reason": "only a test"})
    _work(cast)
    assert ticks(client, done) == ["Center: Undo that"]
    client.post(reverse("queries:say", args=[query.pk]), {"act": "answer", "text": "As in the file."})
    assert ticks(client, done) == ["Center: Answer an"]


def _work(cast: Cast) -> None:
    with center_scope([cast.center.pk]):
        upload = Upload.objects.select_related("job").latest("pk")
    task = {"upload": tasks.check, "load": tasks.store, "undo": tasks.undo}[upload.job.kind]
    task(job_id=upload.job_id, upload_id=upload.pk, center_id=upload.center_id)


def test_signing_one_and_signing_all_are_ticked(cast: Cast, make_patient: Callable) -> None:
    patients = [make_patient(local_id=number) for number in ("0001", "0002", "0003")]
    with center_scope([cast.center.pk], by=cast.investigator, reason="set up the demo", source="demo"):
        sign_off(patients[0], by=cast.investigator, statement="I vouch.")
    client, done = signed_in(cast.investigator), []
    assert ticks(client, done) == []
    for address, told in (
        (reverse("sign_page", args=[patients[1].pk]), ["Principal: Sign off"]),
        (reverse("queries:sign_all"), ["Principal: Sign off"]),
    ):
        page = client.get(address).context
        client.post(address, {"seen": page["patients"].seen, "statement": page["statement"], "password": PASSWORD})
        assert ticks(client, done) == told


@pytest.mark.django_db(transaction=True)  # the work of the queue has its own connection
def test_running_accepting_and_exporting_are_ticked(cast: Cast, make_case: Callable) -> None:
    for number in range(8):
        make_case(f"{number}", arm="resection" if number < 4 else "ablation", sex="MF"[number // 2 % 2])
    client, done = signed_in(cast.statistician), []
    client.post(reverse("analytics:take_up"), {"protocol": "an-2025"})
    study = Study.objects.get()
    with center_scope([cast.center.pk, cast.other_center.pk]):
        accept_design(
            run_comparison(study, by=cast.statistician, reason="first comparison of the demo"),
            by=cast.statistician,
            reason="first comparison of the demo",
        )
    assert ticks(client, done) == []
    make_case("8", arm="ablation")  # another design than the accepted one
    client.post(reverse("analytics:start_run", args=[study.pk]))
    assert ticks(client, done) == ["Statistician: Run a"]
    with center_scope([cast.center.pk, cast.other_center.pk]):
        run = Run.objects.latest("pk")
    run_study(job_id=run.job_id, run=run.pk, user=cast.statistician.pk)
    design = {"method": "nearest", "weights": "overlap", "ratio": "1", "caliper_width": "0.3", "scale": "logit"}
    client.post(reverse("analytics:try_design", args=[run.pk]), design | {"covariates": ["sex", "age_at_index"]})
    assert ticks(client, done) == ["Statistician: Judge the"]
    client.post(reverse("analytics:accept", args=[run.pk]), {"reason": "balanced"})
    assert ticks(client, done) == ["Statistician: Accept its"]
    client.post(reverse("analytics:export", args=[study.pk]), {"file_format": "csv", "reason": "a table for the ward"})
    assert ticks(client, done) == ["Statistician: Export the"]


def test_giving_a_role_a_limit_and_a_check_of_all_data_are_ticked(cast: Cast) -> None:
    client, done = signed_in(cast.administrator), []
    assert ticks(client, done) == []
    role = {"center": cast.center.pk, "role": "UP", "reason": "uploads for the ward"}
    client.post(reverse("people:act", args=[cast.outsider.pk, "give"]), role)
    assert ticks(client, done) == ["Administrator: Give a"]
    limit = {"center": cast.center.pk, "analyte_code": "alb", "age_from": "0", "age_to": "150", "lln": "35"}
    client.post(reverse("admin:registry_labreferencelimit_add"), {**limit, "valid_from": "2010-01-01"})
    assert ticks(client, done) == ["Administrator: Enter a"]
    client.post(reverse("queries:sweeps"))
    assert ticks(client, done) == ["Administrator: Check all"]


@pytest.fixture
def center_manager(cast: Cast) -> User:
    with center_scope([], by=cast.administrator, reason="a test"):
        person = User.objects.create_user("center_manager", is_staff=True)
        Membership.objects.create(user=person, center=cast.center, role=Role.CENTER_MANAGER)
    return person


def test_inviting_and_ending_are_ticked_for_the_center_manager(cast: Cast, center_manager: User) -> None:
    client, done = signed_in(center_manager), []
    assert ticks(client, done) == []
    invited = {"username": "lin.na", "last_name": "Lin", "first_name": "Na", "email": ""}
    client.post(reverse("people:invite"), {**invited, "center": cast.center.pk, "role": Role.UPLOADER})
    assert ticks(client, done) == ["Center: Invite a"]
    role = Membership.objects.get(user__username="lin.na")
    client.post(reverse("people:role", args=[role.pk]), {"role": Role.DATA_MANAGER, "reason": "enters records too"})
    assert ticks(client, done) == ["Center: Change the"]
    client.post(reverse("people:act", args=[cast.data_manager.pk, "link"]))
    assert ticks(client, done) == ["Center: Make a"]
    client.post(reverse("people:act", args=[role.user_id, "end"]), {"reason": "only a test"})
    assert ticks(client, done) == ["Center: End the"]


def test_the_list_can_be_put_away_and_shown_again_and_is_of_the_demo_alone(cast: Cast, settings: Any) -> None:
    client = signed_in(cast.uploader)
    assert "0 of 4 done" in client.get("/").content.decode()
    client.post(reverse("first_hour"))
    page = client.get("/").content.decode()
    assert "0 of 4 done" not in page
    assert "Show the first hour" in page
    client.post(reverse("first_hour"), {"show": "1"})
    assert "0 of 4 done" in client.get("/").content.decode()
    settings.GUIDED_FIRST_HOUR = False
    assert "first hour" not in client.get("/").content.decode()


def test_every_role_has_a_guide_whose_links_open(cast: Cast, center_manager: User) -> None:
    people = [cast.data_manager, cast.uploader, cast.investigator, center_manager, cast.statistician]
    people.append(cast.administrator)
    shown = [guide for person in people for guide in signed_in(person).get("/").context["guides"]]
    assert [guide.title for guide in shown] == [guide.title for guide in GUIDES]
    assert {guide.role for guide in GUIDES} == {None, *Role}
    for person in people:
        client = signed_in(person)
        links = {step.link for guide in client.get("/").context["guides"] for step in guide.steps}
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
