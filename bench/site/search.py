"""What Ctrl+K takes over 100,000 patients, and whether it ever finds one of another center: python -m bench.site.search

Asks the address that the page asks, signed in as the manager of one center and as somebody who reads all of them.
"""

import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

import django

os.environ.setdefault("CALIPER_TEST_DATABASE", "bench_crowd")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import database

database.start()
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from bench.page import OPERATIONS, table, write_table  # noqa: E402
from bench.site.crowd import crowd  # noqa: E402
from bench.stopwatch import server_seconds  # noqa: E402
from registry.access.permissions import centers_where  # noqa: E402
from registry.access.roles import connected_as  # noqa: E402
from registry.access.scope import center_scope  # noqa: E402
from registry.models import Center, Patient  # noqa: E402

WHO = ("manager", "investigator")
ASKED_OF_EACH = 40  # patients, each by several words
MOST_MS = 150
PATIENT_PAGE = "/admin/registry/patient/"


def main() -> int:
    crowd()
    with (
        connected_as("app"),
        override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}),
    ):
        rows = [_asked(User.objects.get(username=username)) for username in WHO]
    text = table(HEAD, rows=[row.cells for row in rows])
    print(text)
    if "--write" in sys.argv:
        write_table(text, of="python -m bench.site.search", on=OPERATIONS)
    return 0 if all(row.p95 <= MOST_MS and not row.foreign for row in rows) else 1


HEAD = (
    *("signed in as", "patients in sight", "searches", "p50, ms", "p95, ms", "p95 of the process's own work, ms"),
    *("of the database's, on average, ms", "patients found", "of other centers"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """By one person: milliseconds by the clock, which tell of whatever else the machine does, and of work."""

    who: str
    in_sight: int
    times: Sequence[float]
    own: Sequence[float]
    database: float
    found: int
    foreign: int

    @property
    def p95(self) -> float:
        return quantiles(self.times, n=20)[18]

    @property
    def cells(self) -> list[str]:
        told = (median(self.times), self.p95, quantiles(self.own, n=20)[18], self.database)
        counts = (self.found, self.foreign)
        return [self.who, f"{self.in_sight:,}", f"{len(self.times):,}", *(f"{each:.0f}" for each in (*told, *counts))]


def _asked(user: User) -> Asked:
    own_centers = set(centers_where(user, may="read_records"))
    with center_scope([center.pk for center in Center.objects.all()]):
        center_of = dict(Patient.objects.values_list("pk", "center_id"))
        names = list(Patient.objects.order_by("pk").values_list("local_id", "registry_id"))
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    client.get("/search.json", {"q": ""})  # what a process does once is not what a person waits for
    times, own, patients = list[float](), list[float](), list[int]()
    server = server_seconds("bench_crowd")
    for words in _words(names):
        start, work = perf_counter(), process_time()
        response = client.get("/search.json", {"q": words})
        times.append((perf_counter() - start) * 1000)
        own.append((process_time() - work) * 1000)
        patients += _patients_in(response)
    return Asked(
        who=user.username,
        in_sight=sum(center in own_centers for center in center_of.values()),
        times=times,
        own=own,
        database=(server_seconds("bench_crowd") - server) * 1000 / len(times),
        found=len(patients),
        foreign=sum(center_of[pk] not in own_centers for pk in patients),
    )


def _patients_in(response: Any) -> list[int]:
    assert response.status_code == 200, response.status_code
    urls = [hit["url"] for group in response.json()["groups"] for hit in group["hits"]]
    return [int(url.split("/")[4]) for url in urls if url.startswith(PATIENT_PAGE) and url.endswith("/change/")]


def _words(names: Sequence[tuple[str, str]]) -> Iterator[str]:
    """As people type: each beginning, the whole number, in small letters, with words of a record; and what nobody is called."""
    chosen = random.Random(17).sample(
        names, ASKED_OF_EACH
    )  # of all centers, those that the asker may not see among them
    for local_id, registry_id in chosen:
        yield from (local_id[:1], local_id[:2], local_id[:4], local_id, registry_id, registry_id.lower())
        yield from (registry_id[:5], f"{local_id} tace", f"{registry_id} 2015", f"{local_id[:3]}x", "%", "nobody")


if __name__ == "__main__":
    sys.exit(main())
