"""A real browser against a real server. Skipped, visibly, where there is no Chromium; CI refuses that skip."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from analytics.models import DesignTry, Run, RunRepetition
from analytics.protocol.library import protocol_text
from analytics.protocol.population import read_study_protocol
from analytics.protocol.redesign import settings_of
from analytics.studies.drafts import start_draft
from analytics.studies.versions import freeze_draft, lock_plan
from importers.models import Upload, UploadMode
from importers.services import check_upload, load_file, receive_upload
from registry.access.scope import center_scope
from registry.attachments.verbs import attach
from registry.models import (
    AblationSession,
    AdverseEvent,
    Assessment,
    FollowUp,
    ImagingAssessment,
    TransarterialAgent,
    TransarterialSession,
    TumorBurden,
)
from registry.queries import open_query
from tests.analytics.conftest import made_up_result
from tests.analytics.conftest import make_case as make_case  # a fixture of the journeys of statisticians
from tests.analytics.runs import make_run
from tests.conftest import Cast
from tests.importers import books
from tests.journeys.pages import Place

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FOREIGN = [
    ["病案号", "性别", "肝癌诊断日期", "AFP (ng/mL)"],
    ["1", "男", "2015-03-02", 12],
    ["2", "女", "2015-04-02", "未检出"],
]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as started:
        # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page on this server; any request elsewhere, and any script error, fails the test."""
    context = browser.new_context(base_url=live_server.url, locale="en-US", timezone_id="America/New_York")
    page = context.new_page()
    page.set_default_timeout(20_000)
    expect.set_options(timeout=15_000)
    elsewhere: list[str] = []
    broken: list[str] = []
    page.on(
        "request",
        lambda request: (
            elsewhere.append(request.url) if not request.url.startswith((live_server.url, "data:")) else None
        ),
    )
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    for each in context.pages:
        _let_editor_finish(each)
    context.close()
    assert not elsewhere
    assert not broken


def _let_editor_finish(page: Page) -> None:
    """The editor of a study asks by itself for what the records say: the database is not emptied under its answer."""
    if page.locator("#study-form").count():
        page.locator("#study-form[data-ready=true][data-counted=true]").wait_for(state="attached")


@pytest.fixture
def sign_in(page: Page, live_server: LiveServer) -> Callable[[str], None]:
    """On the start page, signed in. That this can be done by keyboard is shown once, in test_data_manager."""

    def go(name: str) -> None:
        client = Client()
        client.force_login(User.objects.get(username=name))
        cookie = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": live_server.url}])
        page.goto("/")
        page.locator("#nav-sidebar").wait_for(state="attached")

    return go


@pytest.fixture
def work() -> Callable[[], None]:
    """A worker of its own process, as in production, until the queue is empty."""

    def run() -> None:
        place = connection.settings_dict
        login = f"{quote(place['USER'], safe='')}:{quote(place['PASSWORD'], safe='')}"
        url = f"postgresql://{login}@/{place['NAME']}?{urlencode({'host': place['HOST'], 'port': place['PORT']})}"
        command = [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot", "--concurrency", "1"]
        environment = {**os.environ, "DATABASE_URL": url}
        subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, timeout=120)

    return run


@pytest.fixture
def furnished(cast: Cast, make_patient: Callable[..., Any]) -> dict[str, int]:
    """A patient with something on every tab and an open query; the identifiers by which pages are addressed."""
    patient = make_patient(smoking_status="NEV")
    of = {"patient": patient, "center": cast.center}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="the furniture of the tests"):
        assessment = Assessment.objects.create(
            **of, assessment_date="2015-03-10", assessment_type="BASE", height_cm=170, weight_kg=65, ecog_ps="0"
        )
        TumorBurden.objects.create(**of, assessment=assessment, diameter_basis="WHOLE", max_diameter_cm=4.2)
        session = TransarterialSession.objects.create(**of, start_date="2015-04-01", modality="CTACE", lipiodol_ml=25)
        TransarterialAgent.objects.create(**of, session=session, agent_code="EPIRUBICIN", dose_mg=40)
        AblationSession.objects.create(**of, start_date="2015-05-01", ablation_modality="MWA")
        ImagingAssessment.objects.create(**of, imaging_date="2015-06-01", imaging_modality="CT", imaging_role="RESP")
        AdverseEvent.objects.create(
            **of, ae_term="Nausea", ctcae_version="5.0", ae_grade="1", ae_onset_date="2015-04-02"
        )
        FollowUp.objects.create(**of, follow_up_date="2016-01-01", vital_status="ALIVE")
        query = open_query(session, variables=["lipiodol_ml"], text="请核对原始记录。", by=cast.data_manager)
        attach(patient, content=b"%PDF-1.7 report", filename="病理报告.pdf", words="CT 2015", by=cast.data_manager)
    made = {"patient": patient.pk, "assessment": assessment.pk, "session": session.pk, "query": query.pk}
    return {**made, "colleague": cast.uploader.pk}


