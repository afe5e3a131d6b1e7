"""What a file is, by its content: its name may say anything."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.choices import AttachmentKind
from registry.errors import Refused

MIME_TYPES: Mapping[str, str] = {
    AttachmentKind.PDF: "application/pdf",
    AttachmentKind.PNG: "image/png",
    AttachmentKind.JPEG: "image/jpeg",
}
SUFFIXES: Mapping[str, tuple[str, ...]] = {
    AttachmentKind.PDF: (".pdf",),
    AttachmentKind.PNG: (".png",),
    AttachmentKind.JPEG: (".jpg", ".jpeg"),
}
HEADER_MAY_BEGIN_WITHIN = 1024  # bytes; so readers of PDF do
DICOM: str | Promise = _(
    "This is a DICOM file. It contains the patient's name, so it is not accepted. Export the image as PNG or JPEG, without the name on it."
)
HEIC: str | Promise = _("This is a HEIC image, a format used by some phones. Save it as JPEG and attach that.")
UNKNOWN: str | Promise = _("By its content, this file is not a PDF, PNG or JPEG. Only these can be attached.")


def kind_of(content: bytes) -> AttachmentKind:
    if content[128:132] == b"DICM":
        raise Refused(str(DICOM))
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return AttachmentKind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return AttachmentKind.JPEG
    if b"%PDF-" in content[:HEADER_MAY_BEGIN_WITHIN]:
        return AttachmentKind.PDF
    raise Refused(str(HEIC if content[4:8] == b"ftyp" and content[8:11] in {b"hei", b"mif", b"hev"} else UNKNOWN))
