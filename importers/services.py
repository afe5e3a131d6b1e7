"""What a person does with an upload: send it, look at what it would change, confirm or discard it, undo it."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from importers.files.garbage_collection import give_back_memory
from importers.files.messages import OVER_LIMITS
from importers.files.workbook import Workbook
from importers.models import OVER_AND_GONE, CenterMapping, ConflictChoice, Upload, UploadMode, UploadState
from importers.storage.center_mappings import parts_of
from importers.storage.load import NotAllowed, Written, one_at_a_time, patients_touched, store
from importers.storage.mapping import header_mapping_of
from importers.storage.originals import looked_at, reduced
from importers.storage.parquet import Changed, drop_records, stored_records
from importers.storage.preview import by_entity, make_preview
from importers.storage.staging import PLACES
from importers.storage.undo import later_uploads, undo_records
from importers.storage.upsert import Stale
from registry.access.permissions import User, may
from registry.access.scope import center_scope
from registry.clinical.personal_numbers import without_persons_in_name
from registry.errors import Refused
from registry.jobs import queue
from registry.jobs.progress import Report, unreported
from registry.queries import Refreshed, refresh_queries

__all__ = ["DatabaseRefused", "NotAllowed"]

# Patients whose queries follow in the transaction that stores; of more they follow after it, in batches
REFRESHED_AT_ONCE = 300
BATCH = 200


class DatabaseRefused(RuntimeError):
    """A rule of the database held. Its own message may quote a row, so only the rule's name is kept."""


def earlier_upload(content: bytes, *, center: int, mapping: CenterMapping | None = None) -> Upload | None:
    """The same file from the same center, read by the same version of a mapping, whose result stands or is being made.

    What took too long to read may be tried again.
    """
    digest = hashlib.sha256(content).hexdigest()
    same = Upload.objects.filter(center_id=center, sha256=digest, mapping=mapping).exclude(state__in=OVER_AND_GONE)
    same = same.exclude(state=UploadState.REFUSED, report__findings__0__code=OVER_LIMITS.code)
    return next(
        (one for one in same.without_content().select_related("job") if one.job or one.state != "RECEIVED"), None
    )


def receive_upload(
    content: bytes, *, filename: str, center: int, by: Any, mapping: CenterMapping | None = None
) -> Upload:
    """Of a file with columns that name persons, the file itself is not kept, but its digest is: it is known when it comes again."""
    return _received(content, filename=filename, center=center, by=by, mapping=mapping)[0]


def send_upload(
    content: bytes, *, filename: str, center: int, by: Any, mapping: CenterMapping | None = None
) -> tuple[Upload, bool]:
    """Receive a file and queue its check; the same file sent twice, even at the same moment, is one upload. True when new.

    `mapping` says how a sheet that is not the template's is to be read.
    """
    with connection.cursor() as cursor:
        digest = hashlib.sha256(content).hexdigest()
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [digest, center])
    earlier = earlier_upload(content, center=center, mapping=mapping)
    if earlier is not None:
        return earlier, False
    upload = receive_upload(content, filename=filename, center=center, by=by, mapping=mapping)
    start_check(upload, by=by)
    return upload, True


def map_upload(upload: Upload, *, mapping: CenterMapping | None, by: Any) -> None:
    """Queue the check of a file again, read by this version of a mapping; by none as the template is."""
    _demand(upload, by=by)
    if not upload.can_be_mapped:
        raise Refused(_("This upload is no longer pending."))
    if mapping is not None and mapping.center_id != upload.center_id:
        raise Refused(_("This mapping belongs to another center. Export it there and import it here."))
    upload.mapping = mapping
    upload.save(update_fields=["mapping"])
    start_check(upload, by=by)


def start_check(upload: Upload, *, by: Any) -> None:
    """Queue the check, or queue it again: a workbook may become right when what it lacked has been stored."""
    _queue(upload, by=by, kind="upload", task="importers.check_upload", state=UploadState.RECEIVED)


def confirm_upload(
    upload: Upload,
    *,
    by: Any,
    mode: str,
    reason: str = "",
    conflicts: str = ConflictChoice.STORED,
    blanks: Sequence[tuple[str, str]] = (),
) -> None:
    """Queue the load of what was previewed. `blanks` are (kind of record, variable) whose empty cells overwrite.

    Other blanks than those of the preview change what would happen, so the preview is made again with them first.
    """
    _demand(upload, by=by)
    if not upload.can_be_confirmed:
        raise Refused(_("This upload is not awaiting confirmation."))
    if mode == UploadMode.WHOLE and (upload.report or {}).get("counts", {}).get("error"):
        raise Refused(
            _("Some rows have errors. Store only the rows without errors, or correct the workbook and upload it again.")
        )
    ticked = sorted([entity, variable] for entity, variable in blanks)
    again = ticked != sorted(upload.blanks)
    upload.mode, upload.reason, upload.conflicts, upload.blanks = mode, reason.strip(), conflicts, ticked
    upload.confirmed_by = by
    upload.save(update_fields=["mode", "reason", "conflicts", "blanks", "confirmed_by"])
    if again:
        start_check(upload, by=by)
    else:
        _queue(upload, by=by, kind="load", task="importers.store_upload", state=UploadState.CONFIRMED)


