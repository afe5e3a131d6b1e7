"""Queries about patients who may be one person: what only a look at all centers at once can find.

Their cause is the rule and the patient, so that the checks of single patients neither join nor close them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_noop

from registry.access.deidentified_views import read
from registry.access.scope import because, center_scope
from registry.choices import QueryAct, QueryClosing
from registry.languages import in_both
from registry.models import Center, PatientIdentity, Query, QueryMessage
from registry.rules.check import Finding, Row
from registry.rules.registry_check import registry_findings

ACROSS = "registry/"  # begins their causes
REASON = gettext_noop("queries updated to match the records")
KEYS = ("registry_id", "linkage_hash", "initials_hash", "local_id_hash", "birth_date", "sex")


def refresh_across(centers: Sequence[Center], *, by: Any) -> tuple[int, int]:
    """(opened, closed), over all standing patients of these centers. Hashes are compared, never names or numbers."""
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in registry_findings(_identities(centers)):
        found[finding.records[0]["center_id"]].append(finding)
    opened = closed = 0
    for center in centers:
        with center_scope([center.pk], by=by, reason=REASON, source="sweep"), because(REASON, by=by):
            known = {query.cause: query for query in Query.objects.filter(cause__startswith=ACROSS)}
            told = {_cause(finding): finding for finding in found[center.pk]}
            opened += sum(_ask(cause, finding=finding, known=known) for cause, finding in told.items())
            closed += _close_gone(known, told=told)
    return opened, closed


def _identities(centers: Sequence[Center]) -> list[Row]:
    codes = {center.pk: center.center_code for center in centers}
    with center_scope(codes):
        frame = read("patient", columns=("id", "index_date"))
        index_dates = dict(zip(frame["id"], frame["index_date"], strict=True))
        about = {name: F(f"patient__{name}") for name in ("registry_id", "birth_date", "birth_date_precision", "sex")}
        rows = PatientIdentity.objects.filter(patient__withdrawn_at__isnull=True, center__in=codes)
        listed = list(rows.order_by("patient_id").values("patient_id", "center_id", *_hashes(), **about))
    return [
        {**row, "center_code": codes[row["center_id"]], "index_date": index_dates.get(row["patient_id"])}
        for row in listed
    ]


def _hashes() -> list[str]:
    return [name for name in KEYS if name.endswith("_hash")]


def _cause(finding: Finding) -> str:
    return f"{ACROSS}{finding.code}/{finding.records[0]['patient_id']}"


def _digest(finding: Finding) -> str:
    told = repr([[row.get(name) for name in (*KEYS, "index_date")] for row in finding.records]).encode()
    return hashlib.blake2b(told, digest_size=16).hexdigest()


def _ask(cause: str, *, finding: Finding, known: Mapping[str, Query]) -> int:
    """1 where a query was opened. One that a person settled is asked again only when a value involved has changed."""
    query, digest = known.get(cause), _digest(finding)
    if query is not None and (not query.is_closed or _is_settled(query, digest=digest)):
        return 0
    row, fields = finding.records[0], list(finding.fields)
    if query is None:
        query, act = Query(center_id=row["center_id"], patient_id=row["patient_id"], cause=cause), QueryAct.OPENED
    else:
        query.open_again(by_checks=True)
        act = QueryAct.REOPENED
    query.entity, query.record_id, query.variables = "patient", row["patient_id"], fields
    query.places = [{"entity": "patient", "record": row["patient_id"], "variables": fields}]
    query.codes, query.findings = [finding.code], [digest]
    query.text_en, query.text_zh = in_both(lambda: finding.text)
    query.save()
    QueryMessage.objects.create(query=query, center_id=query.center_id, act=act)
    return 1


def _is_settled(query: Query, *, digest: str) -> bool:
    return query.closed_because == QueryClosing.SETTLED and digest in query.findings


def _close_gone(known: Mapping[str, Query], *, told: Iterable[str]) -> int:
    causes = set(told)
    gone = [query for cause, query in known.items() if not query.is_closed and cause not in causes]
    for query in gone:
        query.close(because=QueryClosing.GONE)
        query.save()
        QueryMessage.objects.create(query=query, center_id=query.center_id, act=QueryAct.CLOSED)
    return len(gone)
