"""Many spoiled workbooks, each sent, checked and loaded: python -m bench.fuzz [--runs 1000] [--seed 0] [--foreign].

In a database of its own, which fills up meanwhile: what one workbook stored the next one meets. Every tenth goes the way of a person,
through the pages and the queue's tasks; the others the way of the command. Exit 0: every one got an answer, and each was
stored whole or not at all. With --foreign they are exports of a hospital, read by a mapping, and every tenth is sent back as well.
"""

# ruff: noqa: PLC0415  # models need the settings
import argparse
import io
import logging
import os
import sys
from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import Any

import django

from bench import sweep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

BY_PAGES, IN_A_CHILD, TOLD = 10, 4, 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--foreign", action="store_true", help="exports of a hospital, read by a mapping")
    asked = parser.parse_args()
    django.setup()
    sweep.NAME = f"caliper_bench_fuzz_{os.getpid()}"
    log, start = _listen(), monotonic()
    with sweep.own_database():
        states, wrong = _run(
            range(asked.seed, asked.seed + asked.runs), log=log, one=_foreign if asked.foreign else _one
        )
    told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    print(f"{asked.runs} spoiled workbooks from seed {asked.seed} in {monotonic() - start:.0f} s: {told}")
    print(f"{len(wrong)} without an answer or half stored" + "".join(f"\n  {one}" for one in wrong))
    return 1 if wrong else 0


def _listen() -> io.StringIO:
    log = io.StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(log))
    return log


def _run(seeds: range, *, log: io.StringIO, one: Callable[..., str]) -> tuple[Counter[str], list[str]]:
    center, user, client = _cast()
    states, wrong = Counter[str](), list[str]()
    for done, seed in enumerate(seeds, start=1):
        try:
            states[one(seed, center=center, user=user, client=client)] += 1
        except Exception as error:  # noqa: BLE001  # which is what is looked for
            wrong.append(f"seed {seed}: {type(error).__name__}: {str(error)[:300]}")
        if "Traceback" in log.getvalue():
            wrong.append(f"seed {seed}: a traceback in the log: {log.getvalue()[-300:]}")
        log.truncate(0)
        if done % TOLD == 0:
            print(f"{done}: {dict(states)}", flush=True)
    return states, wrong


def _cast() -> tuple[Any, Any, Any]:
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from registry.access.scope import center_scope
    from registry.choices import Role
    from registry.models import Center, Membership

    settings.ALLOWED_HOSTS = ["testserver"]
    user = User.objects.create_user("bench", is_staff=True)
    with center_scope([], by=user, reason="bench"):
        center = Center.objects.create(center_code="C01", center_name_en="B", center_name_zh="试", hospital_level="3A")
        Membership.objects.create(user=user, center=center, role=Role.UPLOADER)
    client = Client()
    client.force_login(user)
    return center, user, client


def _one(seed: int, *, center: Any, user: Any, client: Any) -> str:
    """The state in which the upload ended. What stands differs by exactly what the upload says, and not at all if it is not stored."""
    from tests.hostile.mutations import spoiled
    from tests.hostile.standing import standing_in

    mode = "WHOLE" if seed % 2 else "VALID"
    before, content = standing_in(center.pk), spoiled(seed)
    send = _by_pages if seed % BY_PAGES == 0 else _by_command
    upload = send(content, mode=mode, seed=seed, center=center, user=user, client=client)
    return _as_told(upload, before=before, after=standing_in(center.pk))


