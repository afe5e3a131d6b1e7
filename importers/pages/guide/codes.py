"""Step 4: what the center's own codes mean, column by column, with how often each stands there."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from importers.files.cells import normalized
from importers.mapping.catalog import ANALYTE, KnownVariable
from importers.mapping.language import OTHERS, REFUSE
from importers.mapping.look import ColumnLook
from importers.mapping.suggestions import suggest_codes
from importers.pages.guide.content import Assigned, assigned_in, known_of, set_or_drop, source_of
from importers.pages.guide.names import REASONS, spoken, target_name
from importers.pages.guide.workspace import Workspace

BLANK = "~"
MOST = 60  # different values of a column that are asked about; more is no coded column


def shown(work: Workspace) -> dict[str, Any]:
    found = [_variable(one, known=known, work=work) for one, known in _coded(work)]
    open_values = sum(1 for one in found for value in one["values"] if _is_open(value))
    likely = sum(1 for one in found for value in one["values"] if not value["answer"] and value["suggested"])
    return {"coded": found, "open": open_values, "likely": likely}


def _is_open(value: dict[str, Any]) -> bool:
    return not value["answer"] and not value["reads_as"] and value["own"] != OTHERS


def taken(work: Workspace, *, given: QueryDict) -> None:
    for one, known in list(_coded(work)):
        answers = {str(given[own]): str(given[own.replace("own-", "code-", 1)]) for own in _fields(one, given=given)}
        suggested = _suggested(one, known=known, work=work) if given.get("accept") == "all" else {}
        if answers or suggested:
            _take(one, known=known, answers=answers, suggested=suggested, work=work)


def _coded(work: Workspace) -> Iterator[tuple[Assigned, KnownVariable]]:
    for one in assigned_in(work.content):
        known = known_of(one, catalog=work.catalog)
        if known is not None and known.codes and work.columns(one.headers):
            yield one, known


def _fields(one: Assigned, *, given: QueryDict) -> list[str]:
    return [
        name for name in given if name.startswith(f"own-{one.token}-") and name.replace("own-", "code-", 1) in given
    ]


def _take(
    one: Assigned, *, known: KnownVariable, answers: dict[str, str], suggested: dict[str, str], work: Workspace
) -> None:
    """A list of codes is a whole one: what reads by itself is said in it as well, as soon as anything is said."""
    source = source_of(work.content, token=one.token)
    codes = dict(source.get("codes") or {})
    for own, answer in answers.items():
        codes.pop(own, None)
        if answer:
            codes[own] = None if answer == BLANK else answer.split(";") if ";" in answer else answer
    for own, code in suggested.items():
        codes.setdefault(own, code)
    for own in answers if codes else ():
        if read := known.spellings.get(normalized(own)):
            codes.setdefault(own, read)
    set_or_drop(source, name="codes", value=codes)


def _suggested(one: Assigned, *, known: KnownVariable, work: Workspace) -> dict[str, str]:
    """Where the value does not say by itself what it means."""
    return {
        told.value: told.code
        for column in work.columns(one.headers)
        for told in suggest_codes(column, variable=known)
        if told.code is not None and normalized(told.value) not in known.spellings
    }


def _variable(one: Assigned, *, known: KnownVariable, work: Workspace) -> dict[str, Any]:
    columns = work.columns(one.headers)
    counts: Counter[str] = Counter()
    for column in columns:
        counts.update(dict(column.values))
    codes, why = one.source.get("codes") or {}, _reasons(columns, known=known)
    asked = [*counts.most_common(MOST), *((own, 0) for own in codes if own not in counts)]
    if (
        known.name == ANALYTE and OTHERS not in codes
    ):  # a laboratory has hundreds of tests, of which a registry takes few
        asked.append((OTHERS, 0))
    return {
        "token": one.token,
        "name": target_name(one.token, catalog=work.catalog, every=_("Every record")),
        "headers": one.headers,
        "options": _options(known),
        "more": max(len(counts) - MOST, 0),
        "values": [_value(own, count=count, codes=codes, known=known, why=why) for own, count in asked],
    }


def _reasons(columns: list[ColumnLook], *, known: KnownVariable) -> dict[str, tuple[str, str]]:
    return {
        told.value: (told.code, spoken(told.why))
        for column in columns
        for told in suggest_codes(column, variable=known)
        if told.code is not None
    }


def _value(
    own: str, *, count: int, codes: dict[str, Any], known: KnownVariable, why: dict[str, tuple[str, str]]
) -> dict[str, Any]:
    read = known.spellings.get(normalized(own))
    said = codes.get(own, "")
    answer = BLANK if said is None else ";".join(said) if isinstance(said, list | tuple) else said
    code, reason = why.get(own, ("", ""))
    is_new = not read and own not in codes
    return {
        "own": own,
        "label": _("all others") if own == OTHERS else own,
        "count": count,
        "answer": answer,
        "reads_as": spoken(known.codes[read]) if read is not None and read in known.codes else "",
        "suggested": {"code": code, "why": reason, "label": _label(code, known=known)} if code and is_new else None,
    }


def _options(known: KnownVariable) -> list[tuple[str, str]]:
    codes = [(code, f"{spoken(label)} ({code})") for code, label in known.codes.items()]
    reasons = [(reason, label) for reason, label in reason_names().items() if reason not in known.codes]
    return [*codes, *reasons, (BLANK, _("leave blank")), (REFUSE, _("hold the row back"))]


def reason_names() -> dict[str, str]:
    words = (_("not done"), _("not recorded"), _("not applicable"), _("unknown"))
    return {reason: _("missing: {reason}").format(reason=word) for reason, word in zip(REASONS, words, strict=True)}


def _label(code: str, *, known: KnownVariable) -> str:
    return spoken(known.codes[code]) if code in known.codes else code
