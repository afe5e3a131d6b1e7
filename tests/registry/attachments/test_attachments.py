"""A file is attached to a record, fetched by those who may read it, withdrawn with a reason, and in nothing that leaves the center."""

import hashlib
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from registry.access.roles import reading_as_stats
from registry.access.scope import center_scope
from registry.attachments.image_metadata import without_metadata
from registry.attachments.verbs import attach
from registry.casebook.documents import print_casebook
from registry.choices import AttachmentKind
from registry.models import Attachment, AttachmentDownload, ImagingAssessment, Patient
from registry.models.hierarchy import patient_models
from registry.records.status import lock_record
from registry.records.withdrawal import withdraw
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj <</Secret (whole report)>>\n%%EOF\n"
ORIENTATION, MAKER = 0x0112, 0x010F


def picture(kind: str, *, turned: int = 0) -> bytes:
    """With the name of its camera and a comment; `turned` is the EXIF orientation."""
    image, written, about = Image.effect_noise((40, 30), 60), BytesIO(), Image.Exif()
    about[MAKER] = "Camera of Dr. Wang"
    if turned:
        about[ORIENTATION] = turned
    image.save(written, kind, exif=about, **({"comment": b"patient Zhang"} if kind == "JPEG" else {}))
    return written.getvalue()


@pytest.fixture
def working(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.data_manager)
    return client


@pytest.fixture
def patient(make_patient: Callable) -> Patient:
    return make_patient()


@pytest.fixture
def send(working: Client, patient: Patient) -> Callable[..., str]:
    """What the site says of it."""

    def run(content: bytes, *, name: str = "report.pdf", words: str = "") -> str:
        given = {"file": SimpleUploadedFile(name, content), "words": words}
        return said_by(working.post(f"/records/patient/{patient.pk}/attachments/", given))

    return run


def said_by(answer: HttpResponse) -> str:
    return " ".join(map(str, get_messages(answer.wsgi_request)))


def stored(cast: Cast) -> list[Attachment]:
    with center_scope([cast.center.pk]):
        return list(Attachment.objects.order_by("pk"))


def test_a_report_is_attached_listed_and_fetched_as_it_was(cast: Cast, working: Client, send: Callable) -> None:
    send(PDF, words="Pathology, second reading")
    (kept,) = stored(cast)
    page = working.get(f"/admin/registry/patient/{kept.patient_id}/change/").content.decode()
    assert "report.pdf" in page
    assert "Pathology, second reading" in page
    answer = working.get(f"/records/attachments/{kept.pk}/")
    assert answer.content == PDF
    told = {name: answer.headers[name] for name in ("Content-Disposition", "X-Content-Type-Options", "Content-Type")}
    assert told == {
        "Content-Disposition": 'attachment; filename="report.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Content-Type": "application/pdf",
    }
    assert "no-store" in answer.headers["Cache-Control"]
    with center_scope([cast.center.pk]):
        assert AttachmentDownload.objects.get().by == cast.data_manager


def test_it_lies_encrypted_and_the_trail_holds_its_hash_and_no_byte_of_it(cast: Cast, send: Callable, rows) -> None:
    send(PDF)
    with center_scope([cast.center.pk]):
        ((content,),) = rows("SELECT content FROM registry_attachment")
        ((event, user),) = rows("""SELECT to_jsonb(e)::text, c.metadata->>'user' FROM registry_attachmentevent e
            JOIN pghistory_context c ON c.id = e.pgh_context_id""")
    assert b"whole report" not in bytes(content)
    assert hashlib.sha256(PDF).hexdigest() in event
    assert "content" not in event
    assert user == str(cast.data_manager.pk)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x00" * 128 + b"DICM" + b"Zhang^San", "This is a DICOM file"),
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        (b"<svg onload=alert(1)>", "is not a PDF, PNG or JPEG"),
        (b"PK\x03\x04", "is not a PDF, PNG or JPEG"),
        (picture("PNG")[:-20], "damaged or incomplete"),
        (picture("JPEG")[:60], "damaged or incomplete"),
        (b"%PDF-" + b"x" * 1024 * 1024, "1.0 MB; at most 1 MB"),
    ],
    ids=["DICOM", "HEIC", "SVG", "zip", "cut PNG", "cut JPEG", "large"],
)
def test_by_its_content_a_file_is_refused_in_words(
    cast: Cast, send: Callable, settings, content: bytes, said: str
) -> None:
    settings.ATTACHMENT_MEGABYTES = 1
    assert said in send(content, name="report.pdf")
    assert stored(cast) == []


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_an_image_loses_what_it_says_of_itself_and_no_pixel(cast: Cast, send: Callable, kind: str) -> None:
    sent = picture(kind)
    assert b"Wang" in sent
    assert "removed from the image" in send(sent + b"trailing <script>", name="photo")
    (kept,) = stored(cast)
    content = bytes(kept.content)
    assert not re.search(rb"Wang|Zhang|script", content)
    assert Image.open(BytesIO(content)).tobytes() == Image.open(BytesIO(sent)).tobytes()
    assert kept.filename == {"PNG": "photo.png", "JPEG": "photo.jpg"}[kind]


def test_a_photograph_stays_the_right_way_up() -> None:
    kept = without_metadata(picture("JPEG", turned=6), kind=AttachmentKind.JPEG)
    assert dict(Image.open(BytesIO(kept)).getexif()) == {ORIENTATION: 6}
    assert without_metadata(kept, kind=AttachmentKind.JPEG) == kept


