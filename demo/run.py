"""The demo: twelve synthetic centers, sent as workbooks through the real path, and two published comparisons on them.

Every step is the one a person takes, by the same functions, and is left out when it has been taken before.
"""

import fcntl
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from analytics.models import Run
from analytics.studies.acceptance import accept_design
from analytics.studies.services import add_library_study, run_comparison, stored_result
from config.home.first_hour import BY_THE_DEMO
from demo.cohort.margins import CUTOFF, FIRST_INDEX
from demo.sheet_rows import about, pages, write_pages
from demo.workbooks import write_workbooks
from importers.models import Upload, UploadMode, UploadState
from importers.services import check_upload, load_file, receive_upload
from registry.access.permissions import centers_where
from registry.access.scope import center_scope
from registry.choices import ContactMode, CtcaeGrade, HospitalLevel, Province, Role, VitalStatus
from registry.models import AdverseEvent, Center, FollowUp, Membership, Patient, Query, SignOff
from registry.records.sign_off import sign_off
from registry.records.status import verify_patient
from registry.records.withdrawal import withdraw
from registry.workbook.sheets import sheet_of

FOLDER = settings.VAR_DIR / "demo"
STUDIES = ("an-2025", "cao-2024")
TO_JUDGE = "deng-2023"  # run and left as it is: a newcomer judges its design and opens its outcomes
CENTERS = 12
APPROVED = date(2008, 3, 1)
CONTACTS = 25
NAMES_ZH = "一二三四五六七八九十"

Say = Callable[[str], Any]