def _foreign(seed: int, *, center: Any, user: Any, client: Any) -> str:  # noqa: ARG001
    """By the command; every tenth is looked into, tried and sent back as the pages do."""
    from importers.layout.mapping_catalog import mapping_catalog
    from importers.mapping.look import look_at_workbook
    from importers.mapping.suggestions import suggest_columns
    from importers.mapping.trial import try_mapping
    from importers.storage.center_mappings import parts_of, save_mapping
    from importers.storage.originals import looked_at
    from importers.workbooks.feedback import Origin, annotated_bytes
    from registry.access.scope import center_scope
    from tests.hostile.foreign import EXPORT, spoiled_export
    from tests.hostile.standing import standing_in

    content, name = spoiled_export(seed)
    with center_scope([center.pk], by=user, reason="bench"):
        mapping = save_mapping(EXPORT.mapping_text, center=center.pk, by=user)
    mode, before = "WHOLE" if seed % 2 else "VALID", standing_in(center.pk)
    upload = _by_command(content, mode=mode, seed=seed, center=center, user=user, name=name, mapping=mapping)
    if seed % BY_PAGES == 0 and (book := looked_at(content, name=name)) is not None:
        parts = parts_of(mapping)
        for look in look_at_workbook(book):
            suggest_columns(look, catalog=mapping_catalog())
        try_mapping(book, mapping=parts, catalog=mapping_catalog())
        origin = Origin(center_code="C01", center_name="B", filename=name)
        assert annotated_bytes(book, report=upload.report or {}, origin=origin, header_mapping=parts)
    return _as_told(upload, before=before, after=standing_in(center.pk))


def _as_told(upload: Any, *, before: Any, after: Any) -> str:
    if upload.state != "STORED":
        assert after == before, "not stored, and yet something changed"
        return str(upload.state)
    for entity, (count, digest) in after.items():
        told = Counter(upload.result.get(entity, {}))
        assert count == before[entity][0] + told["new"] + told["restored"], f"{entity}: {count} records, {dict(told)}"
        touched = told["new"] + told["changed"] + told["restored"] + told["conflict"]
        assert touched or digest == before[entity][1], f"{entity} changed untold"
    return str(upload.state)


def _by_command(content: bytes, *, mode: str, seed: int, center: Any, user: Any, **more: Any) -> Any:
    """One in four is read in a process of its own, as all are elsewhere: its start would take most of the time here."""
    from importers.files.reader import read_content
    from importers.files.workbook import read_workbook
    from importers.services import load_file
    from importers.storage import originals

    def here(source: bytes, *, name: str = "", **_limits: Any) -> Any:
        return read_content(source, name=name)

    originals.read_workbook = read_workbook if seed % IN_A_CHILD == 0 else here
    try:
        name, mapping = more.get("name", "a.xlsx"), more.get("mapping")
        return load_file(content, filename=name, center=center.pk, by=user, mode=mode, mapping=mapping)
    finally:
        originals.read_workbook = read_workbook


def _by_pages(content: bytes, *, mode: str, seed: int, center: Any, user: Any, client: Any) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from importers import tasks
    from importers.models import Upload
    from registry.access.scope import center_scope

    def newest() -> Any:
        with center_scope([center.pk], by=user, reason="bench"):
            return Upload.objects.select_related("job").latest("pk")

    def work(task: Any) -> Any:
        upload = newest()
        task(job_id=upload.job_id, upload_id=upload.pk, center_id=center.pk)
        return newest()

    answer = client.post("/uploads/", {"center": center.pk, "file": SimpleUploadedFile(f"{seed}.xlsx", content)})
    assert answer.status_code in {302, 400}, answer.status_code
    if answer.status_code == 400:  # an empty file is told on the form
        return Upload(state="REFUSED")
    upload = work(tasks.check)
    pages = ["", "findings.csv", "findings.json", "findings.xlsx"]
    told = [client.get(f"{answer.url}{page}").status_code for page in pages]
    assert max(told) < 500, told
    if upload.state == "STAGED":
        answered = client.post(f"{answer.url}confirm/", {"mode": mode, "reason": "bench"})
        assert answered.status_code in {200, 302, 400}, answered.status_code
        upload = work(tasks.store) if newest().state == "CONFIRMED" else newest()
    assert client.get(answer.url).status_code == 200
    return upload


if __name__ == "__main__":
    sys.exit(main())
