from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def one_ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The next item is made in a thread of its own while the database is busy with this one. What makes them must not ask the database."""
    following = iter(items)
    with ThreadPoolExecutor(max_workers=1) as pool:
        promised = pool.submit(next, following, None)
        while (item := promised.result()) is not None:
            promised = pool.submit(next, following, None)
            yield item
