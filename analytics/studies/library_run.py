"""Every protocol of the library compared on the registry, one after the other; nothing is stored."""

from collections.abc import Callable, Iterator
from typing import Any

from analytics.errors import AnalysisError
from analytics.protocol.library import library
from analytics.result.library import LibraryResult, library_result
from analytics.studies.services import centers_to_compare, compare_centers


def compare_library(*, by: str | None, say: Callable[[str], Any]) -> Iterator[LibraryResult]:
    """`say` hears which study comes next. A study that is refused has the reason in its place.

    Raises ProtocolError where a protocol cannot be read, AnalysisError where the user named by `by` may not run studies.
    """
    protocols, centers = library(), centers_to_compare(by)
    for number, protocol in enumerate(protocols, start=1):
        say(f"{number}/{len(protocols)} {protocol.id}")
        try:
            comparison = compare_centers(protocol, center_ids=centers)
        except AnalysisError as error:
            yield LibraryResult(protocol=protocol, refusal=error.messages)
        else:
            yield library_result(comparison, protocol=protocol)