def discard_upload(upload: Upload, *, by: Any) -> None:
    """The preview is forgotten; the file and its findings stay for the record."""
    _demand(upload, by=by)
    if not upload.can_be_discarded:
        raise Refused(_("This upload is no longer pending."))
    upload.state = UploadState.DISCARDED
    upload.save(update_fields=["state"])
    drop_records(upload)


def cancel_work(upload: Upload, *, by: Any) -> None:
    """Stop what is under way. Of an upload that waits for a decision nothing is: that one is discarded."""
    _demand(upload, by=by)
    if upload.job is None or upload.job.is_over:
        raise Refused(_("Nothing is running for this upload. To give up a preview, discard it."))
    queue.cancel(upload.job)


def start_undo(upload: Upload, *, by: Any, reason: str) -> None:
    """Queue the undo of a whole upload."""
    demand_undo(upload, by=by, reason=reason)
    upload.undo_reason, upload.undone_by = reason.strip(), by
    upload.save(update_fields=["undo_reason", "undone_by"])
    _queue(upload, by=by, kind="undo", task="importers.undo_upload", state=UploadState(upload.state))


def demand_undo(upload: Upload, *, by: Any, reason: str) -> None:
    _demand(upload, by=by)
    if not upload.can_be_undone or upload.context is None:
        raise Refused(_("Only a stored upload can be undone."))
    if not reason.strip():
        raise Refused(_("Enter a reason."))
    later = later_uploads(upload)
    if later:
        raise Refused(
            _("Uploads must be undone starting with the most recent. Undo these first: {uploads}.").format(
                uploads=", ".join(f"{one.pk} {one.filename}" for one in later)
            )
        )


def check_upload(
    upload_id: int, *, center: int, by: User, book: Workbook | None = None, progress: Report = unreported
) -> Upload:
    """Check the file and keep what it would change. Done twice, it is done once. `book` is the file, where it was just read."""
    with center_scope([center], by=by, reason=f"upload {upload_id}", source="upload", upload=upload_id):
        upload = _held(upload_id)
        if upload.state == UploadState.RECEIVED:
            make_preview(upload, book=book, progress=progress)
    give_back_memory()
    return upload


def store_upload(upload_id: int, *, center: int, by: User, progress: Report = unreported) -> Upload:
    """Store what was previewed; result and records appear together. Done twice, it is done once."""
    try:
        with center_scope([center], by=by, reason=_reason(upload_id, center), source="upload", upload=upload_id):
            one_at_a_time(center)
            upload = _held(upload_id)
            if upload.state == UploadState.CONFIRMED:
                _store(upload, by=by, progress=progress)
    except (Stale, Changed) as stale:
        named = getattr(stale, "records", ())
        upload = _back(upload_id, center=center, by=by, state=UploadState.STALE, stale=list(named))
    except OperationalError:  # it is gone, not against the rows
        raise
    except Exception as error:
        _back(upload_id, center=center, by=by, state=UploadState.STAGED)
        if isinstance(error, DatabaseError):
            raise DatabaseRefused(_constraint(error)) from None
        raise
    if upload.state == UploadState.STORED and (upload.preview or {}).get("queries") is None:
        follow_queries(upload, by=by, progress=progress)
    return upload


def _back(upload_id: int, *, center: int, by: User, state: UploadState, **more: Any) -> Upload:
    """Nothing was stored, and the upload is a preview again, of which somebody may decide once more."""
    with center_scope([center], by=by, reason=f"upload {upload_id}", source="upload", upload=upload_id):
        upload = _held(upload_id)
        if upload.state == UploadState.CONFIRMED:
            upload.state, upload.preview = state, {**(upload.preview or {}), **more}
            upload.save(update_fields=["state", "preview"])
    return upload


