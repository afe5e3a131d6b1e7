"""The verb: a study's analysis data set leaves the registry, and the audit trail says who took it, when and why."""

import getpass
import os
from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from analytics.cohort.reader import active_centers, center_codes, consenting, read_cohort
from analytics.errors import AnalysisError
from analytics.exports.package import pack
from analytics.formats import ExportFormat
from analytics.frame import AnalysisFrame, fingerprint, sha256
from analytics.messages import Message
from analytics.models import Export, Study
from analytics.protocol.library import protocol_text
from analytics.protocol.population import StudyProtocol, read_study_protocol
from analytics.studies.readers import centers_to_analyze
from registry.access.scope import center_scope

COMMAND_LINE = "command-line"  # the account of exports that nobody put a name to; it can not sign in


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The zip, and the row that stays of it."""

    export: Export
    content: bytes

    @property
    def filename(self) -> str:
        return f"{self.export.study.name}-{self.export.file_format}.zip"


def export_dataset(study: Study, *, file_format: ExportFormat, by: User, reason: str) -> Exported:
    """The data set of the centers in which this person may export. Raises PermissionDenied, AnalysisError."""
    centers = centers_to_analyze(by)
    if not centers:
        raise PermissionDenied
    with center_scope(centers, by=by, reason=reason, source="export"):
        return _export(study, text=study.protocol, centers=centers, file_format=file_format, by=by, reason=reason)


def export_reference(reference: str, *, file_format: ExportFormat, username: str | None, reason: str) -> Exported:
    """From the command line: a library id or a YAML file, on the centers of the user named or, as `compare`, on every one."""
    text = protocol_text(reference)
    protocol = read_study_protocol(text)
    by = _command_line_account() if username is None else _user_named(username)
    centers = active_centers() if username is None else centers_to_analyze(by)
    if not centers:
        raise _may_not(by)
    with center_scope(centers, by=by, reason=reason, source="command", operating_system_user=_system_user()):
        study = _study_of(protocol, text=text, by=by)
        return _export(study, text=text, centers=centers, file_format=file_format, by=by, reason=reason)


def _export(
    study: Study, *, text: str, centers: list[int], file_format: ExportFormat, by: User, reason: str
) -> Exported:
    """Inside the scope of these centers."""
    protocol = read_study_protocol(text)
    cohort = read_cohort(protocol, center_ids=centers)
    frame = _without_withheld(cohort.frame, consenting=consenting(centers))
    export = Export(
        study=study,
        file_format=file_format,
        requested_by=by,
        created_at=timezone.now(),
        reason=reason,
        center_ids=centers,
        rows=len(frame.table),
        withheld=len(cohort.frame.table) - len(frame.table),
        protocol_sha256=sha256(text),
        data_sha256=frame.sha256,
    )
    about = _about(export, codes=center_codes(centers))
    package = pack(frame, protocol=protocol, protocol_text=text, file_format=file_format, about=about)
    export.sha256 = package.sha256
    export.save()
    return Exported(export=export, content=package.content)


def _without_withheld(frame: AnalysisFrame, *, consenting: frozenset[str]) -> AnalysisFrame:
    """V-P09, whatever the protocol lets in: those who withdrew, or have not consented yet, stay behind."""
    table = frame.table[frame.table["id"].isin(consenting)].reset_index(drop=True)
    if table.empty:
        raise AnalysisError(
            Message(
                en="This study has no patients whose data may be exported. Nothing was exported.",
                zh="该研究中没有可以导出数据的患者；未导出任何内容。",
            )
        )
    events = frame.adverse_events
    if events is not None:
        events = replace(events, table=events.table[events.table["id"].isin(table["id"])].reset_index(drop=True))
    return replace(frame, table=table, sha256=fingerprint(table), adverse_events=events)


def _about(export: Export, *, codes: list[str]) -> dict[str, object]:
    return {
        "exported_at": export.created_at.isoformat(timespec="seconds"),
        "exported_by": export.requested_by.get_username(),
        "reason": export.reason,
        "centers": codes,
        "rows": export.rows,
        "withheld_without_consent": export.withheld,
        "protocol_sha256": export.protocol_sha256,
        "data_sha256": export.data_sha256,
    }


def _study_of(protocol: StudyProtocol, *, text: str, by: User) -> Study:
    """Where the file has another text than the study taken up, the export's hash of the protocol tells."""
    titles = {"title_en": protocol.title, "title_zh": protocol.title_zh}
    study, _ = Study.objects.get_or_create(
        name=protocol.id, version=protocol.version, defaults={**titles, "protocol": text, "owner": by}
    )
    return study


def _command_line_account() -> User:
    account, is_new = User.objects.get_or_create(username=COMMAND_LINE, defaults={"is_active": False})
    if is_new:
        account.set_unusable_password()
        account.save(update_fields=["password"])
    return account


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return str(os.getuid())


def _user_named(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise AnalysisError(Message(en=f"There is no user named {username}.", zh=f"没有名为 {username} 的用户。"))
    return user


def _may_not(by: User) -> AnalysisError:
    name = by.get_username()
    return AnalysisError(
        Message(en=f"{name} is not permitted to run studies in any center.", zh=f"{name} 无权在任何中心运行研究。")
    )