@pytest.fixture
def uploads(cast: Cast) -> dict[str, int]:
    """An upload that is stored, a preview with something of every kind, and a file that cannot be read."""
    sheets = books.whole_center(2, prefix="U")
    stored = _load(sheets, name="2015-03 三月.xlsx", cast=cast)
    with center_scope([cast.center.pk], by=cast.data_manager, reason="据病历更正", source="form"):
        session = TransarterialSession.objects.get(patient__local_id="U0001")
        session.lipiodol_ml = 12
        session.save()
    sheets = books.whole_center(4, prefix="U")
    sheets[books.TRANSARTERIAL][0]["lipiodol_ml"] = 9
    sheets[books.ASSESSMENT][1]["weight_kg"] = 66
    sheets[books.PATIENT][3]["sex"] = "X"
    sheets[books.PATIENT][0]["入院科室"] = "介入科"
    preview = _check(books.workbook(sheets), name="2015-04 四月.xlsx", cast=cast)
    refused = _check(b"no workbook at all", name="扫描.xlsx", cast=cast)
    foreign = _check(books.grid({"病例导出": FOREIGN}), name="导出.xlsx", cast=cast)
    made = {"preview": preview.pk, "stored": stored.pk, "refused": refused.pk, "foreign": foreign.pk}
    return {**made, "uploaded": session.patient_id}


@pytest.fixture
def written(cast: Cast) -> dict[str, int]:
    """A study with a locked plan and three results, one of them whole, and a draft of its next version."""
    text = protocol_text("an-2025").replace("id: an-2025", "id: own").replace('version: "4"', 'version: "1"')
    study = freeze_draft(start_draft(text, by=cast.statistician), by=cast.statistician)
    lock_plan(study, by=cast.statistician)
    draft = start_draft(text.replace('version: "1"', 'version: "2"'), by=cast.statistician)
    later, run = (make_run(study, content=_found(hr), cast=cast, is_accepted=hr < 1) for hr in (1.2, 0.7))
    whole = make_run(study, content=made_up_result(), cast=cast)
    made = {"study": study.pk, "draft": draft.pk, "run": run.pk, "later_run": later.pk, "whole_run": whole.pk}
    return {**made, **_judged(run, cast=cast)}


def _judged(run: Run, *, cast: Cast) -> dict[str, int]:
    """A design tried on the run, and a repetition that found something else."""
    counts = {"Resection": 20, "Ablation": 20}
    place = {"name": "C01", "before": counts, "after": counts}
    smd = {"covariate": "age_at_index", "level": None, "before": 0.4, "after": 0.06}
    found = {
        "n": counts,
        "pairs": 20,
        "caliper_width": 0.1,
        "ess": counts,
        "kept": 1.0,
        "largest_smd": 0.06,
        "auc": 0.6,
    }
    found |= {"largest_smd_of": "age_at_index", "unbalanced": 0, "tied": 0.5, "balance": [smd], "warnings": []}
    settings_of_run = settings_of(read_study_protocol(run.study.protocol))
    by, of = cast.statistician, {"run": run, "center_ids": run.center_ids}
    with center_scope(run.center_ids, by=by, reason="the tests"):
        tried = DesignTry.objects.create(
            **of,
            tried_by=by,
            settings=asdict(replace(settings_of_run, ratio=2)),
            after_outcomes=True,
            found=found | {"centers": [place], "periods": [{**place, "name": "2018–2020"}]},
            design_sha256="d" * 64,
        )
        told = {"count": 1, "places": [{"place": "arms.n.Resection", "before": "20", "now": "21"}]}
        repetition = RunRepetition.objects.create(
            **of,
            requested_by=by,
            finished_at=timezone.now(),
            is_equal=False,
            found={**told, "software": {"numpy": ["1.0", "2.0"]}},
        )
    return {"tried": tried.pk, "repetition": repetition.pk}


def _found(hr: float) -> dict[str, Any]:
    """As much of a result as a list of them and their comparison read."""
    counts = {"R": 20, "A": 20}
    arms = {
        "focal": {"label": "R", "label_zh": "手术切除"},
        "reference": {"label": "A", "label_zh": "消融"},
    }
    flow = {"text": "Patients recorded", "text_zh": "登记的患者", "removed": 0, "remaining": 40, "arms": counts}
    return {
        "protocol": {"arms": arms, "endpoints": {"OS": {"kind": "OS"}}},
        "arms": {"hr": "focal_vs_reference", "n": counts},
        "matching": {"n_pairs": 20},
        "flow": [flow],
        "balance": [{"smd_before": 0.4, "smd_after": 0.06}],
        "warnings": [],
        "checks": [],
        "endpoints": {"OS": {"matched": {"hazard_ratio": {"hr": hr, "low": 0.5, "high": 2.0, "p": 0.4}}}},
    }


def _load(sheets: dict[str, Any], *, name: str, cast: Cast) -> Upload:
    content = books.workbook(sheets)
    return load_file(content, filename=name, center=cast.center.pk, by=cast.uploader, mode=UploadMode.WHOLE)


def _check(content: bytes, *, name: str, cast: Cast) -> Upload:
    with center_scope([cast.center.pk], by=cast.uploader, reason="the furniture of the tests", source="upload"):
        upload = receive_upload(content, filename=name, center=cast.center.pk, by=cast.uploader)
    return check_upload(upload.pk, center=cast.center.pk, by=cast.uploader)


@pytest.fixture
def address_of(request: pytest.FixtureRequest, furnished: dict[str, int]) -> Callable[[Place], str]:
    def run(place: Place) -> str:
        more = request.getfixturevalue("uploads") if place.is_about_an_upload else {}
        more = request.getfixturevalue("written") if place.is_about_a_study else more
        return place.address.format(**furnished, **more)

    return run
