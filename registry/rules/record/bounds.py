"""Checks of variables that bound each other: one date not before another, one measure not above another."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.rules.check import Check, Label, Severity

DAY = date(2021, 6, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOrder:
    """`later` may be at most `leeway_days` before `earlier`. Fields to point at are the record's own of the two."""

    entity: str
    earlier: str
    later: str
    message: Label
    fields: tuple[str, ...]
    leeway_days: int = 0


DATE_ORDERS = (
    DateOrder(
        entity="patient",
        earlier="consent_date",
        later="consent_withdrawn_date",
        fields=("consent_withdrawn_date", "consent_date"),
        message=_("Consent was withdrawn on {later}, before it was given on {earlier}. Correct one of the dates."),
    ),
    DateOrder(
        entity="transplant",
        earlier="waitlist_date",
        later="start_date",
        fields=("waitlist_date", "start_date"),
        message=_("The transplant on {later} is before the listing on {earlier}. Correct one of the dates."),
    ),
    DateOrder(
        entity="ablationlesion",
        earlier="start_date",
        later="local_tumor_progression_date",
        fields=("local_tumor_progression_date",),
        message=_("The local progression on {later} is before the ablation on {earlier}. Correct one of the dates."),
    ),
    DateOrder(
        entity="followup",
        earlier="index_date",
        later="follow_up_date",
        fields=("follow_up_date",),
        message=_("The follow-up on {later} is before the first treatment on {earlier}. Correct one of the dates."),
    ),
    DateOrder(
        entity="adverseevent",
        earlier="index_date",
        later="ae_onset_date",
        fields=("ae_onset_date",),
        leeway_days=28,
        message=_(
            "The onset on {later} is more than 28 days before the first treatment on {earlier}. "
            "Correct one of the dates."
        ),
    ),
)


def _order(order: DateOrder) -> Check:
    leeway = timedelta(days=order.leeway_days)
    return Check(
        code="V-U01",
        severity=Severity.ERROR,
        entity=order.entity,
        fields=order.fields,
        needs=(order.earlier, order.later),
        message=order.message,
        fires=lambda row: row[order.later] < row[order.earlier] - leeway,
        details=lambda row: {"earlier": row[order.earlier], "later": row[order.later]},
        passing={order.earlier: DAY, order.later: DAY - leeway},
        failing={order.earlier: DAY, order.later: DAY - leeway - timedelta(days=1)},
    )


CHECKS = (
    *map(_order, DATE_ORDERS),
    Check(
        code="V-U01",
        severity=Severity.ERROR,
        entity="assessment",
        fields=("systolic_bp", "diastolic_bp"),
        message=_(
            "Systolic blood pressure {systolic_bp} is not higher than diastolic blood "
            "pressure {diastolic_bp}. Correct one of them."
        ),
        fires=lambda row: row["systolic_bp"] <= row["diastolic_bp"],
        passing={"systolic_bp": 120, "diastolic_bp": 80},
        failing={"systolic_bp": 80, "diastolic_bp": 80},
    ),
)
