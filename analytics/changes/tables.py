"""What changed between two runs, as tables: the steps from one hazard ratio to the other, and the records behind them."""

from collections.abc import Iterator, Mapping
from math import exp
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from analytics.changes.split import Part
from analytics.report.labels import Label, arm_labels, endpoint_label, level_label, variable_label
from analytics.report.numbers import ABSENT, number
from analytics.report.tables.table import Row, Table
from registry.access.deidentified_views import nouns
from registry.records.history import Change, writes

Json = Mapping[str, Any]
STEPS: Mapping[Part, Label] = {
    Part.PATIENTS: gettext_lazy("Patients added to or removed from the registry"),
    Part.FOLLOW_UP: gettext_lazy("New follow-up and newly observed events"),
    Part.VALUES: gettext_lazy("Corrected values, with their effect on eligibility and matching"),
    Part.DEFINITION: gettext_lazy("Study definition"),
}


def change_tables(content: Json, *, result: Json) -> list[Table]:
    """`result` is that of the later run."""
    names = sorted(content["endpoints"], key=[*result["protocol"]["endpoints"], *content["endpoints"]].index)
    split = [split_table(content["endpoints"][name], endpoint=name, result=result) for name in names]
    return [*split, records_table(content)]


def split_table(split: Json, *, endpoint: str, result: Json) -> Table:
    """The parts are differences of logarithms: they sum to the last row."""
    label = endpoint_label(endpoint, result=result) if endpoint in result["protocol"]["endpoints"] else endpoint
    first, *later = split["stages"]
    parts = [(part, split["parts"][part]) for part in Part]  # what was stored keeps no order
    rows = [_stage_row(_("Earlier run"), stage=first, moved=ABSENT)]
    rows += [
        _stage_row(str(STEPS[part]), stage=stage, moved=_signed(value))
        for (part, value), stage in zip(parts, later, strict=True)
    ]
    rows.append(_stage_row(_("Later run (sum of all steps)"), stage=later[-1], moved=_signed(split["whole"])))
    return Table(
        name=f"change-{endpoint}",
        title=_("%(endpoint)s: from the earlier hazard ratio to the later one") % {"endpoint": label},
        head=(_("Step"), *arm_labels(result).values(), _("Hazard ratio"), _("Change in log hazard ratio")),
        rows=tuple(rows),
        notes=(
            _(
                "The cohort is selected, matched and compared again after each step. Taken in a different order, the steps would contribute different amounts."
            ),
        ),
    )


def records_table(content: Json) -> Table:
    """A line per cell; records that came or went have one line."""
    found = {entity: writes(entity, event_ids=events) for entity, events in _events(content["records"]).items()}
    rows = [row for record in content["records"] for row in _record_rows(record, known=found[record["entity"]])]
    title = _("Patients behind the change: %(came)s added, %(went)s removed, %(changed)s changed") % {
        key: len(content[key]) for key in ("came", "went", "changed")
    }
    head = (
        _("Patient"),
        _("Record"),
        _("Variable"),
        pgettext("value before", "Earlier value"),
        pgettext("value after", "Later value"),
        _("Changed by"),
        _("When"),
        _("Source"),
        _("Reason"),
    )
    none = () if rows else (_("The records of the compared patients are identical in the two runs."),)
    return Table(name="change-records", title=title, head=head, rows=tuple(rows), notes=none, text_columns=len(head))


def _stage_row(label: str, *, stage: Json | None, moved: str) -> Row:
    if stage is None:
        return Row(cells=(label, ABSENT, ABSENT, ABSENT, moved))
    ratio = ABSENT if stage["log_hr"] is None else number(exp(stage["log_hr"]), digits=3)
    return Row(cells=(label, str(stage["n_focal"]), str(stage["n_reference"]), ratio, moved))


def _signed(value: float | None) -> str:
    if value is None:
        return ABSENT
    text = number(value, digits=4)
    return f"+{text}" if value > 0 and float(f"{value:.4f}") else text


def _events(records: list[Json]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for record in records:
        events = {record["event"], *(cell["event"] for cell in record["cells"])}
        found.setdefault(record["entity"], set()).update(event for event in events if event)
    return found


def _record_rows(record: Json, *, known: Mapping[int, Change]) -> Iterator[Row]:
    entity, patient = record["entity"], record["patient"]
    name = _record_name(record, change=known.get(record["event"]))
    if record["fate"] == "changed":
        for cell in record["cells"]:
            shown = (_variable(cell["variable"], entity=entity), _value(cell, side="old"), _value(cell, side="new"))
            yield Row(cells=(patient, name, *shown, *_who(known.get(cell["event"]))))
        return
    fate = _("new record") if record["fate"] == "new" else _("record withdrawn")
    yield Row(cells=(patient, name, fate, ABSENT, ABSENT, *_who(known.get(record["event"]))))


def _record_name(record: Json, *, change: Change | None) -> str:
    """A patient is named by the registry identifier alone: the center's own number is for the center."""
    kind = capfirst(str(nouns()[record["entity"]]._meta.verbose_name))
    return kind if change is None or record["entity"] == "patient" else change.record


def _variable(name: str, *, entity: str) -> str:
    label = variable_label(name)
    field = next((field for field in nouns()[entity]._meta.local_concrete_fields if field.column == name), None)
    return capfirst(str(field.verbose_name)) if label == name and field else label


def _value(cell: Json, *, side: str) -> str:
    value = cell[side]
    if value is None or value == []:
        return ABSENT
    several = value if isinstance(value, list) else [value]
    return "; ".join(level_label(cell["variable"], level=_text(one)) for one in several)


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _who(change: Change | None) -> tuple[str, str, str, str]:
    if change is None:
        return (ABSENT, ABSENT, ABSENT, ABSENT)
    return (change.by, f"{change.at:%Y-%m-%d %H:%M}", change.source, change.reason or ABSENT)
