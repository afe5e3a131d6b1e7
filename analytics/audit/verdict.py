"""What an audit says of a printed table."""

from dataclasses import dataclass

from analytics.messages import Message


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`is_impossible`: no data could give these numbers; else they may be right by a rule that is not printed.

    `where` names the table, the row (1 is the first row under the title) and what stands there."""

    code: str
    table: str
    row: int
    what: str
    message: Message
    is_impossible: bool = True