def test_names_of_files_are_screened_and_descriptions_too(cast: Cast, send: Callable) -> None:
    send(PDF, name="张三 110101196005170012.PDF")
    assert stored(cast)[0].filename == "张三 •••.pdf"
    assert "contains a telephone number" in send(PDF, words="call 13912345678")
    assert len(stored(cast)) == 1


def test_a_record_has_so_many_files_and_no_more(cast: Cast, working: Client, send: Callable, settings) -> None:
    settings.ATTACHMENTS_PER_RECORD = 1
    send(PDF)
    assert "already has 1 files" in send(PDF)
    working.post(f"/records/attachments/{stored(cast)[0].pk}/withdraw/", {"reason": "wrong patient"})
    send(PDF)
    assert [each.withdrawal_reason for each in stored(cast)] == ["wrong patient", ""]


def test_a_withdrawn_file_stays_with_its_reason_and_all_of_it_is_in_the_history(
    cast: Cast, working: Client, send: Callable, patient: Patient
) -> None:
    send(PDF)
    (kept,) = stored(cast)
    assert "Enter a reason" in said_by(working.post(f"/records/attachments/{kept.pk}/withdraw/"))
    working.post(f"/records/attachments/{kept.pk}/withdraw/", {"reason": "wrong side"})
    assert "wrong side" in working.get(f"/admin/registry/patient/{patient.pk}/change/").content.decode()
    assert working.get(f"/records/attachments/{kept.pk}/").content == PDF
    told = working.get(f"/admin/registry/patient/{patient.pk}/history/").context["files"]
    assert [str(each.what) for each in told] == ["downloaded", "withdrawn", "attached"]


def test_a_locked_or_withdrawn_record_takes_no_file_and_gives_none_up(
    cast: Cast, working: Client, send: Callable, patient: Patient
) -> None:
    send(PDF)
    (kept,) = stored(cast)
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        lock_record(patient, by=cast.data_manager, reason="a test")
    assert "This record is locked" in send(PDF)
    refused = working.post(f"/records/attachments/{kept.pk}/withdraw/", {"reason": "x"})
    assert "This record is locked" in said_by(refused)
    assert [each.withdrawn_at for each in stored(cast)] == [None]


def test_a_withdrawn_record_takes_no_file(cast: Cast, send: Callable, patient: Patient) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        withdraw(patient, by=cast.data_manager, reason="a test")
    assert "This record is withdrawn" in send(PDF)


def test_every_kind_of_record_takes_files_and_the_patient_lists_them(
    cast: Cast, working: Client, patient: Patient
) -> None:
    of = {"patient": patient, "center": cast.center}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        scan = ImagingAssessment.objects.create(
            **of, imaging_date="2015-06-01", imaging_modality="CT", imaging_role="RESP"
        )
        attach(scan, content=PDF, filename="scan.pdf", words="", by=cast.data_manager)
    for page in (f"imagingassessment/{scan.pk}", f"patient/{patient.pk}"):
        assert "scan.pdf" in working.get(f"/admin/registry/{page}/change/").content.decode()
    missing = [working.post(f"/records/{m._meta.model_name}/999/attachments/").status_code for m in patient_models()]
    assert set(missing) == {404}
    assert working.post(f"/records/center/{cast.center.pk}/attachments/").status_code == 404


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("data_manager", 200, True),
        ("uploader", 200, False),
        ("investigator", 200, False),
        ("other_data_manager", 404, False),
        ("statistician", 404, False),
        ("outsider", 404, False),
        ("administrator", 404, False),
        ("nobody", 302, False),
    ],
)
def test_who_may_fetch_attach_and_withdraw(
    cast: Cast, send: Callable, patient: Patient, who: str, reads: int, writes: bool
) -> None:
    send(PDF)
    (kept,) = stored(cast)
    client = Client()
    if who != "nobody":
        client.force_login(getattr(cast, who))
    assert client.get(f"/records/attachments/{kept.pk}/").status_code == reads
    client.post(f"/records/patient/{patient.pk}/attachments/", {"file": SimpleUploadedFile("more.pdf", PDF)})
    client.post(f"/records/attachments/{kept.pk}/withdraw/", {"reason": "x"})
    now = stored(cast)
    assert (len(now) == 2, bool(now[0].withdrawn_at)) == (writes, writes)


def test_no_export_no_view_and_no_casebook_knows_of_it(
    cast: Cast, working: Client, send: Callable, patient: Patient
) -> None:
    send(PDF, name="named.pdf", words="described")
    answer = working.post("/admin/registry/patient/", {"action": "export_csv", "_selected_action": [patient.pk]})
    assert b"named" not in answer.getvalue()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        casebook = print_casebook(patient, by=cast.data_manager)
        assert b"whole report" not in casebook
        with pytest.raises(DatabaseError), transaction.atomic(), reading_as_stats(), connection.cursor() as cursor:
            cursor.execute("SELECT filename FROM registry_attachment")


def test_another_center_sees_no_row_and_the_file_cannot_be_exchanged(cast: Cast, send: Callable, rows) -> None:
    send(PDF)
    with center_scope([cast.other_center.pk]):
        assert Attachment.objects.count() == 0
        assert rows("SELECT count(*) FROM registry_attachmentevent") == [(0,)]
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        for statement in ("UPDATE registry_attachment SET content = ''", "DELETE FROM registry_attachment"):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows(statement)
