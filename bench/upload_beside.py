"""The patients' sheet alone, through an upload and through django-import-export, in one run."""

# ruff: noqa: PLC0415  # models need the settings
from datetime import date, timedelta
from typing import Any

from bench.stopwatch import Step, timed
from bench.upload_steps import check, confirm, receive, store

# With what makes it fastest: many rows in one statement, no differences told, no report of single rows
FASTEST = {"use_bulk": True, "batch_size": 1000, "skip_diff": True, "skip_html_diff": True, "skip_unchanged": False}
FIRST_BORN = date(1930, 1, 1)  # and one every day from then on: nobody may be somebody else
WAYS: dict[str, dict[str, Any]] = {"plain": {}, "bulk": FASTEST}  # an identifier has room for a short word


def ours(rows: int, *, center: Any, user: Any, database: str) -> Step:
    """From the file to the records that stand, checked in full."""
    from tests.importers import books

    content = books.workbook({books.PATIENT: [_patient(f"{rows}-{number}", number=number) for number in range(rows)]})
    done: list[Step] = []
    with timed(f"{rows} patients uploaded", database=database, into=done):
        upload = check(receive(content, center=center, user=user), center=center, user=user)
        confirm(upload, user=user)
        store(upload, center=center, user=user)
    return done[0]


def theirs(rows: int, *, center: Any, user: Any, database: str) -> list[Step]:
    """From rows in memory, without our checks, in both ways."""
    from registry.access.roles import connected_as
    from registry.access.scope import center_scope

    done: list[Step] = []
    for way, options in WAYS.items():
        table, resource = _table(rows, center=center, way=way), _resource(options)
        name = f"django-import-export, {way}"
        # As the owner, for it resets sequences; the transaction is timed as ours are
        scope = center_scope([center.pk], by=user, reason="bench")
        with connected_as("owner"), timed(name, database=database, into=done), scope:
            result = resource.import_data(table, raise_errors=True)
        assert not result.has_errors()
    return done


def _patient(local_id: str, *, number: int) -> dict[str, Any]:
    from tests.importers import books

    return books.patient(local_id, birth_date=FIRST_BORN + timedelta(days=number))


def _table(rows: int, *, center: Any, way: str) -> Any:
    import tablib

    from tests.importers import books

    names, given = list(books.patient()), [_patient(f"{way}-{number}", number=number) for number in range(rows)]
    lines = [[center.pk, f"{way}-{n}", *(row[name] for name in names)] for n, row in enumerate(given)]
    return tablib.Dataset(*lines, headers=["center", "registry_id", *names])


def _resource(options: dict[str, Any]) -> Any:
    from import_export import resources

    from registry.models import Patient
    from tests.importers import books

    fields = ["center", "registry_id", *books.patient()]
    about = {"model": Patient, "fields": fields, "import_id_fields": ["local_id"], **options}
    kind = type("PatientResource", (resources.ModelResource,), {"Meta": type("Meta", (), about)})
    return kind()
