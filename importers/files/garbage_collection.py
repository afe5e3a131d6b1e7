import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

_lock, _pausing, _was_on = threading.Lock(), 0, True


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """A big workbook becomes millions of small values without cycles; looking for cycles among them takes half the time.

    What they took goes back to the system at the end, not to be held through the next step or until the next workbook. Of
    several threads of a worker the last one to end turns it on again.
    """
    _pause(1)
    try:
        yield
    finally:
        _pause(-1)
        give_back_memory()


def _pause(step: int) -> None:
    global _pausing, _was_on  # as global as what it counts: the process has one collector
    with _lock:
        if _pausing == 0:
            _was_on = gc.isenabled()
        _pausing += step
        if _pausing:
            gc.disable()
        elif _was_on:
            gc.enable()


def give_back_memory() -> None:
    pa.default_memory_pool().release_unused()
