"""An uploader sends workbooks, a statistician compares; a real worker does the work."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demo.workbooks import write_workbooks
from importers.models import UploadMode
from importers.services import load_file
from registry.access.scope import center_scope
from registry.models import Patient
from tests.conftest import Cast
from tests.importers import books

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _send(page: Page, name: str, content: bytes) -> None:
    page.goto("/")
    page.locator(".caliper-action", has_text="Upload a workbook").click()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": SHEET, "buffer": content})
    page.get_by_role("button", name="Check workbook").click()
    expect(page.locator(".caliper-progress")).to_be_visible()


def _read_and_discard(page: Page) -> None:
    expect(page.locator("[role=status]").first).to_contain_text("Nothing is saved yet")
    expect(page.locator("#content")).to_contain_text("2031-01-01")
    page.goto("/")
    expect(page.locator("#content")).to_contain_text("awaiting confirmation")
    page.goto("/uploads/")
    page.get_by_role("link", name="march.xlsx").first.click()
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("[role=status]").first).to_contain_text("Discarded")


def test_uploader_sees_what_is_wrong_mends_it_stores_it_and_undoes_it(
    page: Page, sign_in: Callable, cast: Cast, work: Callable
) -> None:
    sign_in("uploader")
    faulty = books.whole_center(2)
    faulty[books.PATIENT][1]["birth_date"] = "2031-01-01"
    _send(page, "march.xlsx", books.workbook(faulty))
    work()
    _read_and_discard(page)
    _send(page, "march-mended.xlsx", books.workbook(books.whole_center(2)))
    work()
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()
    page.get_by_role("link", name="18 New").click()
    expect(page.locator("#content")).to_contain_text("0002")
    page.go_back()
    page.get_by_label("Reason:", exact=True).fill("the March workbook")
    page.get_by_role("button", name="Confirm and store").click()
    work()
    expect(page.locator("[role=status]").first).to_contain_text("Stored")
    with center_scope([cast.center.pk]):
        assert Patient.objects.count() == 2
    page.goto("/")
    expect(page.locator("#content")).to_contain_text("march-mended.xlsx")
    page.get_by_role("link", name="march-mended.xlsx").first.click()
    page.get_by_label("Reason for undoing").fill("the wrong month")
    page.get_by_role("button", name="Undo this upload").click()
    work()
    expect(page.locator("[role=status]").first).to_contain_text("Undone")
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()


def test_statistician_runs_the_comparison_and_reads_its_result(
    page: Page, sign_in: Callable, cast: Cast, work: Callable, tmp_path: Path
) -> None:
    for workbook, center in zip(
        write_workbooks(tmp_path, centers=2, patients=700), (cast.center, cast.other_center), strict=True
    ):
        load_file(
            workbook.read_bytes(),
            filename=workbook.name,
            center=center.pk,
            by=_uploader_of(center, cast),
            mode=UploadMode.WHOLE,
        )
    sign_in("statistician")
    page.locator(".caliper-action", has_text="Studies").click()
    page.locator("form", has_text="an-2025").get_by_role("button", name="Add this study").click()
    page.get_by_role("button", name="Run this study").click()
    work()
    page.get_by_label("Why this design is accepted").fill("Alike enough.", timeout=30_000)
    page.get_by_role("button", name="Accept the design and show the outcomes").click()
    page.locator("img[alt*='Kaplan']").first.wait_for(state="attached", timeout=30_000)
    expect(page.locator("#content")).to_contain_text("matched pairs")
    expect(page.locator("#content")).to_contain_text("Immortal time")
    broken = "[...document.images].filter(image => image.complete && !image.naturalWidth).length"
    assert page.evaluate(broken) == 0
    assert page.goto("/admin/registry/patient/").status == 403  # type: ignore[union-attr]
    page.goto("/")
    expect(page.locator("#content")).to_contain_text("Done")


def _uploader_of(center: object, cast: Cast) -> object:
    return cast.uploader if center == cast.center else cast.other_data_manager
