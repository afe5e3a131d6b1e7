"""A guided first hour in the demo: a few things to do for each role, which tick themselves off by what the audit trail holds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.models import DesignDecision, DesignTry, Export, Run
from importers.models import Upload, UploadState
from registry.choices import AccountAct, QueryAct, QueryState, RecordStatus, Role
from registry.models import (
    AblationSession,
    AccountLogEntry,
    Assessment,
    Job,
    LabReferenceLimit,
    Membership,
    Patient,
    Query,
    QueryMessage,
    Resection,
    SignOff,
    TransarterialSession,
)

SWEEP = "sweep"  # the kind of its jobs
HIDDEN = "first_hour_hidden"  # the cookie of a browser in which the list is put away
RUNS = Run.objects.filter(job__isnull=False)  # asked for on a page: the demo runs its own at once
BY_THE_DEMO = "first comparison of the demo"  # the reason by which it accepts its own
TREATMENTS = (TransarterialSession, AblationSession, Resection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`done` finds what this person did of it; the step is done once there is any.

    Where a step is about the patient this person added, it leads there once there is one: to `part` of the page.
    """

    text: str | Promise
    view: str
    done: tuple[Callable[[Any], QuerySet], ...]
    part: str | None = None
    query: str = ""  # of the address


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """For whoever has the role in some center; without a role, for administrators."""

    title: str | Promise
    role: Role | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    text: str | Promise
    link: str
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideShown:
    title: str | Promise
    steps: tuple[StepShown, ...]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)


def acts(model: Any, *, url: str = "", **values: Any) -> Callable[[Any], QuerySet]:
    """What this person did to such a record on the pages themselves: neither by an upload nor when the demo was set up."""
    values |= {"pgh_context__metadata__url": url} if url else {}

    def done(person: Any) -> QuerySet:
        by = {"pgh_context__metadata__user": person.pk, "pgh_context__metadata__source": "form"}
        return model.pgh_event_model.objects.filter(**by, **values)

    return done


def _submitted(person: Any) -> QuerySet:
    """By this person, and a draft before."""
    events = Patient.pgh_event_model.objects
    draft = events.filter(pgh_obj=OuterRef("pgh_obj"), pgh_id__lt=OuterRef("pgh_id"), record_status=RecordStatus.DRAFT)
    return acts(Patient, record_status=RecordStatus.SUBMITTED)(person).filter(Exists(draft))


def _corrected(person: Any) -> QuerySet:
    return acts(Patient, pgh_label="update")(person).filter(pgh_context__metadata__has_key="reason_code")


def _closed(person: Any) -> QuerySet:
    return acts(Query, state=QueryState.CLOSED)(person).filter(closed_by=person)


def _noted(act: AccountAct) -> Callable[[Any], QuerySet]:
    """In the log of an account, by this person about another."""
    return lambda person: AccountLogEntry.objects.filter(act=act, by=person).exclude(user=person)


def _judged(person: Any) -> QuerySet:
    """By this person, and not when the demo was set up."""
    accepted = DesignDecision.objects.filter(decided_by=person, act=DesignDecision.Act.ACCEPTED)
    return accepted.exclude(reason=BY_THE_DEMO)


