"""Tables of a study with more than two arms: all of them together, and each further contrast."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.report.labels import all_arm_labels, endpoint_label
from analytics.report.numbers import ABSENT, number, p_value, percent, why
from analytics.report.tables.table import Row, Table

Json = Mapping[str, Any]


def contrasts_of(result: Json) -> Iterator[Json]:
    """Each further contrast as a result of its own two arms."""
    plans = _plans(result)
    for contrast in result.get("contrasts", []):
        sides = {side: plans[contrast["arms"][side]] for side in ("focal", "reference")}
        arms = result["protocol"]["arms"] | sides
        yield {**result, **contrast, "protocol": result["protocol"] | {"arms": arms}}


def all_arms_table(result: Json) -> Iterator[Table]:
    """Every arm of the protocol as it is, unmatched, and one test of them all."""
    if not result.get("overall"):
        return
    labels = all_arm_labels(result)
    rows = []
    for endpoint, content in result["overall"].items():
        for place, (name, arm) in enumerate(content["arms"].items()):
            rates = "; ".join(f"{m}: {percent(rate[0])}" for m, rate in arm["rates"].items() if rate[0] is not None)
            median = number(arm["median"], why=why(arm, key="median"))
            test = p_value(content["logrank"]["p"]) if place == 0 else ""
            title = (endpoint_label(endpoint, result=result), labels[name])
            rows.append(Row(cells=(*title, str(arm["n"]), str(arm["events"]), median, rates or ABSENT, test)))
    head = (_("Endpoint"), _("Arm"), _("n"), _("Events"), _("Median, months"), _("Survival by month, %"))
    yield Table(
        name="all-arms",
        title=_("All arms, before matching"),
        head=(*head, _("Log-rank P, all arms")),
        rows=tuple(rows),
        text_columns=2,
    )


def _plans(result: Json) -> dict[str, Json]:
    arms = result["protocol"]["arms"]
    return {plan["label"]: plan for plan in (arms["focal"], arms["reference"], *arms.get("others", ()))}
