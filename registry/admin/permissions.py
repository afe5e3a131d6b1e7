"""registry.access asked once per request and verb: the admin asks dozens of times."""

from django.http import HttpRequest

from registry.access.permissions import centers_where


def centers(request: HttpRequest, *, may: str) -> list[int]:
    known: dict[str, list[int]] = request.__dict__.setdefault("_centers_where", {})
    if may not in known:
        known[may] = centers_where(request.user, may=may)
    return known[may]


def allows(request: HttpRequest, *, verb: str, center: int | None) -> bool:
    allowed = centers(request, may=verb)
    return bool(allowed) if center is None else center in allowed