GUIDES = (
    Guide(
        title=_("Data entry"),
        role=Role.DATA_MANAGER,
        steps=(
            Step(
                text=_("Add a patient. Enter moves to the next field, Ctrl+Enter saves."),
                view="admin:registry_patient_add",
                done=(acts(Patient, pgh_label="insert"),),
            ),
            Step(
                text=_("Add the patient's baseline assessment with a few laboratory values."),
                view="admin:registry_patient_changelist",
                done=(acts(Assessment, pgh_label="insert"),),
                part="#assessment_set",
            ),
            Step(
                text=_("Enter a treatment: a transarterial session, an ablation or a resection."),
                view="admin:registry_patient_changelist",
                done=tuple(acts(model, pgh_label="insert") for model in TREATMENTS),
                part="#transarterialsession_set",
            ),
            Step(
                text=_("Submit the patient: a draft becomes part of the data."),
                view="admin:registry_patient_changelist",
                done=(_submitted,),
                part="",
            ),
            Step(
                text=_("Correct a submitted value of a patient and say why."),
                view="admin:registry_patient_changelist",
                done=(_corrected,),
                part="",
            ),
        ),
    ),
    Guide(
        title=_("Data manager"),
        role=Role.DATA_MANAGER,
        steps=(
            Step(
                text=_("Answer an open query."),
                view="queries:queries",
                done=(acts(QueryMessage, act=QueryAct.ANSWERED),),
            ),
            Step(
                text=_("Close a query, with a reason."),
                view="queries:queries",
                done=(_closed,),
            ),
            Step(
                text=_("Verify a patient against the source documents."),
                view="admin:registry_patient_changelist",
                done=(acts(Patient, record_status=RecordStatus.VERIFIED),),
            ),
            Step(
                text=_("Lock a patient whose records are complete."),
                view="admin:registry_patient_changelist",
                done=(acts(Patient, record_status=RecordStatus.LOCKED),),
            ),
        ),
    ),
    Guide(
        title=_("Center uploader"),
        role=Role.UPLOADER,
        steps=(
            Step(
                text=_("Download the template, fill in a row and upload it. It is only checked at first."),
                view="importers:uploads",
                done=(acts(Upload, pgh_label="insert"),),
            ),
            Step(
                text=_("Read the preview and confirm it. Only now are the rows stored."),
                view="importers:uploads",
                done=(acts(Upload, state=UploadState.CONFIRMED),),
            ),
            Step(
                text=_("Undo that upload: everything is as it was before."),
                view="importers:uploads",
                done=(lambda person: Upload.objects.filter(undone_by=person),),
            ),
            Step(
                text=_("Answer an open query."),
                view="queries:queries",
                done=(acts(QueryMessage, act=QueryAct.ANSWERED),),
            ),
        ),
    ),
    Guide(
        title=_("Principal investigator"),
        role=Role.PRINCIPAL_INVESTIGATOR,
        steps=(
            Step(
                text=_("Sign off one patient, with your password."),
                view="queries:sign_offs",
                done=(acts(SignOff, pgh_label="insert"),),
            ),
            Step(
                text=_("Sign off all patients that are ready, after looking at what is held back."),
                view="queries:sign_all",
                done=(lambda person: acts(SignOff, url=reverse("queries:sign_all"))(person),),
            ),
        ),
    ),
    Guide(
        title=_("Center manager"),
        role=Role.CENTER_MANAGER,
        steps=(
            Step(
                text=_("Invite a person to your center, and see the link that you would hand over."),
                view="people:invite",
                done=(_noted(AccountAct.INVITED),),
            ),
            Step(
                text=_("Change the role of that person, with a reason. The delegation log shows both roles."),
                view="people:people",
                done=(acts(Membership, pgh_label="update", is_active=False),),
            ),
            Step(
                text=_("Make a link for a new password, for somebody who forgot theirs."),
                view="people:people",
                done=(_noted(AccountAct.LINK_MADE),),
            ),
            Step(
                text=_("End the account of the person you invited."),
                view="people:people",
                done=(_noted(AccountAct.ENDED),),
            ),
        ),
    ),
    Guide(
        title=_("Statistician"),
        role=Role.STATISTICIAN,
        steps=(
            Step(
                text=_("Judge the study that is still to be accepted: try another caliper or covariate set beside it."),
                view="analytics:results",
                query="?accepted=no",
                done=(lambda person: DesignTry.objects.filter(tried_by=person, is_planned=False),),
            ),
            Step(
                text=_("Accept its design and say why. Now the outcomes are shown."),
                view="analytics:results",
                query="?accepted=no",
                done=(_judged,),
            ),
            Step(
                text=_("Run a study. Outcomes stay hidden while you look at flow chart and balance."),
                view="analytics:studies",
                done=(lambda person: RUNS.filter(requested_by=person),),
            ),
            Step(
                text=_("Export the analysis data set, with a reason."),
                view="analytics:studies",
                done=(lambda person: Export.objects.filter(requested_by=person),),
            ),
        ),
    ),
    Guide(
        title=_("Administrator"),
        role=None,
        steps=(
            Step(
                text=_("Give a person a role in a center."),
                view="people:people",
                done=(acts(Membership, pgh_label="insert"),),
            ),
            Step(
                text=_("Enter a limit of normal of a center's laboratory."),
                view="admin:registry_labreferencelimit_add",
                done=(acts(LabReferenceLimit, pgh_label="insert"),),
            ),
            Step(
                text=_("Check all stored data once."),
                view="queries:sweeps",
                done=(lambda person: Job.objects.filter(kind=SWEEP, requested_by=person),),
            ),
        ),
    ),
)


def guides_for(request: HttpRequest) -> list[GuideShown]:
    """Those of this person's roles; none where the first hour is not offered or was put away. Call it inside the request's scope."""
    if not settings.GUIDED_FIRST_HOUR or is_hidden(request):
        return []
    return [GuideShown(title=guide.title, steps=tuple(_shown(guide, request.user))) for guide in _of(request.user)]


def is_hidden(request: HttpRequest) -> bool:
    return request.COOKIES.get(HIDDEN) == "1"


def _of(person: Any) -> Iterator[Guide]:
    roles = set(Membership.objects.filter(user=person, is_active=True).values_list("role", flat=True))
    for guide in GUIDES:
        if guide.role in roles or (guide.role is None and person.is_superuser):
            yield guide


def _shown(guide: Guide, person: Any) -> Iterator[StepShown]:
    added = _added_patient(person) if any(step.part is not None for step in guide.steps) else None
    for step in guide.steps:
        is_done = any(find(person).exists() for find in step.done)
        yield StepShown(text=step.text, link=_link(step, added=added), is_done=is_done)


def _added_patient(person: Any) -> int | None:
    """The latest that still stands."""
    added = acts(Patient, pgh_label="insert")(person).filter(pgh_obj__in=Patient.objects.all())
    return added.order_by("-pgh_id").values_list("pgh_obj", flat=True).first()


def _link(step: Step, *, added: int | None) -> str:
    if step.part is None or added is None:
        return reverse(step.view) + step.query
    return f"{reverse('admin:registry_patient_change', args=[added])}{step.part}"
