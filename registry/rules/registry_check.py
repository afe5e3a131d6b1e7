"""Checks over the patients of many centers at once: they hold hashes against each other, never names or numbers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.rules.check import Finding, Label, Row, Severity, is_known, readable
from registry.rules.partial_dates import is_exact
from registry.rules.patient_check import Hit

Identities = Sequence[Row]
INDEX_WITHIN = timedelta(days=30)
DAY = date(2021, 6, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryCheck:
    """One rule about patients who may be one person: of the data dictionary, section 13, or of the registry's own.

    A row is of one patient: patient_id, center_id, registry_id, the hashes of PatientIdentity, birth_date with its precision, sex and
    index_date.
    """

    code: str
    severity: Severity
    entity: str
    fields: tuple[str, ...]
    message: Label
    hits: Callable[[Identities], Iterable[Hit]]
    passing: Identities
    failing: Identities
    source: str = ""


def registry_findings(identities: Identities) -> list[Finding]:
    """What the checks over all patients find; `records` are the rows, the one to point at first."""
    return [
        Finding(check=check, values={name: readable(value) for name, value in hit.values.items()}, records=hit.records)
        for check in CHECKS
        for hit in check.hits(identities)
    ]


def _alike(rows: Identities, *, names: Sequence[str], across_centers: bool | None = None) -> Iterator[tuple[Row, Row]]:
    """Neighbors among the rows that agree in these variables, where all are known, of other centers or of one.

    A birth date known to the year alone is a day of that year, and that two patients were born in one year tells nothing.
    """
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        key = tuple(row.get(name) for name in names)
        is_whole = "birth_date" not in names or is_exact(row, name="birth_date")
        if is_whole and all(map(is_known, key)) and "UNK" not in key:
            groups[key].append(row)
    for group in groups.values():
        for first, second in pairwise(group):
            differ = first.get("center_id") != second.get("center_id")
            if across_centers is None or differ is across_centers:
                yield first, second


def _same_identifier(rows: Identities) -> Iterator[Hit]:
    for first, second in _alike(rows, names=("registry_id",)):
        yield Hit(records=(second, first), values={"registry_id": first["registry_id"]})


def _same_hospital_number(rows: Identities) -> Iterator[Hit]:
    for first, second in _alike(rows, names=("center_id", "local_id_hash")):
        yield Hit(records=(second, first), values={"other": first.get("registry_id")})


def _same_person_elsewhere(rows: Identities) -> Iterator[Hit]:
    """By the linkage hash, else by what little else is known; a pair is told once."""
    told: set[frozenset[Any]] = set()
    for names in (("linkage_hash",), ("birth_date", "sex", "initials_hash")):
        for first, second in _alike(rows, names=names, across_centers=True):
            pair = frozenset((first.get("patient_id"), second.get("patient_id")))
            if pair not in told:
                told.add(pair)
                yield Hit(records=(second, first), values={"center": first.get("center_code") or first["center_id"]})


def _known_to_the_day(rows: Identities) -> list[Row]:
    """Born in the same year, which is all that a hospital may know, is hardly a likeness."""
    return [row for row in rows if row.get("birth_date_precision") not in {"M", "Y"}]


def _same_person_here(rows: Identities) -> Iterator[Hit]:
    for first, second in _alike(_known_to_the_day(rows), names=("center_id", "birth_date", "sex")):
        one, two = first.get("index_date"), second.get("index_date")
        if one and two and abs(one - two) <= INDEX_WITHIN:
            other = first.get("registry_id") or first.get("local_id")
            yield Hit(records=(second, first), values={"other": other})


def _patient(number: int, **values: object) -> Row:
    return {"patient_id": number, "center_id": 1, "registry_id": f"C01-00000{number}-0", **values}


BORN = {"birth_date": date(1960, 5, 4), "sex": "M"}

CHECKS = (
    RegistryCheck(
        code="V-P01",
        severity=Severity.ERROR,
        entity="patient",
        fields=("registry_id",),
        message=_(
            "Registry identifier {registry_id} is used more than once. Each patient must have a unique identifier."
        ),
        hits=_same_identifier,
        passing=[_patient(1), _patient(2)],
        failing=[_patient(1), _patient(1)],
    ),
    RegistryCheck(
        code="V-P02",
        severity=Severity.ERROR,
        entity="patient",
        fields=("local_id",),
        message=_("This hospital number is also used for {other}. Keep one of the patients, or correct the number."),
        hits=_same_hospital_number,
        passing=[_patient(1, local_id_hash="a"), _patient(2, local_id_hash="a", center_id=2)],
        failing=[_patient(1, local_id_hash="a"), _patient(2, local_id_hash="a")],
    ),
    RegistryCheck(
        code="V-P03",
        severity=Severity.QUERY,
        entity="patient",
        fields=("birth_date",),
        message=_(
            "This may be the same person as a patient of center {center}. Link them, or "
            "confirm that they are different people."
        ),
        hits=_same_person_elsewhere,
        passing=[_patient(1, linkage_hash="a"), _patient(2, linkage_hash="b", center_id=2)],
        failing=[_patient(1, linkage_hash="a"), _patient(2, linkage_hash="a", center_id=2)],
    ),
    RegistryCheck(
        code="V-P04",
        severity=Severity.QUERY,
        entity="patient",
        fields=("birth_date", "sex"),
        message=_(
            "Same birth date as {other}, and first treated within 30 days of that patient. Are they the same person?"
        ),
        hits=_same_person_here,
        passing=[
            _patient(1, **BORN, index_date=DAY),
            _patient(2, **BORN, index_date=DAY + timedelta(days=31)),
            _patient(3, **BORN, index_date=DAY, birth_date_precision="Y"),
        ],
        failing=[
            _patient(1, **BORN, index_date=DAY),
            _patient(2, **BORN, index_date=DAY + timedelta(days=30)),
        ],
    ),
)
