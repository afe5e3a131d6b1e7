"""What can go wrong before there is a result.

AnalysisError
├── ProtocolError          the protocol cannot be read or asks for what is not there (exit 2)
├── UnreadableTableError   the file cannot be read as a table at all (exit 2)
└── FaultyDataError        the table can be read, but its cells are wrong (exit 1)
"""

from dataclasses import dataclass

from analytics.messages import Message


@dataclass(frozen=True)
class DataError:
    """One fault: in which column (None for the whole table) and in which lines of the file, the header being line 1."""

    code: str
    message: Message
    column: str | None = None
    rows: tuple[int, ...] = ()


class AnalysisError(Exception):
    """Something a person can mend; `messages` says what."""

    def __init__(self, *messages: Message) -> None:
        super().__init__("; ".join(message.en for message in messages))
        self.messages = messages


class ProtocolError(AnalysisError):
    """Raised while a protocol is read: unknown or missing keys, values that do not fit, steps that are not built yet."""


class UnreadableTableError(AnalysisError):
    """Raised when a file is not there, is not text in UTF-8, or is not a comma-separated table."""


class FaultyDataError(AnalysisError):
    """Raised once with every fault of a table; `errors` has their columns and lines."""

    def __init__(self, *errors: DataError) -> None:
        super().__init__(*(error.message for error in errors))
        self.errors = errors
