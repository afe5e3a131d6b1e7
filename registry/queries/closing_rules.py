"""What closing a query asks of the records and of its thread."""

import hashlib
from typing import Any

from registry.choices import QueryAct, QueryState
from registry.models import Query, QueryMessage
from registry.models.base.record import MISSING_REASON
from registry.models.hierarchy import model_of


def is_changed_since_opened(query: Query) -> bool:
    """Whether a field that a person asked about holds something else now. A query of the checks closes itself when it does."""
    return not query.is_of_checks and bool(query.findings) and query.findings != [values_digest(query)]


def values_digest(query: Query) -> str:
    """Of the values in the fields that the query names, which it thereby need not keep."""
    told = repr([_values(place) for place in query.places]).encode()
    return hashlib.blake2b(told, digest_size=16).hexdigest()


def last_answered_by(query: Query) -> int | None:
    """Who gave the answer that stands."""
    if query.state != QueryState.ANSWERED:
        return None
    answers = QueryMessage.objects.filter(query=query, act=QueryAct.ANSWERED).order_by("-at", "-pk")
    return answers.values_list("by_id", flat=True).first()


def _values(place: dict[str, Any]) -> list[Any]:
    model = model_of(place["entity"])
    own = {field.name: field.attname for field in model._meta.local_concrete_fields}
    asked = [name for variable in place["variables"] for name in (variable, f"{variable}{MISSING_REASON}")]
    found = model.including_withdrawn.filter(pk=place["record"])
    return list(found.values_list(*(own[name] for name in asked if name in own)))