class DemoFailed(RuntimeError):
    """A step of the demo did not do what it does for everybody; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    username: str
    does: str
    roles: dict[Role, tuple[int, ...]]  # role: numbers of the centers, 1 to 12


EVERYWHERE = tuple(range(1, CENTERS + 1))
ACCOUNTS = (
    Account(username="manager", does="data manager of C01", roles={Role.DATA_MANAGER: (1,)}),
    Account(username="manager2", does="data manager of C02", roles={Role.DATA_MANAGER: (2,)}),
    Account(username="uploader", does="uploads for all centers", roles={Role.UPLOADER: EVERYWHERE}),
    Account(username="statistician", does="runs studies", roles={Role.STATISTICIAN: EVERYWHERE}),
    Account(username="investigator", does="reads all centers", roles={Role.PRINCIPAL_INVESTIGATOR: EVERYWHERE}),
    Account(
        username="coordinator", does="center manager of C01: people and their roles", roles={Role.CENTER_MANAGER: (1,)}
    ),
    Account(username="newcomer", does="not assigned to a center yet", roles={}),
    Account(username="administrator", does="manages users, centers and jobs", roles={}),
)


def prepare(*, say: Say) -> None:
    """Everything up to the stored comparisons. Two demos at once wait for each other."""
    with _alone():
        password = _password()
        _accounts(password=password)
        _upload(_workbooks(say=say), say=say)
        live_on(say=say)
        runs = [_accept(_compare(name, say=say)) for name in STUDIES]
        waiting = _compare(TO_JUDGE, say=say)
    _tell_records(runs[0], say=say)
    for run in runs:
        _tell_comparison(run, say=say)
    say(f"\n{waiting.study.name}: {waiting.study.title}")
    say(f"to be judged     {waiting.get_absolute_url()}")
    _tell_accounts(password, say=say)


@contextmanager
def _alone() -> Iterator[None]:
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _password() -> str:
    """One password for all demo accounts, made on this machine: no account with a published password ever listens."""
    kept = FOLDER / "password"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(f"demo-{secrets.token_hex(5)}")
    return kept.read_text()


def _accounts(*, password: str) -> None:
    people = {account.username: _user(account.username, password=password) for account in ACCOUNTS}
    with center_scope([], by=people["administrator"], reason="set up the demo", source="demo"):
        centers = [_center(number) for number in EVERYWHERE]
        for account in ACCOUNTS:
            for role, numbers in account.roles.items():
                for number in numbers:
                    Membership.objects.get_or_create(
                        user=people[account.username], center=centers[number - 1], role=role
                    )


def _user(username: str, *, password: str) -> User:
    user, is_new = User.objects.get_or_create(
        username=username, defaults={"is_staff": True, "is_superuser": username == "administrator"}
    )
    if is_new:
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def _center(number: int) -> Center:
    chinese = NAMES_ZH[number - 1] if number <= 10 else f"十{NAMES_ZH[number - 11]}"
    details = {
        "center_name_en": f"Demo Hospital {number}",
        "center_name_zh": f"示范医院{chinese}",
        "hospital_level": HospitalLevel.TERTIARY_A,
        "province_code": Province.values[number - 1],
        "ethics_approval_no": f"DEMO-{APPROVED.year}-{number:03d}",
        "ethics_approval_date": APPROVED,
        "activation_date": APPROVED,
        "enrollment_start": FIRST_INDEX,
        "enrollment_end": CUTOFF,
    }
    center, _ = Center.objects.get_or_create(center_code=f"C{number:02d}", defaults=details)
    return center


def _workbooks(*, say: Say) -> tuple[Path, ...]:
    written = tuple(sorted(FOLDER.glob("*.xlsx")))
    if len(written) < CENTERS or not (FOLDER / "manifest.json").exists():
        say(f"writing {CENTERS} synthetic workbooks")
        written = write_workbooks(FOLDER, centers=CENTERS)
    return written


def _upload(workbooks: tuple[Path, ...], *, say: Say) -> None:
    by = User.objects.get(username="uploader")
    codes = dict(Center.objects.values_list("center_code", "pk"))
    with center_scope(codes.values()):
        stored = set(Upload.objects.filter(state=UploadState.STORED).values_list("filename", flat=True))
    for workbook in workbooks:
        if workbook.name in stored:
            continue
        center = next(code for code in codes if code in workbook.stem)
        upload = load_file(
            workbook.read_bytes(), filename=workbook.name, center=codes[center], by=by, mode=UploadMode.WHOLE
        )
        if upload.state != UploadState.STORED:
            raise DemoFailed(f"{workbook.name} was not stored: {upload.get_state_display()}")
        rows = sum(counts["new"] for counts in (upload.result or {}).values())
        say(f"  {center}: {workbook.name}, {rows:,} rows stored")


def live_on(*, say: Say) -> None:
    """What a registry in use leaves behind: a patient verified, one signed for, a record withdrawn, an upload that waits."""
    codes = dict(Center.objects.values_list("center_code", "pk"))
    with center_scope([codes["C01"]], by=_person("manager"), reason="reviewed against the source files", source="demo"):
        if not SignOff.objects.exists():
            verified, signed = _without_queries()
            verify_patient(verified, by=_person("manager"))
            _sign(signed)
            _withdraw_one(besides=[verified.pk, signed.pk])
            say(f"  C01: {verified.local_id} verified, {signed.local_id} signed off, one adverse event withdrawn")
    with center_scope([codes["C02"]], by=_person("uploader"), reason="summer follow-up contacts", source="demo"):
        if not Upload.objects.exclude(state=UploadState.STORED).exists():
            _send_contacts(codes["C02"])
            say("  C02: one upload awaiting confirmation")


def _person(username: str) -> User:
    return User.objects.get(username=username)


def _without_queries() -> tuple[Patient, Patient]:
    asked = Query.objects.not_closed().values("patient")
    first, second = Patient.objects.exclude(pk__in=asked).order_by("local_id")[:2]
    return first, second


def _sign(patient: Patient) -> None:
    verify_patient(patient, by=_person("manager"))
    sign_off(
        patient,
        by=_person("investigator"),
        statement="I have reviewed these records and confirm that they are accurate.",
    )


def _withdraw_one(*, besides: list[int]) -> None:
    """A slight event, so that nobody enters or leaves a study by it."""
    events = AdverseEvent.objects.filter(ae_grade=CtcaeGrade.GRADE_1).exclude(patient__in=besides)
    if event := events.order_by("pk").first():
        withdraw(event, by=_person("manager"), reason="the same event was entered twice")


def _send_contacts(center: int) -> None:
    """New contacts with patients who were alive when last seen, in a workbook of that one sheet."""
    latest = FollowUp.objects.order_by("patient_id", "-follow_up_date").distinct("patient_id")
    alive = [each for each in latest.select_related("patient") if each.vital_status == VitalStatus.ALIVE]
    rows = [
        {
            "local_id": contact.patient.local_id,
            "follow_up_date": CUTOFF,
            "vital_status": VitalStatus.ALIVE,
            "last_known_alive_date": CUTOFF,
            "contact_mode": ContactMode.TELEPHONE,
        }
        for contact in alive[:CONTACTS]
        if contact.follow_up_date < CUTOFF
    ]
    folder = FOLDER / "later"  # apart from the workbooks that are stored
    folder.mkdir(exist_ok=True)
    path = write_pages(
        folder / "C02-contacts.xlsx", facts=about("C02"), content=pages({sheet_of("followup").name: rows})
    )
    by = _person("uploader")
    upload = receive_upload(path.read_bytes(), filename=path.name, center=center, by=by)
    check_upload(upload.pk, center=center, by=by)


def _compare(name: str, *, say: Say) -> Run:
    by = User.objects.get(username="statistician")
    study = add_library_study(name, by=by, reason="first look at the demo")
    with center_scope(centers_where(by, may="run_studies")):
        latest = study.runs.filter(result__isnull=False).select_related("result", "study").first()
    if latest:
        return latest
    say(f"comparing {name}")
    return run_comparison(study, by=by, reason=BY_THE_DEMO)


def _accept(run: Run) -> Run:
    """Unless somebody has judged it before."""
    with center_scope(run.center_ids):
        is_judged = run.decisions.exists()
    if not is_judged and not run.shows_outcomes:
        accept_design(run, by=_person("statistician"), reason=BY_THE_DEMO)
    return run


def _tell_records(run: Run, *, say: Say) -> None:
    with center_scope(run.center_ids):
        results = Upload.objects.filter(state=UploadState.STORED).values_list("result", flat=True)
        stored = [counts for result in results for counts in (result or {}).items()]
    patients = sum(counts["new"] for entity, counts in stored if entity == "patient")
    say(f"centers          {len(run.center_ids)}")
    say(f"patients         {patients:,}")
    say(f"rows stored      {sum(counts['new'] for _, counts in stored):,}")


def _tell_comparison(run: Run, *, say: Say) -> None:
    with center_scope(run.center_ids):
        result = stored_result(Run.objects.select_related("result").get(pk=run.pk))
    before = next(step for step in reversed(result["flow"]) if step["id"] != "matched")
    cohort = ", ".join(f"{label} {n}" for label, n in before["arms"].items())
    say(f"\n{run.study.name}: {run.study.title}")
    say(f"cohort           {cohort}")
    say(f"pairs            {result['matching']['n_pairs']}")
    truth = json.loads((FOLDER / "manifest.json").read_text())["studies"][run.study.name]["hazard_ratios"]
    for name, endpoint in result["endpoints"].items():
        ratio = endpoint["matched"]["hazard_ratio"]
        if ratio["hr"] is not None:
            known = f", true value {truth[name]['marginal_hr']:.2f}" if name in truth else ""
            say(f"{name}: hazard ratio {ratio['hr']:.2f} (95% CI {ratio['low']:.2f}–{ratio['high']:.2f}){known}")
    say(f"result           {run.get_absolute_url()}")


def _tell_accounts(password: str, *, say: Say) -> None:
    say(f"\naccounts (password of all: {password})")
    for account in ACCOUNTS:
        say(f"  {account.username:14} {account.does}")
