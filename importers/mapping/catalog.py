"""What a mapping may speak of: the kinds of record with their variables, codes and units, as values. PURE."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

# Of a sheet with a row per result: which test, what it gave, and in which unit
ANALYTE, VALUE, UNIT = "analyte_code", "value", "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVariable:
    """`type` is one of registry.workbook.sheets.Kind; `codes` {code: (English, Chinese)}; `spellings` {normalized: code}.

    `names` are the normalized spellings of the variable itself: machine name, labels, synonyms.
    """

    name: str
    label: tuple[str, str]
    type: str
    names: frozenset[str]
    is_required: bool = False
    codes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    units: Mapping[str, Decimal] = field(default_factory=dict)  # other accepted units, with their factors
    usual: tuple[float, float] | None = None
    possible: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKind:
    """A sheet of the template under its short name: `patient` of 01_患者_patient. `key` names a record of it.

    `results` are not empty where a row is one result: the variables that its test may be, of which each row gives one.
    """

    name: str
    sheet: str
    title: tuple[str, str]
    key: tuple[str, ...]
    variables: Mapping[str, KnownVariable]
    results: Mapping[str, KnownVariable] = field(default_factory=dict)

    def variable(self, name: str) -> KnownVariable:
        return self.variables[name] if name in self.variables else self.results[name]


Catalog = Mapping[str, KnownKind]
"""{short name: kind}, in the order of import. Made by importers.layout.mapping_catalog.mapping_catalog()."""
