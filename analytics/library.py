"""The study library: protocols that come with the project, and protocols in a file of one's own."""

from pathlib import Path

from analytics.population import StudyProtocol, read_study_protocol
from analytics.protocol_text import read_protocol_text

FOLDER = Path(__file__).resolve().parent / "protocols"


def library() -> tuple[StudyProtocol, ...]:
    return tuple(read_study_protocol(read_protocol_text(path)) for path in sorted(FOLDER.glob("*.yaml")))


def protocol_text(reference: str) -> str:
    """The text of a library protocol by its id, or of a YAML file by its path. Raises ProtocolError."""
    shipped = {path.stem: path for path in FOLDER.glob("*.yaml")}
    return read_protocol_text(shipped.get(reference, Path(reference)))
