"""The study library: protocols that come with the project, and protocols in a file of one's own."""

from functools import cache
from pathlib import Path

from analytics.errors import ProtocolError
from analytics.messages import Message
from analytics.protocol.population import StudyProtocol, read_study_protocol
from analytics.protocol.text import read_protocol_text

FOLDER = Path(__file__).resolve().parent / "library"


@cache
def library() -> tuple[StudyProtocol, ...]:
    """Read once: the files come with the project, and reading them takes half a second."""
    return tuple(read_study_protocol(read_protocol_text(path)) for path in sorted(FOLDER.glob("*.yaml")))


def protocol_text(reference: str) -> str:
    """The text of a library protocol by its id, or of a YAML file by its path. Raises ProtocolError."""
    return read_protocol_text(_shipped().get(reference, Path(reference)))


def table_protocol_path(reference: str) -> Path:
    """The file of a protocol for a flat table. Raises ProtocolError for a library id: those studies read the registry."""
    path = Path(reference)
    if reference in _shipped() and not path.is_file():
        raise ProtocolError(
            Message(
                en=f"{reference} is a study on the registry; --table requires a table protocol, a YAML file with table:.",
                zh=f"{reference} 是基于登记库的研究；--table 需要表格研究方案，即含有 table: 的 YAML 文件。",
            )
        )
    return path


def _shipped() -> dict[str, Path]:
    return {path.stem: path for path in FOLDER.glob("*.yaml")}
