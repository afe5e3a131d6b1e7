"""The results that the source of a study prints, beside ours."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.report.labels import all_arm_labels, endpoint_label, in_reader_language
from analytics.report.numbers import ABSENT, cohort_label, number
from analytics.report.tables.table import Row, Table

Json = Mapping[str, Any]
DIGITS = {"hazard_ratio": 2, "n": 0}


def printed_tables(result: Json) -> Iterator[Table]:
    """One where the source prints anything."""
    rows = result.get("printed", ())
    if not rows:
        return
    emulation = result["protocol"].get("emulation")
    notes = (in_reader_language(emulation),) if emulation else ()
    head = (_("Result"), _("Cohort"), _("Arm"), _("Printed in the source"), _("Here"), _("Note"))
    yield Table(
        name="printed",
        title=_("Printed in the source"),
        head=head,
        rows=tuple(_row(row, result=result) for row in rows),
        notes=notes,
        text_columns=3,
    )


def _row(row: Json, *, result: Json) -> Row:
    arm = all_arm_labels(result).get(row["arm"], row["arm"]) if row["arm"] else ABSENT
    texts = [_text(row[key], digits=DIGITS.get(row["measure"], 1)) for key in ("printed", "ours")]
    note = row["note"] or ""
    words = note if isinstance(note, str) else in_reader_language(note)
    return Row(
        cells=(_measure(row, result=result), cohort_label(row["cohort"], result=result), str(arm), *texts, words)
    )


def _measure(row: Json, *, result: Json) -> str:
    measures = {"n": _("Patients"), "hazard_ratio": _("hazard ratio"), "median_months": _("median, months")}
    text = measures.get(row["measure"]) or "%"
    if row["months"] is not None:
        text = _("%(month)s months, %%") % {"month": f"{row['months']:g}"}
    return text if row["endpoint"] is None else f"{endpoint_label(row['endpoint'], result=result)}, {text}"


def _text(values: Json, *, digits: int) -> str:
    if values["value"] is None:
        return ABSENT
    limits = [ABSENT if values[key] is None else number(values[key], digits=digits) for key in ("lower", "upper")]
    text = number(values["value"], digits=digits)
    return text if limits == [ABSENT, ABSENT] else f"{text} ({'–'.join(limits)})"
