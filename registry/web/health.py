"""Two addresses for a proxy or a monitor: whether this process lives, and whether it can serve. They say nothing else."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from psycopg_pool import PoolTimeout

LIVE, READY = "/healthz/live", "/healthz/ready"


class HealthMiddleware:
    """Before everything that asks the database: neither a session nor a scope is opened, and no host name is asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == LIVE:
            return _answer("alive", status=200)
        if request.path == READY:
            is_there = _database_answers()
            return _answer("ready" if is_there else "the database does not answer", status=200 if is_there else 503)
        return self.get_response(request)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, PoolTimeout):
        return False
    return True


def _answer(text: str, *, status: int) -> HttpResponse:
    response = HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
    add_never_cache_headers(response)
    return response
