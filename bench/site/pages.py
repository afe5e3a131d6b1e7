"""How soon the first byte of the ten main pages comes, beside Django's plain admin of the same models: python -m bench.site.pages

Over the registry of this folder, such as the demo's, as its data manager. Both sides are asked in turn, so that whatever else the
machine does falls on both alike. A page that the plain admin does not have stands beside the nearest it has, which is named.
"""

import gzip
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import database

database.start()
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib import admin  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.forms.renderers import get_default_renderer  # noqa: E402
from django.template import Engine, engines  # noqa: E402
from django.template.utils import EngineHandler  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import path, reverse  # noqa: E402

from bench.page import OPERATIONS, table, write_table  # noqa: E402
from config.urls import urlpatterns as pages_of_the_site  # noqa: E402
from registry.access.permissions import centers_of  # noqa: E402
from registry.access.scope import center_scope  # noqa: E402
from registry.models import (  # noqa: E402
    AdverseEvent,
    Assessment,
    FollowUp,
    LabResult,
    Patient,
    Query,
    TransarterialSession,
    TumorBurden,
)
from registry.models.hierarchy import patient_models  # noqa: E402

RUNS = int(os.environ.get("BENCH_RUNS", "15"))  # fewer where the machine has much else to do
MOST_TIMES_PLAIN = 1.5
# Django's own templates: the site's would be found first.
PLAIN_TEMPLATES = {**settings.TEMPLATES[0], "DIRS": [Path(admin.__file__).parent / "templates"], "APP_DIRS": False}
PLAIN_ENGINES = EngineHandler([PLAIN_TEMPLATES])
QUERY_COLUMNS = ("id", "text_en", "patient", "entity", "state", "opened_at", "assigned_to")
NEAREST = "nearest: "
# Columns that we work out stand in the plain list as the field they come nearest to.
FIELD_OF_COLUMN = {"center_code": "center", "record_state": "record_status", "last_change": "updated_at"}


@dataclass(slots=True)
class Page:
    """One page of ours and what it is held against; milliseconds of each request by the clock and of this process."""

    name: str
    ours: str
    plain: str
    beside: str
    clock: dict[str, list[float]] = field(default_factory=lambda: {"ours": [], "plain": []})
    own: dict[str, list[float]] = field(default_factory=lambda: {"ours": [], "plain": []})
    queries: dict[str, int] = field(default_factory=dict)
    whole_bytes: int = 0
    sent_bytes: int = 0

    @property
    def ratio(self) -> float:
        return median(self.clock["ours"]) / median(self.clock["plain"])

    @property
    def is_comparable(self) -> bool:
        return not self.beside.startswith(NEAREST)


def _plain_site() -> admin.AdminSite:
    """The same models with the same columns and fields, as Django draws them."""
    site = admin.AdminSite(name="plain")
    site.register(Patient, _plain_form(Patient))
    site.register(Assessment, _plain_form(Assessment, inlines=(_rows(LabResult), _rows(TumorBurden))))
    site.register(TransarterialSession, _plain_form(TransarterialSession))
    site.register(AdverseEvent)
    site.register(FollowUp)
    related = ("patient", "center", "assigned_to")
    site.register(
        Query,
        type(
            "PlainQueries",
            (admin.ModelAdmin,),
            {"list_display": QUERY_COLUMNS, "list_select_related": related, "list_per_page": 25},
        ),
    )
    return site  # fmt: skip


def _plain_form(model: type[models.Model], *, inlines: tuple[type, ...] | None = None) -> type[admin.ModelAdmin]:
    own: Any = admin.site._registry[model]
    names = {f.name for f in model._meta.local_concrete_fields}
    columns = [FIELD_OF_COLUMN.get(name, name) for name in own.first_columns(None)]
    shown = [name for name in columns if name in names] or ["__str__"]
    filters = [name for name in own.list_filter if isinstance(name, str) and name in names]
    below = inlines if inlines is not None else tuple(_plain_inline(inline) for inline in own.inlines)
    # A choice among all patients would be drawn of every record, and no page of ours has one.
    body = {"list_display": shown, "list_per_page": 25, "inlines": below, "raw_id_fields": _related(model)}
    body |= {"list_filter": filters, "search_fields": own.search_fields, "date_hierarchy": own.date_hierarchy}
    body |= {"list_select_related": _related(model)}
    return type(f"Plain{model.__name__}", (admin.ModelAdmin,), body)


def _plain_inline(inline: Any) -> type:
    names = {f.name for f in inline.model._meta.local_concrete_fields if f.editable}
    listed = [name for name in _flat(inline.fields or ()) if name in names]
    kind = admin.TabularInline if "tabular" in str(inline.template) else admin.StackedInline
    body = {
        "model": inline.model,
        "extra": 0,
        "raw_id_fields": _related(inline.model),
        **({"fields": listed} if listed else {}),
    }
    return type(f"Plain{inline.model.__name__}Rows", (kind,), body)


def _rows(model: type[models.Model]) -> type:
    return type(f"Plain{model.__name__}Rows", (admin.TabularInline,), {"model": model, "extra": 0, "raw_id_fields": ("patient",), "exclude": ("center",)})  # fmt: skip


