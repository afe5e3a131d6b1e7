"""The delegation log of a center: who may do what, from when to when. Read from the audit trail of the roles, so nothing can be
added to it or taken away unseen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.accounts.people import full_name
from registry.choices import Role
from registry.models import Center, Membership

DUTIES: Mapping[str, str | Promise] = {
    Role.DATA_MANAGER: gettext_lazy(
        "enters, corrects, submits, verifies and locks records; opens and closes queries; uploads workbooks"
    ),
    Role.UPLOADER: gettext_lazy("reads records, uploads workbooks and answers queries"),
    Role.STATISTICIAN: gettext_lazy("runs studies on de-identified data"),
    Role.PRINCIPAL_INVESTIGATOR: gettext_lazy(
        "reads records and results, signs records off, gives roles in the center and ends them"
    ),
    Role.CENTER_MANAGER: gettext_lazy("invites people, gives roles in the center and ends them; sees no records"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """One role of one person in one center, without interruption. `until` is None while it lasts."""

    center: Center
    person: User | None
    role: str
    since: datetime
    given_by: str
    reason: str
    until: datetime | None = None
    ended_by: str = ""
    reason_of_end: str = ""

    @property
    def name(self) -> str:
        return _name(self.person)

    @property
    def role_label(self) -> str:
        return str(dict(Role.choices).get(self.role, self.role))

    @property
    def duties(self) -> str:
        return str(DUTIES.get(self.role, ""))


def delegations(centers: Collection[Center], *, person: User | None = None) -> list[Delegation]:
    """Those that last first, then those that ended, the latest first."""
    trail = Membership.pgh_event_model.objects.filter(center__in=centers).select_related("pgh_context")  # type: ignore[attr-defined]
    if person is not None:
        trail = trail.filter(user=person)
    found = _periods(trail.order_by("pgh_id"), centers={center.pk: center for center in centers})
    return sorted(found, key=lambda each: (each.until is None, each.until or each.since, each.since), reverse=True)


def _periods(events: Iterable[Any], *, centers: Mapping[int, Center]) -> list[Delegation]:
    people = User.objects.in_bulk()
    done: list[Delegation] = []
    lasting: dict[int, Delegation] = {}
    for event in events:
        about = event.pgh_context.metadata if event.pgh_context else {}
        by, reason = _name(people.get(about.get("user"))), _reason(str(about.get("reason", "")))
        former = lasting.get(event.pgh_obj_id)
        if former and (not event.is_active or event.role != former.role):
            del lasting[event.pgh_obj_id]
            done.append(replace(former, until=event.pgh_created_at, ended_by=by, reason_of_end=reason))
        if event.is_active and event.pgh_obj_id not in lasting:
            lasting[event.pgh_obj_id] = Delegation(
                center=centers[event.center_id],
                person=people.get(event.user_id),
                role=event.role,
                since=event.pgh_created_at,
                given_by=by,
                reason=reason,
            )
    return [*done, *lasting.values()]


def _name(person: User | None) -> str:
    return full_name(person) if person else _("unknown")


def _reason(reason: str) -> str:
    """What the program wrote is told in the reader's language."""
    return _(reason) if reason else ""
