"""What waits for this person, most pressing first; what waits for nobody is not shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from config.home.dashboard import waiting_uploads
from config.home.summaries import queries_in
from registry.admin.permissions import centers
from registry.board.cells import State
from registry.board.completeness import completeness_in
from registry.board.follow_up_age import currency_in
from registry.board.views import grid_address
from registry.choices import QueryState
from registry.records.sign_off import unsigned


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    count: int
    text: str
    link: str


def todos(request: HttpRequest) -> list[Todo]:
    """Call it inside the request's scope."""
    return [todo for todo in _all(request) if todo.count]


def _all(request: HttpRequest) -> Iterator[Todo]:
    if uploading := centers(request, may="upload_workbooks"):
        yield _uploads(uploading)
    if answering := centers(request, may="answer_queries"):
        yield _to_answer(answering)
    if managing := centers(request, may="manage_queries"):
        yield _to_close(managing)
    if entering := centers(request, may="enter_records"):
        yield _incomplete(entering)
        yield _overdue(entering)
    if signing := centers(request, may="sign_off"):
        yield _to_sign(signing)


def _uploads(own: Sequence[int]) -> Todo:
    n = sum(waiting_uploads(own).values())
    text = ngettext("upload is awaiting confirmation; its data have not been stored yet", "uploads are "
                                                                                  "awaiting "
                                                                                  "confirmation; "
                                                                                  "their data "
                                                                                  "have not been "
                                                                                  "stored yet", n)  # fmt: skip
    return Todo(count=n, text=text, link=reverse("importers:uploads"))


def _to_answer(own: Sequence[int]) -> Todo:
    n = queries_in(own, state=QueryState.OPEN)
    text = ngettext("query needs an answer or a correction", "queries need an answer or a correction", n)
    return Todo(count=n, text=text, link=_queries(QueryState.OPEN))


def _to_close(own: Sequence[int]) -> Todo:
    n = queries_in(own, state=QueryState.ANSWERED)
    text = ngettext("answered query is ready to be closed", "answered queries are ready to be closed", n)
    return Todo(count=n, text=text, link=_queries(QueryState.ANSWERED))


def _queries(state: QueryState) -> str:
    return reverse("queries:queries", query={"state": state.value})


def _incomplete(own: Sequence[int]) -> Todo:
    """Of the patients counted so far: the start page waits for no counting."""
    lacking = {
        patient
        for center in own
        for those in completeness_in(center, seconds=0).incomplete.values()
        for patient in those
    }
    text = ngettext("patient is missing a required value", "patients are missing required values", len(lacking))
    return Todo(count=len(lacking), text=text, link=grid_address(state=State.INCOMPLETE.value))


def _overdue(own: Sequence[int]) -> Todo:
    today = timezone.localdate()
    n = sum(currency_in(center, today=today).overdue for center in own)
    text = ngettext("patient is overdue for follow-up", "patients are overdue for follow-up", n)
    return Todo(count=n, text=text, link=f"{reverse('dashboard')}#overdue")


def _to_sign(own: Sequence[int]) -> Todo:
    n = unsigned(own).count()
    text = ngettext("patient has no valid sign-off", "patients have no valid sign-off", n)
    return Todo(count=n, text=text, link=reverse("queries:sign_offs"))
