"""Two to four runs side by side: what is the same, what differs, and how their protocols differ in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.editor.words import diff_words
from analytics.models import Run
from analytics.pages.headlines import closed_until_accepted, designed, largest_difference, sizes
from analytics.protocol.population import StudyProtocol, read_study_protocol
from analytics.report.design_sentence import design_sentence
from analytics.report.flow_text import removed_text, row_text
from analytics.report.labels import arm_labels, endpoint_label
from analytics.report.numbers import ABSENT, number, p_text, ratio
from analytics.report.tables.table import Row, Table
from analytics.studies.disclosure import result_for
from analytics.studies.readers import Reader
from registry.lists.columns import plain

Json = Mapping[str, Any]
DIGITS_SHOWN = 16  # of a hash: enough to tell two apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one thing is in each run."""

    label: str
    cells: tuple[str, ...]
    is_hash: bool = False

    @property
    def differs(self) -> bool:
        return len(set(self.cells)) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A run with what is read for it: its result as far as it may be seen."""

    run: Run
    protocol: StudyProtocol
    result: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolChanges:
    """How the protocol of a later run differs from that of the first one."""

    run: Run
    words: tuple[str, ...]


def sections_of(runs: Sequence[Run], *, by: Reader) -> list[Section]:
    compared = [
        Compared(run=run, protocol=read_study_protocol(run.study.protocol), result=result_for(run, by=by))
        for run in runs
    ]
    parts = {
        _("Study and records"): _origin,
        _("Patient flow"): _flow,
        _("Balance"): _balance,
        _("Outcomes"): _outcomes,
    }
    return [Section(title=title, lines=tuple(lines(compared))) for title, lines in parts.items()]


def protocol_changes(runs: Sequence[Run]) -> list[ProtocolChanges]:
    first, *others = runs
    return [ProtocolChanges(run=run, words=_changes(first.study.protocol, run.study.protocol)) for run in others]


def _changes(before: str, after: str) -> tuple[str, ...]:
    return () if before == after else tuple(diff_words(before, after))


def as_table(sections: Sequence[Section], *, runs: Sequence[Run]) -> Table:
    rows = [
        Row(cells=(section.title, line.label, *line.cells, _("differs") if line.differs else _("same")))
        for section in sections
        for line in section.lines
    ]
    head = (_("Section"), _("What"), *(_("Run %(number)s") % {"number": run.pk} for run in runs), _("Difference"))
    return Table(name="runs", title=_("Results compared"), head=head, rows=tuple(rows), text_columns=2)


def _origin(compared: Sequence[Compared]) -> Iterator[Line]:
    told: dict[str, Callable[[Compared], str]] = {
        _("Study"): lambda one: one.run.study.title,
        _("Version"): lambda one: one.run.study.version,
        _("Design"): _design,
        _("Data cutoff"): lambda one: one.protocol.cutoff_date.isoformat(),
        _("Requested"): lambda one: f"{plain(one.run.requested_at)} · {one.run.requested_by}",
        _("Design accepted"): _acceptance,
        _("Centers"): lambda one: str(len(one.run.center_ids)),
    }
    hashes: dict[str, Callable[[Compared], str]] = {
        _("Protocol SHA-256"): lambda one: one.run.protocol_sha256,
        _("Snapshot SHA-256"): lambda one: one.run.snapshot.sha256 if one.run.snapshot else "",
        _("Data SHA-256"): lambda one: one.run.data_sha256,
    }
    yield from (_line(label, compared=compared, told=tell) for label, tell in told.items())
    for label, tell in hashes.items():
        yield Line(label=label, cells=tuple(_digits(tell(one)) for one in compared), is_hash=True)


def _flow(compared: Sequence[Compared]) -> Iterator[Line]:
    """A row for each criterion that any of them has, where they have it."""
    flows = [{row_text(row): row for row in one.result["flow"]} for one in compared]
    for place, text in enumerate(_merged(flows)):
        rows = [flow.get(text) for flow in flows]
        yield Line(label=text, cells=tuple(_remaining(row, is_first=place == 0) for row in rows))


def _balance(compared: Sequence[Compared]) -> Iterator[Line]:
    told: dict[str, Callable[[Compared], str]] = {
        _("Patients before the design"): lambda one: _sizes(one.result["arms"]["n"], of=one),
        _("Patients compared"): lambda one: _sizes(one.result["flow"][-1]["arms"], of=one),
        _("Pairs"): lambda one: _count((one.result["matching"] or {}).get("n_pairs")),
        _("Largest SMD before"): lambda one: _largest(one, key="smd_before"),
        _("Largest SMD after"): lambda one: _largest(one, key="smd_after"),
    }
    return (_line(label, compared=compared, told=tell) for label, tell in told.items())


def _outcomes(compared: Sequence[Compared]) -> Iterator[Line]:
    yield _line(_("Arms of the hazard ratio"), compared=compared, told=_contrast)
    names = {endpoint_label(name, result=one.result): name for one in compared for name in one.result["endpoints"]}
    for label, name in names.items():
        cells = tuple(_opened(one, tell=_ratio, name=name) for one in compared)
        yield Line(label=_("%(endpoint)s: hazard ratio (CI)") % {"endpoint": label}, cells=cells)
    for label, name in names.items():
        cells = tuple(_opened(one, tell=_stability, name=name) for one in compared)
        if set(cells) - {ABSENT, closed_until_accepted()}:
            yield Line(label=_("%(endpoint)s: range over specifications") % {"endpoint": label}, cells=cells)


def _line(label: str, *, compared: Sequence[Compared], told: Callable[[Compared], str]) -> Line:
    return Line(label=label, cells=tuple(told(one) for one in compared))


def _design(one: Compared) -> str:
    variables = {plan.name: plan.variable or plan.name for plan in one.protocol.covariates}
    return design_sentence(one.protocol.design, variables=variables)


def _acceptance(one: Compared) -> str:
    if one.run.accepted_at is None:
        return _("No")
    return f"{plain(one.run.accepted_at)} · {one.run.accepted_by}"


def _digits(sha256: str) -> str:
    return f"{sha256[:DIGITS_SHOWN]}…" if sha256 else ABSENT


def _merged(flows: Sequence[Json]) -> list[str]:
    """The rows of all, each behind the one that it follows where it stands."""
    merged: list[str] = []
    for flow in flows:
        place = 0
        for text in flow:
            if text not in merged:
                merged.insert(place, text)
            place = merged.index(text) + 1
    return merged


def _remaining(row: Json | None, *, is_first: bool) -> str:
    if row is None:
        return ABSENT
    return str(row["remaining"]) if is_first else f"{row['remaining']} · {removed_text(row)}"


def _sizes(counts: Mapping[str, int], *, of: Compared) -> str:
    return _("; ").join(sizes(counts, result=of.result))


def _count(value: int | None) -> str:
    return ABSENT if value is None else str(value)


def _largest(one: Compared, *, key: str) -> str:
    largest = largest_difference(one.result, key=key)
    return ABSENT if largest is None else number(largest, digits=2)


def _contrast(one: Compared) -> str:
    focal, reference = arm_labels(one.result).values()
    above, below = (focal, reference) if one.result["arms"]["hr"] == "focal_vs_reference" else (reference, focal)
    return _("%(focal)s vs %(reference)s") % {"focal": above, "reference": below}


def _opened(one: Compared, *, tell: Callable[..., str], name: str) -> str:
    return tell(one.result, name=name) if one.run.shows_outcomes else closed_until_accepted()


def _ratio(result: Json, *, name: str) -> str:
    if name not in result["endpoints"]:
        return ABSENT
    content = designed(result["endpoints"][name])["hazard_ratio"]
    return f"{ratio(content)}{_(', ')}{p_text(content['p'], label='P')}"


def _stability(result: Json, *, name: str) -> str:
    found = result.get("stability", {}).get(name)
    if found is None or found["planned"] is None:
        return ABSENT
    return f"{number(found['min'], digits=2)}–{number(found['max'], digits=2)} (n = {found['n']})"
