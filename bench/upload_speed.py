"""How fast a large center's workbook is previewed and stored, at what memory, and beside django-import-export on its patients.

    python -m bench.upload_speed [PATIENTS] [ROWS_BESIDE]

In a database of its own on the project's server, which is dropped again. 4,700 patients are 65,800 rows on five sheets.
"""

# ruff: noqa: PLC0415  # models need the settings
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, process_time
from typing import Any

import django

from bench import sweep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main() -> None:
    patients, beside = (int(text) for text in (*sys.argv[1:], "4700", "500")[:2])
    django.setup()
    sweep.NAME = "caliper_bench_upload"
    with sweep.own_database():
        center, user = _cast()
        rate = _ours(patients, center=center, user=user)
        if beside:
            _beside(beside, center=center, user=user, ours=rate)


def _cast() -> tuple[Any, Any]:
    from django.contrib.auth.models import User

    from registry.choices import Role
    from registry.models import Center, Membership
    from registry.scope import center_scope

    user = User.objects.create_user("bench")
    with center_scope([], by=user, reason="bench"):
        center = Center.objects.create(center_code="C01", center_name_en="B", center_name_zh="试", hospital_level="3A")
        Membership.objects.create(user=user, center=center, role=Role.UPLOADER)
    return center, user


@contextmanager
def _timed(what: str) -> Iterator[list[float]]:
    """Wall seconds count; those of this process alone are told beside them, for other work on the machine shows between the two."""
    taken: list[float] = []
    start, own = perf_counter(), process_time()
    yield taken
    taken.append(perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:32} {taken[0]:6.1f} s, {process_time() - own:5.1f} s of this process, peak {peak} MB", flush=True)


def _made(patients: int) -> bytes:
    """In a process of its own, so that the peak is the upload's."""
    import subprocess
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.xlsx"
        make = (
            "import django; django.setup(); from tests.importers.big import big_center; "
            f"open({str(path)!r}, 'wb').write(big_center({patients:d}))"
        )
        subprocess.run([sys.executable, "-c", make], check=True)
        return path.read_bytes()


def _ours(patients: int, *, center: Any, user: Any) -> float:
    """Preview, load, and the same file again. Gives the rows per second of the patients' sheet alone, all steps together."""
    from importers.models import UploadMode

    content = _made(patients)
    first = _receive(content, center=center, user=user)
    with _timed("preview"):
        first = _check(first, center=center, user=user)
    rows = sum(sheet["rows"] for sheet in first.report["sheets"])
    print(f"{len(content) / 1e6:.1f} MB, {rows} rows, {sum(first.report['accepted'].values())} records")
    _confirm(first, user=user, mode=UploadMode.WHOLE)
    with _timed("load"):
        first = _store(first, center=center, user=user)
    with _timed("queries follow"):
        _follow(first, user=user)
    again = _receive(content, center=center, user=user)
    with _timed("preview of the same file again"):
        again = _check(again, center=center, user=user)
    assert all(counts["new"] == counts["changed"] == 0 for counts in again.preview["records"].values())
    return _patients_alone(min(patients, 2000), center=center, user=user)


def _patients_alone(patients: int, *, center: Any, user: Any) -> float:
    from importers.services import load_file
    from tests.importers import books

    content = books.workbook({books.PATIENT: [books.patient(f"P{n:05d}") for n in range(patients)]})
    with _timed(f"{patients} patients alone") as taken:
        load_file(content, filename="p.xlsx", center=center.pk, by=user, mode="WHOLE")
    return patients / taken[0]


def _beside(rows: int, *, center: Any, user: Any, ours: float) -> None:
    """The same sheet through django-import-export, with what makes it fastest: bulk, no diffs, no report of single rows."""
    import tablib
    from import_export import resources

    from registry.models import Patient
    from registry.scope import center_scope
    from tests.importers import books

    names = list(books.patient())

    def resource_with(**options: Any) -> Any:
        about = {
            "model": Patient,
            "fields": ["center", "registry_id", *names],
            "import_id_fields": ["local_id"],
            **options,
        }
        return type("PatientResource", (resources.ModelResource,), {"Meta": type("Meta", (), about)})()

    fast = {"use_bulk": True, "batch_size": 1000, "skip_diff": True, "skip_html_diff": True, "skip_unchanged": False}
    best = 0.0
    for name, options in (("as it comes", {}), ("in bulk", fast)):
        given = [books.patient(f"{name[:2]}{n:05d}") for n in range(rows)]
        lines = [[center.pk, f"{name[:2]}-{n}", *(row[key] for key in names)] for n, row in enumerate(given)]
        for line in lines:  # a field of several codes is read from a list
            line[2 + names.index("prior_hcc_treatment")] = "NONE"
        table = tablib.Dataset(*lines, headers=["center", "registry_id", *names])
        with _timed(f"django-import-export {name}") as taken, center_scope([center.pk], by=user, reason="bench"):
            result = resource_with(**options).import_data(table, raise_errors=True)
        assert not result.has_errors()
        best = max(best, rows / taken[0])
    print(
        f"patients' sheet: {ours:.0f} rows/s, django-import-export {best:.0f} at best: {ours / best:.1f} times as fast"
    )


def _receive(content: bytes, *, center: Any, user: Any) -> Any:
    from importers.services import receive_upload
    from registry.scope import center_scope

    with center_scope([center.pk], by=user, reason="bench"):
        return receive_upload(content, filename="big.xlsx", center=center.pk, by=user)


def _check(upload: Any, *, center: Any, user: Any) -> Any:
    from importers.services import check_upload

    return check_upload(upload.pk, center=center.pk, by=user)


def _confirm(upload: Any, *, user: Any, mode: str) -> None:
    from importers.services import confirm_upload
    from registry.scope import center_scope

    with center_scope([upload.center_id], by=user, reason="bench"):
        confirm_upload(upload, by=user, mode=mode)


def _store(upload: Any, *, center: Any, user: Any) -> Any:
    """Until the records stand; what follows is timed for itself."""
    from importers import services

    follow, services.follow_queries = services.follow_queries, lambda *_args, **_options: None
    try:
        return services.store_upload(upload.pk, center=center.pk, by=user)
    finally:
        services.follow_queries = follow


def _follow(upload: Any, *, user: Any) -> None:
    from importers.services import follow_queries

    follow_queries(upload, by=user)


if __name__ == "__main__":
    main()
