"""The list as the rows of a file."""

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from registry.models import Query
from registry.pages.places import fields_named, form_of


def rows(queries: Iterable[Query]) -> Iterator[list[str]]:
    yield _header()
    for query in queries:
        yield _cells(query)


def _header() -> list[str]:
    return [
        _("Query"),
        _("Center"),
        _("Patient"),
        _("Form"),
        _("Fields"),
        _("Checks"),
        _("Question"),
        _("State"),
        _("Assigned to"),
        _("Days open"),
        _("Opened at"),
        _("Answered at"),
        _("Closed at"),
        _("Reason for closing"),
    ]


def _cells(query: Query) -> list[str]:
    moments = (query.opened_at, query.answered_at, query.closed_at)
    opened, answered, closed = (f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "" for at in moments)
    return [
        str(query.pk),
        query.center.center_code,
        query.patient.registry_id,
        form_of(query),
        fields_named(query),
        "; ".join(query.codes),
        query.text,
        str(query.get_state_display()),
        query.assigned_to.get_username() if query.assigned_to else "",
        str(query.days_open),
        opened,
        answered,
        closed,
        str(query.get_closed_because_display()),
    ]
