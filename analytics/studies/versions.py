"""The versions of a study: a draft is frozen, a plan is locked before its outcomes are opened, a later change has a reason."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from analytics.errors import ProtocolError
from analytics.messages import Message
from analytics.models import Run, Study, StudyDraft
from analytics.protocol.population import StudyProtocol, read_study_protocol
from analytics.studies.drafts import centers_to_edit
from registry.access.scope import center_scope


def freeze_draft(draft: StudyDraft, *, by: AbstractBaseUser, reason: str = "") -> Study:
    """The draft as a version that never changes; the draft is gone. What is frozen already is that version again.

    Raises ProtocolError with every fault, where the version is taken by another text, or where a reason is asked for and
    missing: after a lock, or once outcomes have been opened."""
    centers = centers_to_edit(by)
    with (
        transaction.atomic(),
        center_scope(centers, by=by, reason=reason or "froze a version of a study", source="study"),
    ):
        held = StudyDraft.objects.select_for_update().get(pk=draft.pk)
        protocol = read_study_protocol(held.text)
        study = Study.objects.filter(name=protocol.id, version=protocol.version).first()
        if study is None:
            study = _new_version(protocol, text=held.text, by=by, reason=reason)
        elif study.protocol != held.text:
            raise ProtocolError(version_is_taken(protocol))
        held.delete()
    return study


def lock_plan(study: Study, *, by: AbstractBaseUser) -> None:
    """Raises ProtocolError where an outcome of the study has been opened before. Twice is once."""
    with center_scope(centers_to_edit(by), by=by, reason="locked the plan before its outcomes", source="study"):
        held = Study.objects.select_for_update().get(pk=study.pk)
        if held.locked_at is not None:
            return
        if outcomes_opened(held.name):
            raise ProtocolError(
                Message(
                    en="An outcome of this study has already been opened, so its plan can no longer be locked before them.",
                    zh="该研究已有结局被打开，不能再作为结局前方案锁定。",
                )
            )
        held.locked_at, held.locked_by_id = timezone.now(), by.pk
        held.save(update_fields=["locked_at", "locked_by"])


def versions_of(name: str) -> list[Study]:
    """From the first to the latest."""
    found = Study.objects.filter(name=name).select_related("owner", "locked_by")
    return sorted(found, key=lambda study: (study.created_at, study.pk))


def needs_reason(name: str) -> bool:
    """Whether another version is an amendment: a plan was locked, or outcomes were seen."""
    return Study.objects.filter(name=name, locked_at__isnull=False).exists() or outcomes_opened(name)


def outcomes_opened(name: str) -> bool:
    """By anybody: the study remembers what a person without those centers cannot see. Runs tell of what was opened earlier."""
    is_told = Study.objects.filter(name=name, outcomes_opened_at__isnull=False).exists()
    return is_told or Run.objects.filter(study__name=name, accepted_at__isnull=False).exists()


def amendments(history: Sequence[Study]) -> list[Study]:
    """The versions after the first one that was locked."""
    places = [place for place, study in enumerate(history) if study.locked_at is not None]
    return list(history[places[0] + 1 :]) if places else []


def version_is_taken(protocol: StudyProtocol) -> Message:
    name, version = protocol.id, protocol.version
    return Message(
        en=f"Version {version} of {name} is frozen and has another text. Give this one a version of its own.",
        zh=f"{name} 的版本 {version} 已冻结且内容不同；请为本稿另设版本号。",
    )


def _new_version(protocol: StudyProtocol, *, text: str, by: AbstractBaseUser, reason: str) -> Study:
    if needs_reason(protocol.id) and not reason.strip():
        raise ProtocolError(
            Message(
                en="The plan of this study was locked, or its outcomes were opened. State why it changes.",
                zh="该研究的方案已锁定或结局已打开；请说明更改理由。",
            )
        )
    is_amendment = needs_reason(protocol.id)
    return Study.objects.create(
        name=protocol.id,
        version=protocol.version,
        title_en=protocol.title,
        title_zh=protocol.title_zh,
        protocol=text,
        owner_id=by.pk,
        reason=reason.strip() if is_amendment else "",
    )
