"""What a run read is kept, read again, and cleared when its time is over."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from analytics.cohort.extract import Extract
from analytics.errors import AnalysisError
from analytics.messages import Message
from analytics.models import DesignData, Run, Snapshot, SnapshotTable, Study
from analytics.snapshots.parquet import from_parquet, to_parquet


def keep(extract: Extract, *, center_ids: list[int]) -> Snapshot:
    """The snapshot of this extract, made unless one of the same content is there. Inside a scope of these centers."""
    centers = sorted(center_ids)
    hashes = {
        entity: _keep_table(to_parquet(table), entity=entity, rows=len(table), centers=centers)
        for entity, table in extract.tables.items()
    }
    codes = {str(center): code for center, code in extract.centers.items() if center in centers}
    digest = hashlib.sha256(json.dumps([hashes, codes], sort_keys=True).encode()).hexdigest()
    found, _is_new = Snapshot.objects.update_or_create(
        center_ids=centers, sha256=digest, defaults={"tables": hashes, "center_codes": codes, "cleared_at": None}
    )
    return found


def load(snapshot: Snapshot) -> Extract:
    """AnalysisError where it was cleared, or where a table is no longer what its hash says."""
    if snapshot.cleared_at:
        raise AnalysisError(_cleared(snapshot.cleared_at))
    found = SnapshotTable.objects.filter(center_ids=snapshot.center_ids, sha256__in=snapshot.tables.values())
    contents = {(table.entity, table.sha256): bytes(table.content or b"") for table in found}
    tables = {
        entity: from_parquet(_checked(contents[entity, sha256], sha256=sha256))
        for entity, sha256 in snapshot.tables.items()
    }
    return Extract(tables=tables, centers={int(center): code for center, code in snapshot.center_codes.items()})


def clear(*, taken_before: datetime) -> int:
    """Empty the snapshots that no run has read since then; their hashes and their runs' results stay. How many there were.

    Kept for ever: what a run stands on whose design was accepted, now or once, or whose study has a locked plan in any version."""
    locked = Study.objects.filter(locked_at__isnull=False).values("name")
    bound = Run.objects.filter(Q(accepted_at__isnull=False) | Q(decisions__isnull=False) | Q(study__name__in=locked))
    old = Snapshot.objects.filter(cleared_at=None, taken_at__lt=taken_before)
    old = old.exclude(runs__read_at__gte=taken_before).exclude(pk__in=bound.exclude(snapshot=None).values("snapshot"))
    numbers = list(old.values_list("pk", flat=True))
    Snapshot.objects.filter(pk__in=numbers).update(cleared_at=timezone.now())
    DesignData.objects.filter(run__snapshot__in=numbers).update(content=None)
    _empty_unused_tables()
    return len(numbers)


def _empty_unused_tables() -> None:
    kept = Snapshot.objects.filter(cleared_at=None).values_list("center_ids", "tables")
    in_use = {(tuple(centers), sha256) for centers, tables in kept for sha256 in tables.values()}
    for table in SnapshotTable.objects.exclude(content=None).only("center_ids", "sha256"):
        if (tuple(table.center_ids), table.sha256) not in in_use:
            SnapshotTable.objects.filter(pk=table.pk).update(content=None)


def _keep_table(content: bytes, *, entity: str, rows: int, centers: list[int]) -> str:
    digest = hashlib.sha256(content).hexdigest()
    same: dict[str, Any] = {"center_ids": centers, "entity": entity, "sha256": digest}
    if not SnapshotTable.objects.filter(**same, content__isnull=False).exists():
        SnapshotTable.objects.update_or_create(**same, defaults={"rows": rows, "content": content})
    return digest


def _checked(content: bytes, *, sha256: str) -> bytes:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise AnalysisError(
            Message(
                en="A table of this snapshot is not what its hash says: it was changed in the database. Tell the administrator.",
                zh="该快照中的一个数据表与其哈希值不符：数据库中的内容被改动过。请告知系统管理员。",
            )
        )
    return content


def _cleared(at: datetime) -> Message:
    day = timezone.localtime(at).date().isoformat()
    return Message(
        en=f"The records that this run read were cleared on {day}, after the time they are kept. Its result stays.",
        zh=f"该次运行所读取的记录已于 {day} 按保存期限清除；结果仍然保留。",
    )
