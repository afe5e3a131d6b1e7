"""An uploader's day: a broken file is read, mended in the workbook sent back, stored and undone; a header is explained once; a
script gets its token."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from importers.models import UploadMode
from importers.services import load_file
from registry.access.scope import center_scope
from registry.models import LabResult, Patient
from registry.models.hierarchy import patient_models
from tests.conftest import Cast
from tests.importers import books
from tests.journeys.pages import PLACES

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_ROW = 5  # below the four rows of headers of our own workbooks


@pytest.fixture
def standing(cast: Cast, rows: Callable[..., Any]) -> Callable[[], dict[str, Any]]:
    """Every value that stands in the registry, apart from the bookkeeping."""
    drop = "- ARRAY['created_at', 'updated_at', 'row_version']"

    def run() -> dict[str, Any]:
        with center_scope([cast.center.pk]):
            tables = [model._meta.db_table for model in patient_models()]
            where = "WHERE withdrawn_at IS NULL ORDER BY id"
            return {name: rows(f"SELECT (to_jsonb(t) {drop})::text FROM {name} t {where}") for name in tables}

    return run


def send(page: Page, content: bytes | Path, *, name: str) -> None:
    page.goto("/uploads/")
    data = content.read_bytes() if isinstance(content, Path) else content
    page.get_by_label("Workbook:").set_input_files({"name": name, "mimeType": XLSX, "buffer": data})
    page.get_by_role("button", name="Check workbook").click()
    expect(page.locator(".caliper-progress")).to_be_visible()


def said(page: Page) -> Any:
    return expect(page.locator("[role=status]").first)


def confirm(page: Page, work: Callable[[], None], *, reason: str) -> None:
    page.get_by_label("Reason:", exact=True).fill(reason)
    page.get_by_role("button", name="Confirm and store").click()
    work()
    said(page).to_contain_text("Stored.")


def undo(page: Page, work: Callable[[], None], *, reason: str) -> None:
    page.get_by_label("Reason for undoing").fill(reason)
    page.get_by_role("button", name="Undo this upload").click()
    work()
    said(page).to_contain_text("Undone.")
    expect(page.locator("#content")).to_contain_text("What this upload had changed before it was undone")


def broken() -> bytes:
    """Six kinds of errors; the fourth patient is refused, and with the patient what belongs to it."""
    sheets = books.whole_center(5)
    sheets[books.PATIENT][3]["sex"] = "X"
    sheets[books.PATIENT][4]["birth_date"] = "03/04/1960"
    sheets[books.ASSESSMENT][2]["height_cm"] = 1700
    sheets[books.LABORATORY][1] |= {"alb": "41 stones", "alt": "12,5"}
    sheets[books.FOLLOW_UP].append(books.follow_up("0O03", follow_up_date="2016-07-10"))
    return books.workbook(sheets)


SENTENCES = (
    "“X” is not an allowed code",
    "“03/04/1960” is ambiguous: it could be day/month or month/day",
    "1700 is outside the possible range",
    "Unit “stones” was not recognized",
    "“12,5” is ambiguous: it could be 12.5 or 125",
    "patient 0O03 was not found in this workbook or in the registry",
)
MENDED = (
    (books.PATIENT, "0004", "sex", "F"),
    (books.PATIENT, "0005", "birth_date", "1960-04-03"),
    (books.ASSESSMENT, "0003", "height_cm", 170),
    (books.LABORATORY, "0002", "alb", "41 g/L"),
    (books.LABORATORY, "0002", "alt", 12.5),
    (books.FOLLOW_UP, "0O03", "local_id", "0003"),
)


def mend(path: Path) -> Path:
    """By the eye: in the sheet, the row that bears this study number, under this header."""
    book = openpyxl.load_workbook(path)
    for sheet, patient, column, value in MENDED:
        page = book[sheet]
        header = [cell.value for cell in page[1]]
        (row,) = [row for row in page.iter_rows(min_row=FIRST_ROW) if row[header.index("local_id")].value == patient]
        cell = row[header.index(column)]
        assert cell.fill.fgColor.rgb not in {"00000000", "FFFFFFFF"}, f"{sheet} {cell.coordinate} is not colored"
        assert cell.comment is not None
        cell.value = value
    book.save(path)
    return path


def read_errors(page: Page) -> None:
    said(page).to_contain_text("Nothing is saved yet")
    said(page).to_contain_text("6 errors were found")
    page.get_by_role("link", name="View errors").click()
    for sentence in SENTENCES:
        expect(page.locator("#findings")).to_contain_text(sentence)
    page.get_by_role("link", name="Rejected").click()
    said(page).to_contain_text("Nothing is saved yet")
    expect(page.locator("#content")).to_contain_text("Rows rejected because their parent row has an error: 5, 6")
    page.go_back()


def annotated_workbook(page: Page, *, path: Path) -> Path:
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Annotated workbook").click()
    fetched.value.save_as(path)
    return path


def test_a_broken_file_is_mended_in_the_workbook_sent_back_stored_and_undone(
    page: Page, sign_in: Callable, cast: Cast, work: Callable, standing: Callable, tmp_path: Path
) -> None:
    load_file(
        books.workbook(books.whole_center(1)),
        filename="february.xlsx",
        center=cast.center.pk,
        by=cast.uploader,
        mode=UploadMode.WHOLE,
    )
    before = standing()
    sign_in("uploader")

    send(page, broken(), name="march.xlsx")
    work()
    read_errors(page)
    assert standing() == before
    findings = annotated_workbook(page, path=tmp_path / "findings.xlsx")
    confirm(page, work, reason="the March workbook")
    expect(page.locator("#content")).to_contain_text("Rows with errors were rejected")
    with center_scope([cast.center.pk]):
        assert sorted(Patient.objects.values_list("local_id", flat=True)) == ["0001", "0002", "0003"]

    send(page, mend(findings), name="march-mended.xlsx")
    work()
    said(page).to_contain_text("Nothing is saved yet")
    expect(page.locator("#findings")).to_contain_text("0 errors")
    expect(page.locator("#content")).to_contain_text("rows correct rows from march.xlsx")
    page.get_by_role("link", name="New", exact=False).first.click()
    for patient in ("0004", "0005"):
        expect(page.locator(".caliper-table").first).to_contain_text(patient)
    page.go_back()
    confirm(page, work, reason="mended by hand")
    with center_scope([cast.center.pk]):
        assert Patient.objects.count() == 5
        albumin = LabResult.objects.get(patient__local_id="0002", analyte_code="alb")
        assert (albumin.value, albumin.raw_value) == (41, "41")

    undo(page, work, reason="the wrong hospital")
    page.goto("/uploads/")
    page.get_by_role("link", name="march.xlsx", exact=True).click()
    undo(page, work, reason="the wrong hospital")
    assert standing() == before


def test_a_header_of_the_hospital_is_explained_once_and_the_next_file_asks_nothing(
    page: Page, sign_in: Callable, cast: Cast, work: Callable
) -> None:
    sign_in("uploader")
    send(page, _with_own_headers(2), name="march.xlsx")
    work()
    question = page.locator(".caliper-card", has_text="Map unrecognized headers")
    expect(question).to_contain_text("性别（病案首页）")
    question.get_by_label("性别（病案首页）").select_option("sex")
    question.get_by_label("入院科室").select_option(label="ignore this column")
    question.get_by_role("button", name="Save mapping and check again").click()
    work()
    said(page).to_contain_text("Nothing is saved yet")
    expect(page.get_by_text("Map unrecognized headers")).to_have_count(0)
    confirm(page, work, reason="the March workbook")
    send(page, _with_own_headers(3), name="april.xlsx")
    work()
    said(page).to_contain_text("Nothing is saved yet")
    expect(page.get_by_text("Map unrecognized headers")).to_have_count(0)
    confirm(page, work, reason="the April workbook")
    with center_scope([cast.center.pk]):
        assert list(Patient.objects.values_list("sex", flat=True)) == ["M", "M", "M"]


def _with_own_headers(patients: int) -> bytes:
    sheets = books.whole_center(patients)
    for row in sheets[books.PATIENT]:
        row["性别（病案首页）"] = row.pop("sex")
        row["入院科室"] = "介入科"
    return books.workbook(sheets)


def test_a_token_is_shown_once_opens_the_scripts_address_and_ends_when_revoked(
    page: Page, sign_in: Callable, cast: Cast
) -> None:
    sign_in("uploader")
    page.goto("/uploads/")
    page.get_by_role("link", name="API tokens").click()
    page.get_by_label("Valid for").select_option("30")
    page.get_by_role("button", name="Create token").click()
    token = page.locator("#token").inner_text()
    asked = {"headers": {"Authorization": f"Token {token}"}}
    assert page.request.get("/api/v1/centers", **asked).status == 200
    page.goto("/api/tokens/")
    expect(page.locator("#content")).to_contain_text(token[:8])
    assert token not in page.content()
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("#content")).to_contain_text("No tokens yet")
    assert page.request.get("/api/v1/centers", **asked).status == 401


def test_a_value_of_the_form_is_led_back_to_its_cell(page: Page, sign_in: Callable, uploads: dict[str, int]) -> None:
    sign_in("data_manager")
    page.goto(f"/admin/registry/patient/{uploads['uploaded']}/change/")
    page.locator("[name=sex]").focus()
    page.keyboard.press("Alt+h")
    panel = page.locator("dialog[open]")
    expect(panel).to_contain_text("Cell B2 on sheet 01_患者_patient of 2015-03 三月.xlsx")
    panel.get_by_role("link", name="View row").click()
    expect(page.locator("tr[aria-current=true]", has_text="Sex")).to_contain_text("M")
    page.get_by_role("link", name="View the current record").click()
    page.goto(f"/admin/registry/patient/{uploads['uploaded']}/history/")
    page.get_by_role("link", name="Source cell of Iodized oil").first.click()
    expect(page.locator("tr[aria-current=true]")).to_contain_text("8")


def test_the_pages_of_uploads_fit_a_phone(page: Page, sign_in: Callable, address_of: Callable) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in("uploader")
    wide = {}
    for place in (place for place in PLACES if place.who == "uploader" or place.name == "uploads"):
        page.goto(address_of(place))
        beyond = "[...document.querySelectorAll('.caliper-page select, .caliper-page button, .caliper-page a')]"
        cut = f"{beyond}.filter(e => !e.closest('.caliper-scroll') && e.getBoundingClientRect().right > 390).length"
        if page.evaluate("document.documentElement.scrollWidth") > 390 or page.evaluate(cut):
            wide[place.name] = page.evaluate("document.documentElement.scrollWidth")
    assert not wide
