"""What was derived of one record, and which events a derivation asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from registry.clinical.timeline import Kind, Record

# The index treatment is the earliest of these
INDEX_ENTITIES = (
    Kind.TRANSARTERIAL,
    Kind.ABLATION,
    Kind.RESECTION,
    Kind.TRANSPLANT,
    Kind.RADIOTHERAPY,
    Kind.SYSTEMIC_START,
)
ENTITY_OF_KIND: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.TRANSARTERIAL: "transarterialsession",
        Kind.ABLATION: "ablationsession",
        Kind.RESECTION: "resection",
        Kind.TRANSPLANT: "transplant",
        Kind.RADIOTHERAPY: "radiotherapy",
        Kind.SYSTEMIC_START: "systemicagent",
    }
)
TREATMENT_TYPE: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.TRANSARTERIAL: "TAT",
        Kind.ABLATION: "ABL",
        Kind.RESECTION: "SR",
        Kind.TRANSPLANT: "LT",
        Kind.RADIOTHERAPY: "RT",
        Kind.SYSTEMIC_START: "SYS",
    }
)
YES, NO = "1", "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedRecord:
    """`values` by the dictionary's names; None where an input is missing."""

    entity: str
    record: Record
    values: Mapping[str, Any]


def coded_flag(claim: bool | None) -> str | None:  # noqa: FBT001  # the claim is the value
    """ "1", "0" or None, as a record stores it."""
    return None if claim is None else (YES if claim else NO)