def _related(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(f.name for f in model._meta.local_concrete_fields if f.is_relation and f.name in ("patient", "center"))


def _flat(fields: Iterable[Any]) -> list[str]:
    return [name for line in fields for name in ([line] if isinstance(line, str) else line)]


urlpatterns = [*pages_of_the_site, path("plain/", _plain_site().urls)]


def main() -> int:
    user = User.objects.get(username="manager")
    client = Client(headers={"host": "localhost", "accept-encoding": "gzip"})
    client.force_login(user)
    User.has_perm = User.has_module_perms = lambda *_given: True  # type: ignore[method-assign]
    with override_settings(ROOT_URLCONF=__name__):
        pages = _pages(user)
        for page in pages:
            _count(client, page=page)
        for _run in range(RUNS):
            for page in pages:
                _time(client, page=page)
    text = table(HEAD, rows=[_row(page) for page in pages])
    print(text)
    if "--write" in sys.argv:
        write_table(text, of="python -m bench.site.pages", on=OPERATIONS)
    return 0 if all(page.ratio <= MOST_TIMES_PLAIN for page in pages if page.is_comparable) else 1


def _pages(user: Any) -> list[Page]:
    with center_scope(centers_of(user)):
        patient = max(Patient.objects.order_by("pk")[:40], key=_size).pk
        assessment = Assessment.objects.filter(patient=patient).order_by("pk")[0].pk

    def change(model: str, record_id: int) -> str:
        return f"registry/{model}/{record_id}/change/"

    form = change("patient", patient)
    listed = (
        ("start page", reverse("home"), "", f"{NEAREST}index of the admin"),
        ("dashboard", reverse("dashboard"), "registry/patient/", f"{NEAREST}list of patients"),
        ("list of patients", "/admin/registry/patient/", "registry/patient/", "list of patients"),
        ("form of a patient", f"/admin/{form}", form, "form with the same rows below"),
        ("form of an assessment", f"/admin/{change('assessment', assessment)}", change("assessment", assessment), "form with the same rows below"),
        ("list of sessions", "/admin/registry/transarterialsession/", "registry/transarterialsession/", "list of sessions"),
        ("queries", f"{reverse('queries:queries')}?state=ALL", "registry/query/", "list of queries"),
        ("status grid", reverse("status_grid"), "registry/patient/", f"{NEAREST}list of patients"),
        ("timeline", reverse("patient_timeline", args=[patient]), form, f"{NEAREST}form of the patient"),
        ("history", f"/admin/registry/patient/{patient}/history/", f"registry/patient/{patient}/history/", f"{NEAREST}its own history, of one record and without values"),
    )  # fmt: skip
    return [Page(name, ours, f"/plain/{plain}", beside) for name, ours, plain, beside in listed]


def _size(patient: Patient) -> int:
    return sum(m.objects.filter(patient=patient).count() for m in patient_models() if m is not Patient)


def _ask(client: Client, *, page: Page, side: str) -> Any:
    if side == "ours":
        return client.get(page.ours)
    with _templates_of(PLAIN_ENGINES):
        return client.get(page.plain)


@contextmanager
def _templates_of(others: Any) -> Iterator[None]:
    """Each side keeps what it has compiled; other settings would have both compile all their templates for every request."""
    own = vars(engines)["_engines"]
    others.all()  # made where they are not yet
    _use(others._engines)
    try:
        yield
    finally:
        _use(own)


def _use(compiled: dict[str, Any]) -> None:
    vars(engines)["_engines"] = compiled
    made_once: Any
    for made_once in (Engine.get_default, get_default_renderer):
        made_once.cache_clear()


def _count(client: Client, *, page: Page) -> None:
    """The first request of each, which also does what a process does once."""
    for side in page.clock:
        _ask(client, page=page, side=side)
        asked: list[str] = []

        def count(execute: Any, sql: str, *given: Any, asked: list[str] = asked) -> Any:
            asked.append(sql)
            return execute(sql, *given)

        with connection.execute_wrapper(count):
            response = _ask(client, page=page, side=side)
        assert response.status_code == 200, (page.name, side, response.status_code)
        page.queries[side] = len(asked)
        if side == "ours":
            page.sent_bytes = len(response.content)
            page.whole_bytes = len(gzip.decompress(response.content))


def _time(client: Client, *, page: Page) -> None:
    for side in page.clock:
        start, own = perf_counter(), process_time()
        _ask(client, page=page, side=side)
        page.clock[side].append((perf_counter() - start) * 1000)
        page.own[side].append((process_time() - own) * 1000)


HEAD = (
    "page",
    "p50, ms",
    "plain admin, ms",
    "ratio",
    "own work, ms",
    "plain, ms",
    "SQL",
    "plain SQL",
    "bytes",
    "sent",
    "held against",
)


def _row(page: Page) -> list[str]:
    ours, plain = (median(page.clock[side]) for side in ("ours", "plain"))
    own, own_plain = (median(page.own[side]) for side in ("ours", "plain"))
    return [
        page.name,
        f"{ours:.0f}",
        f"{plain:.0f}",
        f"{page.ratio:.2f}",
        f"{own:.0f}",
        f"{own_plain:.0f}",
        str(page.queries["ours"]),
        str(page.queries["plain"]),
        f"{page.whole_bytes:,}",
        f"{page.sent_bytes:,}",
        page.beside,
    ]


if __name__ == "__main__":
    sys.exit(main())
