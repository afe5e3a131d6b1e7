"""What is written down when something goes wrong: where and what kind, never the value it happened with."""

import logging
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutValues(logging.Formatter):
    """The frames and the kinds of the errors. Their texts stay behind: that of a database error may quote a record."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  # logging's own name
        kind, error, frames = ei
        if kind is None or error is None:
            return ""
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(frames)]
        cause = error.__cause__ or error.__context__
        because = f" because of {type(cause).__qualname__}" if cause else ""
        return "\n".join([*places, f"{kind.__module__}.{kind.__qualname__}{because}"])
