"""How fast the record forms are beside Django's plain admin, and the list over 100,000 patients: python -m bench.forms

Makes a database of its own and keeps it for the next run; its records are invented.
"""

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import django

os.environ.setdefault("CALIPER_TEST_DATABASE", "bench_forms")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import database

database.start()
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib import admin  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import path  # noqa: E402

from config.urls import urlpatterns as pages_of_the_site  # noqa: E402
from registry.access.roles import connected_as  # noqa: E402
from registry.access.scope import center_scope  # noqa: E402
from registry.choices import Role  # noqa: E402
from registry.models import (  # noqa: E402
    AdverseEvent,
    Center,
    FollowUp,
    Membership,
    Patient,
    TransarterialAgent,
    TransarterialSession,
)

PATIENTS, SESSIONS, FOLLOW_UPS, EVENTS = 100_000, 30, 6, 8
RUNS = 15
MOST_QUERIES, MOST_TIMES_PLAIN, MOST_LIST_MS = 40, 2.0, 150
DRUGS = ("EPIRUBICIN", "OXALIPLATIN", "LOBAPLATIN")
# Django's own templates: the site's would be found first.
PLAIN_TEMPLATES = {
    **settings.TEMPLATES[0],
    "DIRS": [Path(admin.__file__).parent / "templates"],
    "APP_DIRS": False,
}


def _plain_site() -> admin.AdminSite:
    """The same models, the same rows below, as Django draws them."""
    site = admin.AdminSite(name="plain")
    own = admin.site._registry[Patient]
    fields = [name for _title, options in own.get_fieldsets(_asking(), None) for name in _flat(options["fields"])]
    names = {field.name for field in Patient._meta.fields if field.editable}
    inlines = [_plain_inline(inline) for inline in own.inlines]
    body = {"fields": [name for name in fields if name in names], "inlines": inlines}
    site.register(Patient, type("PlainPatient", (admin.ModelAdmin,), body))
    return site


def _asking() -> Any:
    return type("Asking", (), {"user": User(), "GET": {}, "POST": {}, "method": "GET"})()


def _plain_inline(inline: Any) -> type:
    names = {field.name for field in inline.model._meta.fields if field.editable}
    kind = admin.TabularInline if "tabular" in inline.template else admin.StackedInline
    body = {"model": inline.model, "fields": [name for name in _flat(inline.fields) if name in names], "extra": 0}
    return type(f"Plain{inline.__name__}", (kind,), body)


def _flat(fields: Any) -> list[str]:
    return [name for line in fields for name in ([line] if isinstance(line, str) else line)]


urlpatterns = [*pages_of_the_site, path("plain/", _plain_site().urls)]


def main() -> int:
    with connected_as("owner"):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=True)
    with connected_as("app"), override_settings(ROOT_URLCONF=__name__):
        patient = _furnish()
        client = Client(headers={"host": "localhost"})
        client.force_login(User.objects.get(username="bench"))
        return _report(client, patient=patient)


def _report(client: Client, *, patient: int) -> int:
    ours = _measure(lambda: client.get(f"/admin/registry/patient/{patient}/change/"))
    with override_settings(TEMPLATES=[PLAIN_TEMPLATES]):
        plain = _measure(lambda: client.get(f"/plain/registry/patient/{patient}/change/"))
    lists = {
        query: _measure(lambda query=query: client.get(f"/admin/registry/patient/{query}"))  # type: ignore[misc]
        for query in ("", "?q=P0500", "?q=C01-0099999", "?q=nobody", "?p=20")
    }
    print(
        f"form of {SESSIONS} sessions: {ours[1]} queries, p50 {ours[0]:.0f} ms; plain admin {plain[1]} queries, p50 {plain[0]:.0f} ms"
    )
    for query, (ms, queries) in lists.items():
        print(f"list of {PATIENTS:,} patients {query or '(all)'}: {queries} queries, p50 {ms:.0f} ms")
    holds = ours[1] <= MOST_QUERIES and ours[0] <= MOST_TIMES_PLAIN * plain[0]
    return 0 if holds and all(ms <= MOST_LIST_MS for ms, _queries in lists.values()) else 1


def _measure(ask: Callable[[], Any]) -> tuple[float, int]:
    asked: list[str] = []

    def count(execute: Any, sql: str, *given: Any) -> Any:
        asked.append(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(count):
        response = ask()
    assert response.status_code == 200, response.status_code
    times = []
    for _run in range(RUNS):
        start = perf_counter()
        ask()
        times.append((perf_counter() - start) * 1000)
    return median(times), len(asked)


def _furnish() -> int:
    user, _made = User.objects.get_or_create(username="bench", is_superuser=True, is_staff=True)
    with center_scope([], by=user, reason="the benchmark"):
        names = {"center_name_en": "Bench", "center_name_zh": "Bench", "hospital_level": "3A"}
        center, _made = Center.objects.get_or_create(center_code="C01", defaults=names)
        Membership.objects.get_or_create(user=user, center=center, role=Role.DATA_MANAGER)
    with center_scope([center.pk], by=user, reason="the benchmark"):
        if not Patient.objects.exists():
            _make_patients(center)
            _fill_one(Patient.objects.order_by("pk")[0], center=center)
        return int(Patient.objects.order_by("pk").values_list("pk", flat=True)[0])


def _make_patients(center: Center) -> None:
    """Row security lets nobody COPY into a table, so the database makes the rows itself."""
    columns = {
        "center_id": "%s",
        "registry_id": "'C01-' || lpad(n::text, 7, '0')",
        "local_id": "'P' || lpad(n::text, 6, '0')",
        "diagnosis_date": "date '2015-01-01' + n % 3000",
    }
    fixed = {"sex": "M", "birth_date": "1960-05-17", "consent_status": "WAIV", "diagnosis_basis": "IMG"}
    columns |= {name: f"'{value}'" for name, value in {**fixed, "tumor_type": "HCC"}.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO registry_patient ({', '.join(columns)}) "
            f"SELECT {', '.join(columns.values())} FROM generate_series(1, %s) n".replace("n % 3000", "n %% 3000"),
            [center.pk, PATIENTS],
        )


def _fill_one(patient: Any, *, center: Center) -> None:
    own = {"patient": patient, "center": center}
    first = patient.diagnosis_date + timedelta(days=30)
    for number in range(SESSIONS):
        day = first + timedelta(days=28 * number)
        session = TransarterialSession.objects.create(**own, start_date=day, modality="CTACE", lipiodol_ml=8)
        for drug in DRUGS:
            TransarterialAgent.objects.create(**own, session=session, agent_code=drug, dose_mg=50)
    for number in range(FOLLOW_UPS):
        FollowUp.objects.create(**own, follow_up_date=first + timedelta(days=90 * number), vital_status="ALIVE")
    for number in range(EVENTS):
        onset = first + timedelta(days=20 * number)
        AdverseEvent.objects.create(**own, ae_term="Nausea", ctcae_version="5.0", ae_grade="1", ae_onset_date=onset)


if __name__ == "__main__":
    sys.exit(main())
