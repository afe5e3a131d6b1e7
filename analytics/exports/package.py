"""One zip: the data set, what its columns mean, the protocols, and a manifest of where all of it came from."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from analytics.exports.codebook import CODEBOOK_HEAD, codebook_rows
from analytics.exports.dataset import DataSet, adverse_events_data, patients_data
from analytics.exports.table_protocol import EVENTS_FILE, table_protocol
from analytics.exports.writers import csv_bytes, write_data
from analytics.formats import ExportFormat
from analytics.frame import AnalysisFrame
from analytics.protocol.population import StudyProtocol
from analytics.result.comparison import software_object

NO_DATE = (1980, 1, 1, 0, 0, 0)  # a zip can say no earlier one; the manifest says when
WRITERS = ("pyarrow", "pyreadstat", "xlsxwriter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    content: bytes
    sha256: str


def pack(
    frame: AnalysisFrame,
    *,
    protocol: StudyProtocol,
    protocol_text: str,
    file_format: ExportFormat,
    about: Mapping[str, Any],
) -> Package:
    """`about` is what the manifest says of the export itself: who, when, why, whose data."""
    files = _files(frame, protocol=protocol, file_format=file_format) | {"study-protocol.yaml": protocol_text.encode()}
    manifest = {
        "study": {"id": protocol.id, "version": protocol.version, "title": protocol.title},
        **about,
        "format": file_format.value,
        "software": software_object() | {name: version(name) for name in WRITERS},
        "files": {name: {"sha256": _sha256(content)} for name, content in sorted(files.items())},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    content = _zip({**files, "manifest.json": text.encode()})
    return Package(content=content, sha256=_sha256(content))


def _files(frame: AnalysisFrame, *, protocol: StudyProtocol, file_format: ExportFormat) -> dict[str, bytes]:
    data, events = patients_data(frame, protocol=protocol), adverse_events_data(frame)
    plan = table_protocol(protocol, frame=frame, data=data, events=events)
    files = {
        f"data.{file_format.value}": write_data(data, file_format=file_format),
        "codebook.csv": _codebook(data),
        "table-protocol.yaml": plan.encode(),
    }
    if events is not None:
        name = EVENTS_FILE.removesuffix(".csv")
        files |= {
            f"{name}.{file_format.value}": write_data(events, file_format=file_format),
            f"{name}-codebook.csv": _codebook(events),
        }
    return files


def _codebook(data: DataSet) -> bytes:
    """With a byte-order mark: it holds Chinese, and people open it in Excel."""
    return csv_bytes(CODEBOOK_HEAD, rows=codebook_rows(data), encoding="utf-8-sig")


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=NO_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
