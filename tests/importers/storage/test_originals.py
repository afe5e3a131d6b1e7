"""A file whose columns name persons is not kept: what was read of it is, without them, and says the same to every later check."""

import datetime
import io
import json
import zipfile
import zlib

import openpyxl
import pyarrow.parquet as pq
import pytest
import xlwt

from importers.checks.check import check_workbook
from importers.files import messages
from importers.files.raw import RawSheet, Workbook
from importers.files.workbook import read_workbook
from importers.models import Upload, UploadState
from importers.services import check_upload, load_file, receive_upload, send_upload, start_check
from importers.storage.originals import as_content, from_content
from importers.storage.report import check_as_json
from importers.workbooks.feedback import annotated_upload
from registry.access.scope import center_scope
from registry.models import Patient
from registry.workbook.submissions import entries_of
from tests.hostile import files
from tests.importers import books

NAME, CARD, PHONE = "诸葛慧芳", "110101196005170012", "13800138000"
PERSONS = {"姓名": NAME, "身份证号": CARD, "extra": PHONE}


def people() -> dict[str, list[dict]]:
    """Two patients, one of them faulty, each with a name, an ID card and a telephone."""
    sheets = books.whole_center(2)
    sheets[books.PATIENT] = [{**row, **PERSONS} for row in sheets[books.PATIENT]]
    sheets[books.PATIENT][1]["sex"] = "X"
    return sheets


def as_xlsx() -> bytes:
    return books.workbook(people())


def with_a_list_of_names() -> bytes:
    return books.workbook(books.whole_center(1) | {"Contacts": [{"who": NAME, "电话": PHONE, "note": CARD}]})


def with_columns_on_two_sheets() -> bytes:
    sheets = people()
    sheets[books.FOLLOW_UP] = [{**row, "联系电话": PHONE, "Patient name": NAME} for row in sheets[books.FOLLOW_UP]]
    return books.workbook(sheets)


def as_csv() -> bytes:
    rows = people()[books.PATIENT]
    return "\n".join(",".join(map(str, line)) for line in [list(rows[0]), *(row.values() for row in rows)]).encode()


def as_text_of_chinese_windows() -> bytes:
    return as_csv().decode().replace("姓名", "patient name").replace("身份证号", "id no").encode("gb18030")


