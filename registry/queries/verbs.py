"""What people do with a query: ask, answer, comment, assign, close, reopen. The site answers, the data manager closes."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from registry.access.permissions import centers_where, may
from registry.choices import QueryAct, QueryClosing, QueryState
from registry.errors import NotAllowed, Refused
from registry.models import CenterRecord, Membership, Query, QueryMessage
from registry.models.hierarchy import entity_of, model_of, patient_id_of
from registry.queries.closing_rules import is_changed_since_opened, last_answered_by, values_digest


def open_query(record: CenterRecord, *, variables: Sequence[str], text: str, by: Any, assigned_to: Any = None) -> Query:
    """Ask the center about fields of one record."""
    _demand("manage_queries", by=by, center=record.center_id)
    known = {field.name for field in record._meta.local_concrete_fields}
    strange = [name for name in variables if name not in known]
    if strange or not variables:
        raise Refused(_("Choose the fields that the query is about."))
    entity, said = entity_of(record), _said(text)
    cause = f"{entity}/{record.pk}/asked:{'+'.join(sorted(variables))}"
    if Query.objects.not_closed().filter(center_id=record.center_id, cause=cause[:160]).exists():
        raise Refused(_("An open query already exists for this field. Add a comment to it instead."))
    query = Query(
        center_id=record.center_id,
        patient_id=patient_id_of(record),
        entity=entity,
        record_id=record.pk,
        variables=list(variables),
        places=[{"entity": entity, "record": record.pk, "variables": list(variables)}],
        cause=cause[:160],
        text_en=said,
        text_zh=said,
        opened_by=by,
    )
    if assigned_to is not None:
        _demand_answerer(assigned_to, center=record.center_id)
        query.assigned_to = assigned_to
    query.findings = [values_digest(query)]
    query.save()
    _tell(query, act=QueryAct.OPENED, by=by)
    return query


def answer_query(query: Query, *, text: str, by: Any) -> None:
    query = _taken(query, verb="answer_queries", by=by)
    if query.is_closed:
        raise Refused(_("This query is closed. Ask a data manager to reopen it."))
    said = _said(text)
    query.state, query.answered_at = QueryState.ANSWERED, timezone.now()
    query.save(update_fields=["state", "answered_at"])
    _tell(query, act=QueryAct.ANSWERED, by=by, text=said)


def comment_query(query: Query, *, text: str, by: Any) -> None:
    query = _taken(query, verb="answer_queries", by=by)
    _tell(query, act=QueryAct.COMMENTED, by=by, text=_said(text))


def close_query(query: Query, *, by: Any, text: str = "") -> None:
    """Settled: the checks do not ask again while the values are the same.

    Closing needs words, or a value that was changed since the query was opened; and, unless one was, another person than the
    one who answered.
    """
    query = _taken(query, verb="manage_queries", by=by)
    if query.is_closed:
        raise Refused(_("This query is already closed."))
    if not is_changed_since_opened(query):
        if not text.strip():
            raise Refused(_("No value of this query was changed. Say in words why it is closed, or correct the value."))
        if last_answered_by(query) == by.pk:
            raise Refused(
                _(
                    "You answered this query yourself. Another data manager closes it, or it is closed "
                    "once a value it names is corrected."
                )
            )
    query.close(because=QueryClosing.SETTLED, by=by)
    query.save(update_fields=["state", "closed_at", "closed_by", "closed_because"])
    _tell(query, act=QueryAct.CLOSED, by=by, text=text.strip())


def reopen_query(query: Query, *, text: str, by: Any) -> None:
    query = _taken(query, verb="manage_queries", by=by)
    if query.state == QueryState.OPEN:
        raise Refused(_("This query is already open."))
    if model_of(query.entity).including_withdrawn.filter(pk=query.record_id, withdrawn_at__isnull=False).exists():
        raise Refused(_("This record is withdrawn. Restore it first."))
    same = Query.objects.not_closed().filter(center_id=query.center_id, cause=query.cause).exclude(pk=query.pk)
    if same.exists():
        raise Refused(_("A newer open query already exists for the same issue. Add a comment to it instead."))
    said = _said(text)
    query.open_again(by_checks=False)
    if not query.is_of_checks:
        query.findings = [values_digest(query)]
    query.save()
    _tell(query, act=QueryAct.REOPENED, by=by, text=said)


def assign_query(query: Query, *, to: Any, by: Any) -> None:
    """To a person who may answer in this center; to nobody with None."""
    query = _taken(query, verb="manage_queries", by=by)
    if query.is_closed:
        raise Refused(_("This query is closed. Reopen it first."))
    if to is not None:
        _demand_answerer(to, center=query.center_id)
    query.assigned_to = to
    query.save(update_fields=["assigned_to"])
    _tell(query, act=QueryAct.ASSIGNED, by=by, text=to.get_username() if to else "")


def may_be_assigned(center_id: int) -> list[Any]:
    """The people who may answer a query of this center."""
    members = Membership.objects.filter(center_id=center_id, is_active=True).select_related("user")
    people = {member.user for member in members if may(member.user, verb="answer_queries", center=center_id)}
    return sorted(people, key=lambda person: person.get_username())


def _taken(query: Query, *, verb: str, by: Any) -> Query:
    """The query as it stands now, held until the transaction ends: two acts at once follow each other."""
    _demand(verb, by=by, center=query.center_id)
    query.refresh_from_db(from_queryset=Query.objects.select_for_update())
    return query


def _demand(verb: str, *, by: Any, center: int) -> None:
    if center not in centers_where(by, may=verb):
        raise NotAllowed(_("Your role in this center does not allow this."))


def _demand_answerer(person: Any, *, center: int) -> None:
    if not may(person, verb="answer_queries", center=center):
        raise Refused(
            _("{name} does not have a role in this center that can answer queries.").format(name=person.get_username())
        )


def _said(text: str) -> str:
    if not text.strip():
        raise Refused(_("Enter a message."))
    return text.strip()


def _tell(query: Query, *, act: str, by: Any, text: str = "") -> None:
    QueryMessage.objects.create(query=query, center_id=query.center_id, by=by, act=act, text=text)
