"""An image without what it says about itself: where and when it was taken, by whom, on which device, of whom.

Only the wrapping is rewritten; no pixel is decoded, so nothing is lost and a crafted image meets no decoder here. Of a photograph,
which way is up is kept. What follows the image in the file goes as well.
"""

import struct
from collections.abc import Iterator

from django.utils.translation import gettext as _

from registry.choices import AttachmentKind
from registry.errors import Refused

# PNG 1.2 and extensions: what the picture needs to look right. Text, time, EXIF and whatever is unknown is left out.
PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"bKGD"}
)
# JPEG (ITU-T T.81, B.1.1.3): segments of applications and comments, of which these are about the picture itself.
APPLICATION, COMMENT, START_OF_SCAN, END_OF_IMAGE = range(0xE0, 0xF0), 0xFE, 0xDA, b"\xff\xd9"
JPEG_KEPT = {0xE0: b"JFIF\x00", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}
EXIF, EXIF_MARKER, ORIENTATION = b"Exif\x00\x00", 0xE1, 0x0112


def without_metadata(content: bytes, *, kind: str) -> bytes:
    """The same bytes where there is nothing to leave out, and always for PDF. Raises Refused for an image that is cut off or broken."""
    try:
        if kind == AttachmentKind.PNG:
            return content[:8] + b"".join(_png_chunks(content))
        return b"".join(_jpeg_segments(content)) if kind == AttachmentKind.JPEG else content
    except (struct.error, IndexError, ValueError) as error:
        raise Refused(
            _("This image is damaged or incomplete. Open it in a viewer, save it again and attach the new file.")
        ) from error


def _png_chunks(content: bytes) -> Iterator[bytes]:
    place, name = 8, b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", content, place)
        name = content[place + 4 : place + 8]
        chunk = content[place : place + length + 12]
        if len(chunk) < length + 12:
            raise ValueError("cut off")
        if name in PNG_KEPT:
            yield chunk
        place += length + 12


def _jpeg_segments(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    place = 2
    while content[place + 1] != START_OF_SCAN:
        if content[place] != 0xFF:
            raise ValueError("no marker")
        if content[place + 1] == 0xFF:  # padding before a marker
            place += 1
            continue
        marker = content[place + 1]
        (length,) = struct.unpack_from(">H", content, place + 2)
        segment = content[place : place + 2 + length]
        yield _orientation_alone(segment) if marker == EXIF_MARKER else segment if _is_kept(segment) else b""
        place += 2 + length
    end = content.rindex(END_OF_IMAGE, place) + len(END_OF_IMAGE)
    yield content[place:end]


def _is_kept(segment: bytes) -> bool:
    marker = segment[1]
    if marker in APPLICATION:
        return marker in JPEG_KEPT and segment[4:].startswith(JPEG_KEPT[marker])
    return marker != COMMENT


def _orientation_alone(segment: bytes) -> bytes:
    """An EXIF segment that says only which way is up; none where the picture stands as it is stored."""
    if not segment[4:].startswith(EXIF):
        return b""
    body = segment[4 + len(EXIF) :]
    order = "<" if body.startswith(b"II") else ">"
    try:
        (first,) = struct.unpack_from(f"{order}I", body, 4)
        (count,) = struct.unpack_from(f"{order}H", body, first)
        tags = [struct.unpack_from(f"{order}HHIH", body, first + 2 + 12 * number) for number in range(count)]
    except struct.error:
        return b""
    turned = next((value for tag, _type, _count, value in tags if tag == ORIENTATION), 1)
    if not 2 <= turned <= 8:
        return b""
    directory = struct.pack(">2sHI H HHIHH I", b"MM", 42, 8, 1, ORIENTATION, 3, 1, turned, 0, 0)
    return struct.pack(">BBH", 0xFF, EXIF_MARKER, 2 + len(EXIF) + len(directory)) + EXIF + directory