def as_xls() -> bytes:
    book = xlwt.Workbook()
    sheet, rows = book.add_sheet(books.PATIENT), people()[books.PATIENT]
    for line, cells in enumerate([list(rows[0]), *(row.values() for row in rows)]):
        for place, value in enumerate(cells):
            sheet.write(line, place, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


FILES = {
    "march.xlsx": as_xlsx,
    "contacts.xlsx": with_a_list_of_names,
    "everywhere.xlsx": with_columns_on_two_sheets,
    "march.csv": as_csv,
    "windows.csv": as_text_of_chinese_windows,
    "march.xls": as_xls,
}


@pytest.fixture
def receive(cast):
    def run(content: bytes, *, name: str) -> Upload:
        with center_scope([cast.center.pk], by=cast.uploader, reason="receive"):
            return receive_upload(content, filename=name, center=cast.center.pk, by=cast.uploader)

    return run


@pytest.fixture
def check(cast):
    def run(upload: Upload) -> Upload:
        return check_upload(upload.pk, center=cast.center.pk, by=cast.uploader)

    return run


def everything(cast, rows) -> str:
    """All that lies in the database of uploads, opened and unpacked; the trail as well."""
    with center_scope([cast.center.pk]):
        said = [str(rows(f"SELECT t::text FROM {name} t")) for name in ("importers_upload", "importers_uploadevent")]
        for upload in Upload.objects.all():
            said += [json.dumps([upload.report, upload.preview], ensure_ascii=False), unpacked(bytes(upload.original))]
            tables = [pq.read_table(io.BytesIO(entry.content)) for entry in entries_of(upload.pk)]
            said += [str(table.to_pylist()) for table in tables]
    return "".join(said)


def unpacked(content: bytes) -> str:
    parts = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts += [package.read(name) for name in package.namelist()]
    elif content.startswith(b"\x78"):
        text = zlib.decompress(content).decode()
        return text + json.dumps(json.loads(text), ensure_ascii=False)
    parts += [part[1:] for part in parts]  # where letters of two bytes begin at an odd place
    return "".join(part.decode(code, errors="ignore") for part in parts for code in ("utf-8", "gb18030", "utf-16-le"))


def named_in(text: str) -> list[str]:
    return [word for word in (NAME, CARD, PHONE) if word in text]


@pytest.mark.parametrize("name", FILES)
def test_a_file_names_its_persons_and_nothing_that_is_kept_of_it_does(name, receive, check, cast, rows):
    content = FILES[name]()
    assert named_in(unpacked(content)) == [NAME, CARD, PHONE]
    upload = receive(content, name=name)
    assert named_in(everything(cast, rows)) == []
    upload = check(upload)
    assert upload.state == UploadState.STAGED
    assert upload.is_reduced
    assert upload.size_bytes == len(content)
    assert named_in(everything(cast, rows)) == []


@pytest.mark.parametrize("name", FILES)
def test_what_is_kept_says_the_same_to_a_check_as_the_file_did(name, receive, check, cast):
    content = FILES[name]()
    with center_scope([cast.center.pk]):
        whole = receive(content, name=name)
    first = check(whole).report
    with center_scope([cast.center.pk], by=cast.uploader, reason="again"):
        start_check(Upload.objects.get(), by=cast.uploader)
    again = check(whole).report
    assert again == first
    path_report = check_as_json(check_workbook(read_workbook(content, name=name), center="C01"))
    assert {one["code"] for one in path_report["findings"]} == {one["code"] for one in first["findings"]}
    assert path_report["held"] == first["held"]


def test_the_same_file_again_is_its_earlier_upload(cast):
    content = as_xlsx()
    with center_scope([cast.center.pk], by=cast.uploader, reason="twice"):
        answers = [
            send_upload(content, filename=name, center=cast.center.pk, by=cast.uploader)
            for name in ("a.xlsx", "b.xlsx")
        ]
    assert [is_new for _, is_new in answers] == [True, False]
    assert answers[0][0].pk == answers[1][0].pk


@pytest.mark.parametrize(("code", "is_tried_again"), [("F-LIMITS", True), ("F-DAMAGED", False)])
def test_a_refused_file_is_its_earlier_upload_unless_the_machine_was_too_slow_for_it(code, is_tried_again, cast):
    about = {"filename": "a.xlsx", "center": cast.center.pk, "by": cast.uploader}
    with center_scope([cast.center.pk], by=cast.uploader, reason="twice"):
        first, _ = send_upload(files.cut_off(), **about)
        Upload.objects.filter(pk=first.pk).update(state="REFUSED", report={"findings": [{"code": code}]})
        second, is_new = send_upload(files.cut_off(), **about)
    assert (is_new, second.pk != first.pk) == (is_tried_again, is_tried_again)


def test_the_workbook_sent_back_holds_the_rows_and_no_persons(receive, check, cast):
    upload = check(receive(as_xlsx(), name="march.xlsx"))
    with center_scope([cast.center.pk]):
        content = annotated_upload(Upload.objects.select_related("center").get(pk=upload.pk))
    assert named_in(unpacked(content)) == []
    page = openpyxl.load_workbook(io.BytesIO(content))[books.PATIENT]
    assert [page["A5"].value, page["B5"].value] == ["0002", "X"]


def test_a_file_without_persons_is_kept_as_it_came(receive, check, cast):
    content = books.workbook(books.whole_center(1))
    upload = check(receive(content, name="march.xlsx"))
    assert (bytes(upload.original), upload.is_reduced) == (content, False)


def test_of_an_unreadable_file_nothing_is_kept(receive, check, cast, rows):
    upload = check(receive(files.cut_off(), name="march.xlsx"))
    assert (upload.state, bytes(upload.original), upload.is_reduced) == (UploadState.REFUSED, b"", True)
    assert named_in(everything(cast, rows)) == []


def test_a_file_of_which_no_sheet_is_known_is_kept_without_persons_so_that_it_can_be_mapped(receive, check, cast, rows):
    content = books.grid({"Sheet1": [["姓名", "AFP"], [NAME, 12]], "Sheet2": [["编号"], ["1"]]})
    upload = check(receive(content, name="march.xlsx"))
    assert (upload.state, upload.is_reduced) == (UploadState.REFUSED, True)
    first, second = from_content(bytes(upload.original)).sheets
    assert (first.rows, second.rows) == ([["•••", "AFP"], ["•••", 12.0]], [["编号"], ["1"]])
    assert named_in(everything(cast, rows)) == []


def test_a_file_that_nobody_looked_at_in_time_is_reduced_by_its_check(receive, check, cast, rows, monkeypatch):
    monkeypatch.setattr("importers.storage.originals.SECONDS_TO_LOOK", 0.001)
    upload = receive(as_xlsx(), name="march.xlsx")
    assert not upload.is_reduced
    assert check(upload).is_reduced
    assert named_in(everything(cast, rows)) == []


def test_a_file_loaded_by_command_is_not_kept_either(cast, rows):
    upload = load_file(as_xlsx(), filename="march.xlsx", center=cast.center.pk, by=cast.uploader, mode="VALID")
    assert upload.state == UploadState.STORED
    with center_scope([cast.center.pk]):
        assert Patient.objects.count() == 1
    assert named_in(everything(cast, rows)) == []


def test_every_kind_of_cell_and_what_the_reader_left_out_come_through():
    cells = ["x", "", 1.5, 5e-324, True, 7, datetime.date(2019, 3, 5)]
    cells += [datetime.datetime(2019, 3, 5, 6, 7, 8, 9)]  # noqa: DTZ001  # as Excel has them
    cells += [datetime.time(6, 7), datetime.timedelta(days=1, microseconds=5), "\ud800"]
    hidden = {(2, 3): messages.ERROR_CELL.about(found="#N/A"), (4, 1): messages.NO_RESULT.about()}
    sheet = RawSheet(
        name="a", rows=[cells, []], hidden=hidden, merged=("A1:B2",), notices=(messages.HIDDEN_SHEET.about(),)
    )
    book = Workbook(
        sha256="0", sheets=(sheet,), epoch_1904=True, is_text=True, notices=(messages.LEGACY_WORKBOOK.about(),)
    )
    back = from_content(as_content(book))
    assert back == book
    assert [type(cell) for cell in back.sheets[0].rows[0]] == [type(cell) for cell in cells]