def follow_queries(upload: Upload, *, by: User, progress: Report = unreported) -> None:
    """The records stand already; their checks take longer than their storing. Cut short, it goes on where it is called again."""
    about: dict[str, Any] = {"by": by, "reason": f"upload {upload.pk}", "source": "upload", "upload": upload.pk}
    with center_scope([upload.center_id], **about):
        patients = patients_touched(stored_records(upload, leave_out=PLACES), center=upload.center_id)
    whole = Refreshed()
    for start in range(0, len(patients), BATCH):
        with suppress(queue.Canceled):  # what is stored is stored, and its queries belong to it
            progress(90 + 9 * start // len(patients), gettext_noop("Updating queries"))
        with center_scope([upload.center_id], **about):
            whole += refresh_queries(patients[start : start + BATCH], by=by)
    with center_scope([upload.center_id], **about):
        _keep_queries(upload, queries=whole)
        upload.save(update_fields=["preview"])


def undo_upload(upload: Upload | int, *, by: Any, reason: str, center: int, progress: Report = unreported) -> Upload:
    """The registry as it was before this upload, in one transaction. Done twice, it is done once.

    What people worked on since is kept, and may be undone by the same call once it is free again.
    """
    upload_id = upload if isinstance(upload, int) else upload.pk
    about: dict[str, Any] = {"source": "undo", "upload": upload_id}
    with center_scope([center], by=by, reason=reason.strip() or f"undo {upload_id}", **about):
        one_at_a_time(center)
        held = _held(upload_id)
        if held.state == UploadState.UNDONE and not held.can_be_undone:
            return held
        demand_undo(held, by=by, reason=reason)
        undone = undo_records(held, progress=progress)
        refresh_queries(undone.patients, by=by)
        held.state, held.undone_at, held.undone_by = UploadState.UNDONE, timezone.now(), by
        held.undo_reason, held.undo_result = reason.strip(), undone.as_json(before=held.undo_result)
        held.save(update_fields=["state", "undone_at", "undone_by", "undo_reason", "undo_result"])
    return held


def load_file(
    content: bytes, *, filename: str, center: int, by: Any, mode: str, mapping: CenterMapping | None = None
) -> Upload:
    """Receive, check and store at once, as a command does. An upload of which nothing was stored leaves nothing behind."""
    with center_scope([center], by=by, reason="workbook upload", source="upload"):
        one_at_a_time(center)
        upload, book = _received(content, filename=filename, center=center, by=by, mapping=mapping)
        upload = check_upload(upload.pk, center=center, by=by, book=book)
        if upload.state == UploadState.STAGED:
            has_errors = bool(upload.report and upload.report["counts"]["error"])
            upload.state = UploadState.FAULTY if has_errors and mode == UploadMode.WHOLE else UploadState.CONFIRMED
            upload.mode, upload.confirmed_by = mode, by
            upload.save(update_fields=["state", "mode", "confirmed_by"])
            upload = store_upload(upload.pk, center=center, by=by)
        if upload.state != UploadState.STORED:
            transaction.set_rollback(True)
    return upload


def _received(
    content: bytes, *, filename: str, center: int, by: Any, mapping: CenterMapping | None
) -> tuple[Upload, Workbook | None]:
    if not may(by, verb="upload_workbooks", center=center):
        raise NotAllowed(f"user {by} is not permitted to upload for this center")
    book = looked_at(content, name=filename)
    known = header_mapping_of(center)
    clean = reduced(book, header_mapping=known, mapping=parts_of(mapping)) if book else None
    upload = Upload.objects.create(
        center_id=center,
        filename=without_persons_in_name(filename)[-200:],
        original=content if clean is None else clean,
        is_reduced=clean is not None,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        uploaded_by=by,
        mapping=mapping,
    )
    return upload, book


def _demand(upload: Upload, *, by: Any) -> None:
    if not may(by, verb="upload_workbooks", center=upload.center_id):
        raise NotAllowed(f"user {by} is not permitted to upload for this center")


def _queue(upload: Upload, *, by: Any, kind: str, task: str, state: UploadState) -> None:
    upload.state = state
    turn: dict[str, Any] = {"lock": f"center {upload.center_id}", "priority": 0 if kind == "upload" else queue.SOON}
    upload.job = queue.start(kind, by=by, task=task, upload_id=upload.pk, center_id=upload.center_id, **turn)
    upload.save(update_fields=["state", "job"])


def _held(upload_id: int) -> Upload:
    return Upload.objects.select_for_update(of=("self",)).select_related("center").get(pk=upload_id)


def _reason(upload_id: int, center: int) -> str:
    """What the person gave, for the audit trail of every row."""
    with center_scope([center]):
        return Upload.objects.values_list("reason", flat=True).get(pk=upload_id) or f"upload {upload_id}"


def _store(upload: Upload, *, by: User, progress: Report) -> None:
    written = store(
        stored_records(upload, leave_out=PLACES),
        center=upload.center,
        keep_stored=upload.conflicts == ConflictChoice.STORED,
        blanks=by_entity(upload.blanks),
        progress=progress,
    )
    upload.state, upload.stored_at = UploadState.STORED, timezone.now()
    upload.context = _audit_context()
    upload.result = _told_of(written, previewed=(upload.preview or {}).get("records", {}))
    if len(written.patients) <= REFRESHED_AT_ONCE:
        _keep_queries(upload, queries=refresh_queries(written.patients, by=by))
    upload.save(update_fields=["state", "stored_at", "context", "result", "preview"])


def _told_of(written: Written, *, previewed: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """What was announced came true; of verified and signed records only what was not left as it is."""
    told = {}
    for entity, counts in previewed.items():
        touched = written.verified_or_signed.get(entity, 0)
        told[entity] = {**counts, "verified_or_signed": touched} if "verified_or_signed" in counts else {**counts}
    return told


def _keep_queries(upload: Upload, *, queries: Refreshed) -> None:
    upload.preview = {**(upload.preview or {}), "queries": {"opened": queries.opened, "closed": queries.closed}}


def _audit_context() -> str:
    """By it the undo finds what this transaction wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pghistory.context_id')")
        return str(cursor.fetchone()[0])


def _constraint(error: DatabaseError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    return f"the database rejected the rows (constraint {name})" if name else "the database rejected the rows"
