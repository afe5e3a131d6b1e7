"""Step 3: which variable each column gives, with what speaks for it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from importers.mapping.look import ColumnLook
from importers.mapping.suggestions import Suggestion
from importers.pages.guide.content import assign, assigned_in, ignore, is_ignored, read_again, tokens_of, withdraw
from importers.pages.guide.names import shared_token, spoken, target_name, targets, token_in, variable_named
from importers.pages.guide.workspace import Workspace
from registry.workbook.sheets import Kind

LIKELY = 0.75  # from here a suggestion is taken over with all others at once
SAMPLES, SUGGESTED = 3, 3


def shown(work: Workspace) -> dict[str, Any]:
    found = work.suggestions
    together = {one.token: one.source["headers"] for one in assigned_in(work.content) if "headers" in one.source}
    columns = [
        _column(column, work=work, suggestions=found.get(column.header, ()), together=together)
        for column in work.look.columns
    ]
    return {
        "columns": columns,
        "targets": list(targets(work.content, catalog=work.catalog, every=_("Every record"))),
        "likely": sum(1 for _column, _token in _acceptable(work, found=found)),
        "open": sum(1 for column in columns if not column["targets"] and not column["is_ignored"]),
    }


def taken(work: Workspace, *, given: QueryDict) -> None:
    sent = [column for column in work.look.columns if f"to-{column.number}" in given]
    for take in (_give, _withdraw):  # so that a variable which moves to another column keeps its codes
        for column in sent:
            take(column, texts=given.getlist(f"to-{column.number}"), work=work)
    for column in sent:
        is_skipped = f"skip-{column.number}" in given and not any(map(str.strip, given.getlist(f"to-{column.number}")))
        (ignore if is_skipped else read_again)(work.content, header=column.header)
    number, _sign, token = given.get("take", "").partition("=")
    chosen = next((column for column in work.look.columns if str(column.number) == number), None)
    if chosen is not None and token_in(token, catalog=work.catalog, content=work.content):
        assign(work.content, header=chosen.header, token=token)
    _accept(work, what=given.get("accept", ""))


def _accept(work: Workspace, *, what: str) -> None:
    """All likely suggestions at once, or the rest of the columns as not to be read."""
    if what == "all":
        for column, token in list(_acceptable(work, found=work.suggestions)):
            assign(work.content, header=column.header, token=token)
    if what == "rest":
        for column in work.look.columns:
            if not tokens_of(work.content, header=column.header):
                ignore(work.content, header=column.header)


def _column(
    column: ColumnLook, *, work: Workspace, suggestions: Sequence[Suggestion], together: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    tokens = tokens_of(work.content, header=column.header)
    names = [target_name(token, catalog=work.catalog, every=_("Every record")) for token in tokens]
    return {
        "look": column,
        "samples": [text for text, _count in column.values[:SAMPLES]],
        "targets": names,
        "shared": [
            {"name": name, "headers": headers}
            for token, name in zip(tokens, names, strict=True)
            if len(headers := together.get(token, ())) > 1
        ],
        "is_ignored": is_ignored(work.content, header=column.header),
        "suggestions": [] if names else [_suggested(one, work=work) for one in suggestions[:SUGGESTED]],
    }


def _suggested(one: Suggestion, *, work: Workspace) -> dict[str, Any]:
    token = shared_token(one.kind, variable=one.variable)
    return {
        "token": token,
        "name": target_name(token, catalog=work.catalog, every=_("Every record")),
        "percent": round(100 * one.score),
        "why": "; ".join(spoken(pair) for pair in one.why),
    }


def _give(column: ColumnLook, *, texts: Sequence[str], work: Workspace) -> None:
    before = tokens_of(work.content, header=column.header)
    for token in _understood(texts, work=work):
        if token is not None and token not in before:
            assign(work.content, header=column.header, token=token)


def _withdraw(column: ColumnLook, *, texts: Sequence[str], work: Workspace) -> None:
    """What no longer stands in the boxes. A text that names no variable, such as one half typed, changes nothing."""
    tokens = _understood(texts, work=work)
    if None in tokens:
        return
    for former in tokens_of(work.content, header=column.header):
        if former not in tokens:
            withdraw(work.content, header=column.header, token=former)


def _understood(texts: Sequence[str], *, work: Workspace) -> list[str | None]:
    return [token_in(text, catalog=work.catalog, content=work.content) for text in texts if text.strip()]


def _acceptable(work: Workspace, *, found: Mapping[str, Sequence[Suggestion]]) -> Iterator[tuple[ColumnLook, str]]:
    """Of each column without a variable the likeliest, the surest column first where two want the same."""
    taken_up = {one.token for one in assigned_in(work.content)}
    free = [column for column in work.look.columns if found.get(column.header) and _is_free(column, work=work)]
    for column in sorted(free, key=lambda one: -found[one.header][0].score):
        best = found[column.header][0]
        token = shared_token(best.kind, variable=best.variable)
        if best.score >= LIKELY and token not in taken_up and _may_give(column, token=token, work=work):
            taken_up.add(token)
            yield column, token


def _may_give(column: ColumnLook, *, token: str, work: Workspace) -> bool:
    """A column of numbers gives no date by itself: an age is not a date of birth."""
    known = variable_named(token, catalog=work.catalog)
    return known is None or known.type != Kind.DATE or bool(column.dates)


def _is_free(column: ColumnLook, *, work: Workspace) -> bool:
    header = column.header
    return not tokens_of(work.content, header=header) and not is_ignored(work.content, header=header)
