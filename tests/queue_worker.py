"""A worker of the queue that ends when nothing is left to do."""

import asyncio
from threading import Thread

from django.db import connections
from procrastinate.contrib.django import app


def empty_the_queue() -> None:
    """In a thread of its own: a browser that other tests opened keeps an event loop running in this one."""
    thread = Thread(target=_work)
    thread.start()
    thread.join()


def _work() -> None:
    try:
        asyncio.run(_until_empty())
    finally:
        connections.close_all()


async def _until_empty() -> None:
    worker = app.with_connector(app.connector.get_worker_connector())
    async with worker.open_async():
        await worker.run_worker_async(wait=False, concurrency=1, install_signal_handlers=False, listen_notify=False)
