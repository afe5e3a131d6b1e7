"""The one place where a center scope is opened: requests, jobs, commands and streams all come through here.

A scope is a transaction that sees the rows of its centers and whose audit rows carry who wrote, from where and why. The
settings are local to the transaction, so nothing leaks to the next user of a pooled connection, and they are restored on
leaving, so a nested scope ends where its block ends.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

from registry.access.permissions import centers_of, roles_read_once

SETTINGS = ("app.center_ids", "pghistory.context_id", "pghistory.context_metadata")
WRITING_METHODS = {"POST", "PUT", "PATCH", "DELETE"}

User = AbstractBaseUser | AnonymousUser


# Note [Row security and savepoints]
# ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
# PostgreSQL decides which rows a session sees by a setting of the transaction (app.center_ids), which set_config(...,
# true) makes local: COMMIT and ROLLBACK both forget it, so a pooled connection is handed on without a scope and sees
# nothing. A *savepoint* forgets it only when it is rolled back, and then restores what held when it began. That has
# two consequences. A nested scope must put the outer values back itself when its block ends well, which is what
# `former` is for; after an error it must not, because the rollback already did and a broken transaction takes no
# further statement. And a streamed response is read after the request's transaction has ended: without a scope of its
# own it would be empty, with no error to notice.


@contextmanager
def center_scope(
    centers: Iterable[int],
    *,
    by: User | None = None,
    reason: str = "",
    source: str = "command",
    using: str = "default",
    **more: object,
) -> Iterator[None]:
    """See these centers only. Reading needs no `by`; a write without `by` and `reason` is refused by the database."""
    connection = connections[using]
    about = {"user": by.pk if by else None, "reason": reason, "source": source, **more}
    values = (",".join(str(center) for center in sorted(centers)), str(uuid.uuid4()), json.dumps(about, default=str))
    is_nested = connection.in_atomic_block
    with transaction.atomic(using=using):
        former = _current(connection) if is_nested else None
        _set(connection, values=values)
        yield  # on an exception the rollback restores them: Note [Row security and savepoints]
        if former is not None and not connection.needs_rollback:
            _set(connection, values=former)


@contextmanager
def because(reason: str, *, by: User, using: str = "default") -> Iterator[None]:
    """Inside a scope: what is written until the block ends carries the reason that a person gave for this one act."""
    connection = connections[using]
    with transaction.atomic(using=using):
        centers, _context, metadata = former = _current(connection)
        about = {**json.loads(metadata or "{}"), "user": by.pk, "reason": reason}
        about.pop("reason_code", None)  # of the act outside
        _set(connection, values=(centers, str(uuid.uuid4()), json.dumps(about)))
        yield
        if not connection.needs_rollback:
            _set(connection, values=former)


def from_now_on(reason: str, *, by: User, code: str = "", using: str = "default", **more: object) -> None:
    """Inside a scope: what is written until it ends carries this reason; `code` is the one chosen from a list."""
    connection = connections[using]
    centers, _context, metadata = _current(connection)
    about = {
        **json.loads(metadata or "{}"),
        "user": by.pk,
        "reason": reason,
        **({"reason_code": code} if code else {}),
        **more,
    }
    _set(connection, values=(centers, str(uuid.uuid4()), json.dumps(about)))


def _current(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in SETTINGS))
        return tuple(cursor.fetchone())


def _set(connection: BaseDatabaseWrapper, *, values: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS), values)


class ScopeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        about: dict[str, Any] = {
            "by": request.user if request.user.is_authenticated else None,
            "source": getattr(request, "source", "form"),
            "url": request.path,
        }
        if request.method in WRITING_METHODS:
            about["reason"] = request.POST.get("_reason") or "entered in a form"
        with roles_read_once():
            centers = centers_of(request.user)
            with center_scope(centers, **about):
                response = self.get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
        if response.streaming and not isinstance(response, FileResponse):
            response.streaming_content = _stream(response.streaming_content, centers=centers, about=about)
        return response


def _stream(chunks: Iterable[bytes], *, centers: Iterable[int], about: dict[str, Any]) -> Iterator[bytes]:
    """A stream is read after the request's transaction has ended: without a scope of its own it would be empty, silently."""
    with center_scope(centers, **about):
        yield from chunks
