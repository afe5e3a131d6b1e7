"""What a draft says and whom it finds, as far as it is written: beside the form while somebody types."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pydantic import ValidationError

from analytics.cohort.counts import Count, count, is_ready
from analytics.editor.problems import field_name, problems
from analytics.errors import AnalysisError
from analytics.messages import Message
from analytics.protocol.errors import Problem, problems_of
from analytics.protocol.population import Population, Step, StudyArms, StudyProtocol
from analytics.report.labels import in_language
from analytics.report.methods import Section, arms_section, described_events, described_rows, protocol_sections

Content = Mapping[str, Any]

LANGUAGES = ("en", "zh-hans")
ENTRIES = ("events", "counts", "exposures", "eligibility")
MOST_TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the flow; `name` is its field in the form, "" for rows that the form does not have."""

    name: str
    text: str
    removed: int
    missing: int
    remaining: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`left_out` are fields whose entries are not counted because something is wrong with them."""

    problems: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    arms: tuple[tuple[str, int], ...]
    left_out: tuple[str, ...]
    told_at: str
    is_counting: bool  # the records are still to be read
    words: tuple[tuple[str, tuple[Section, ...]], ...]  # by language

    @property
    def is_valid(self) -> bool:
        return not self.problems


def read_draft(content: Content, *, center_ids: Sequence[int] | None) -> Reading:
    """Counts only where the records are in memory: whoever types never waits for them (`read_records`).

    Without centers nothing is counted: who may ask as often as they like find a single patient out of any rounded count.
    """
    found = list(problems(content))
    population, left_out = _population(content)
    arms = _arms(content)
    counted: Count | None = None
    cutoff = _cutoff(content) if center_ids is not None else None
    asked: dict[str, Any] = {"arms": arms, "cutoff": cutoff, "center_ids": center_ids}
    is_counting = population is not None and cutoff is not None and not is_ready(population, **asked)
    if population is not None and cutoff is not None and not is_counting:
        try:
            counted = count(population, **asked)
        except AnalysisError as error:
            found += [Problem(place=("population",), message=message) for message in error.messages]
    return Reading(
        problems=tuple((field_name(one.place, content=content), in_language(one.message)) for one in found),
        rows=_rows(counted.steps if counted else (), content=content),
        arms=tuple(_arm_sizes(counted.steps[-1].arms if counted else {}, arms=arms)),
        left_out=left_out,
        told_at=counted.read_at if counted else "",
        is_counting=is_counting,
        words=_words(content, population=population, arms=arms),
    )


def read_records(content: Content, *, center_ids: Sequence[int]) -> None:
    """Brings into memory what counting this draft needs. A condition that cannot be decided is told when it is counted."""
    population, _left_out = _population(content)
    cutoff = _cutoff(content)
    if population is not None and cutoff is not None:
        with suppress(AnalysisError):
            count(population, arms=_arms(content), cutoff=cutoff, center_ids=center_ids)


def _population(content: Content) -> tuple[Population | None, tuple[str, ...]]:
    """As much of it as can be counted: entries that are wrong are left out until the rest is right."""
    given = content.get("population")
    part: dict[str, Any] = deepcopy(dict(given)) if isinstance(given, Mapping) else {}
    left_out: list[str] = []
    for _try in range(MOST_TRIES):
        faults = problems_of(Population, content=part)
        if not faults:
            return Population.model_validate(part), tuple(left_out)
        if not _drop(part, faults=faults, left_out=left_out):
            break
    return None, tuple(left_out)


def _drop(part: dict[str, Any], *, faults: Sequence[Problem], left_out: list[str]) -> bool:
    """Whether anything could be left out. From the last on, so that numbers before it stay right."""
    entries = {fault.place[:2] for fault in faults if len(fault.place) >= 2 and fault.place[0] in ENTRIES}
    for key, entry in sorted(entries, key=str, reverse=True):
        holder = part[str(key)]
        if isinstance(holder, dict) and entry in holder:
            del holder[entry]
            left_out.append(str(entry))
        elif isinstance(holder, list) and isinstance(entry, int):
            row = holder.pop(entry)
            left_out.append(str(row.get("id") or entry + 1) if isinstance(row, dict) else str(entry + 1))
    return bool(entries)


def _arms(content: Content) -> StudyArms | None:
    try:
        return StudyArms.model_validate(content.get("arms"))
    except ValidationError:
        return None


def _arm_sizes(sizes: Mapping[str, int], *, arms: StudyArms | None) -> Iterator[tuple[str, int]]:
    names = {arm.label: arm.label_zh or arm.label for arm in (arms.all_arms if arms else ())}
    return ((in_language(Message(en=label, zh=names.get(label, label))), n) for label, n in sizes.items())


def _cutoff(content: Content) -> datetime.date | None:
    """None while it is typed: nobody waits for the records of a day that is not meant."""
    try:
        return datetime.date.fromisoformat(str(content.get("cutoff_date")))
    except ValueError:
        return None


def _rows(steps: Sequence[Step], *, content: Content) -> tuple[Row, ...]:
    numbers = {str(row.get("id")): number for number, row in enumerate(_eligibility(content)) if isinstance(row, dict)}
    return tuple(
        Row(
            name=f"population.eligibility.{numbers[step.id]}" if step.id in numbers else "",
            text=in_language(step.text),
            removed=step.removed,
            missing=step.missing,
            remaining=step.remaining,
        )
        for step in steps
    )


def _eligibility(content: Content) -> list[Any]:
    population = content.get("population")
    rows = population.get("eligibility") if isinstance(population, Mapping) else None
    return rows if isinstance(rows, list) else []


def _words(
    content: Content, *, population: Population | None, arms: StudyArms | None
) -> tuple[tuple[str, tuple[Section, ...]], ...]:
    """In both languages, whatever the reader's is: each will be read by somebody."""
    try:
        protocol = StudyProtocol.model_validate(dict(content))
    except ValidationError:
        protocol = None
    told = []
    for code in LANGUAGES:
        with translation.override(code):
            told.append((code, _sections(protocol, population=population, arms=arms)))
    return tuple(told)


def _sections(
    protocol: StudyProtocol | None, *, population: Population | None, arms: StudyArms | None
) -> tuple[Section, ...]:
    found: list[Section] = []
    if population is not None:
        found.append(Section(title=pgettext("of a protocol", "Events"), sentences=described_events(population)))
        found.append(Section(title=_("Eligibility"), sentences=described_rows(population)))
    if protocol is not None:
        return (*found, *protocol_sections(protocol)[1:])
    return (*found, arms_section(arms, population=population)) if arms is not None else tuple(found)
