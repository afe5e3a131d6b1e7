"""What a center says once of a sheet of its own: where the headers stand, and which records each row makes.

PURE. The parts are read strictly: an unknown key is refused, nothing changes after reading.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Reason = Literal["ND", "NR", "NA", "UNK", "blank", "below"]
DateOrder = Literal["year-first", "day-first", "month-first"]
Take = Literal["first", "last", "lowest", "highest", "sum", "mean"]
Span = Literal["days", "weeks", "months", "years"]

REFUSE = "refuse"  # instead of a code: rows with this value are held back
FROM_HEADER = "header"  # instead of a unit: the one in brackets in the header
PLACE = "{n}"  # stands in a header for what `repeat` lists
OTHERS = "*"  # among ignored headers all that are not read, among codes all values that are not listed


def sentence(en: str, *, zh: str) -> PydanticCustomError:
    """A complaint of our own validators, in both languages."""
    return PydanticCustomError("sentence", "{en}", {"en": en, "zh": zh})


def _listed(given: Any) -> Any:
    return given if isinstance(given, list | tuple) else [given]


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Part(BaseModel):
    """A piece of a mapping: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, allow_inf_nan=False)


class HeaderRows(Part):
    """Where the headers stand. Without `row` they are looked for among the first rows; two rows are joined as `upper / lower`."""

    row: int | None = Field(default=None, ge=1, le=1000, description="Excel row of the (upper) headers")
    rows: int = Field(default=1, ge=1, le=2, description="2 where merged headers stand above others")
    first: int | None = Field(
        default=None, ge=2, le=10000, description="Excel row where the data begin; else the next below"
    )
    comment: str = Field(default="", max_length=10, description="rows that begin with this are not read, such as #")


class Condition(Part):
    """What a row must say. All that is given must hold."""

    header: str
    among: Words | None = Field(default=None, alias="is", description="one of these values")
    not_among: Words | None = Field(default=None, alias="is_not", description="none of these values, and not blank")
    filled: bool | None = Field(
        default=None, description="true: not blank and no word for missing; false: the opposite"
    )
    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def asks_something(self) -> Self:
        if all(one is None for one in (self.among, self.not_among, self.filled, self.above, self.below)):
            raise sentence(
                "a condition needs one of is, is_not, filled, above, below",
                zh="条件须含 is、is_not、filled、above、below 之一",
            )
        return self


Conditions = Annotated[tuple[Condition, ...], BeforeValidator(_listed)]


class UnitRule(Part):
    """The unit of values above or below a limit, or of rows where another column says so. The first that holds is taken."""

    unit: str
    above: float | None = None
    below: float | None = None
    when: Conditions = ()


class Split(Part):
    """A cell that says several things, such as 2.1*1.9."""

    by: str = Field(min_length=1, max_length=5)
    part: int | None = Field(default=None, ge=1, le=20, description="the first, the second, and so on")
    take: Take | None = Field(default=None, description="instead of one part: the highest, the sum, and so on")

    @model_validator(mode="after")
    def takes_one(self) -> Self:
        if (self.part is None) == (self.take is None):
            raise sentence("give either part or take", zh="part 与 take 须二选一")
        return self


class Shift(Part):
    """A time that is added to a date or taken from it."""

    header: str | None = None
    value: float | None = None
    unit: Span

    @model_validator(mode="after")
    def says_how_much(self) -> Self:
        if (self.header is None) == (self.value is None):
            raise sentence("give either header or value", zh="header 与 value 须二选一")
        return self


class Source(Part):
    """Where a variable's value comes from, and how the center writes it. A text alone is a header."""

    header: str | None = None
    headers: tuple[str, ...] = Field(default=(), description="several columns, of which `take` makes one value")
    value: str | None = Field(
        default=None, description="the same for all, such as the date that plus and minus start from"
    )
    take: Take = Field("first", description="of several columns; first and last are those that are not blank")
    codes: dict[str, str | tuple[str, ...] | None] | None = Field(
        default=None,
        description="own value → our code, ND/NR/NA/UNK, refuse, or nothing for blank; * for all others",
    )
    unit: str | None = Field(default=None, description="of plain numbers; header takes it from the header's brackets")
    units: tuple[UnitRule, ...] = Field(default=(), description="where the unit differs from row to row")
    missing: dict[str, Reason] | None = Field(default=None, description="words for missing in this column")
    limit: str | None = Field(default=None, description="what words for below stand for: 0.9 gives <0.9")
    flags: tuple[str, ...] | None = Field(
        default=None, description="marks of a laboratory system behind or before a number"
    )
    dates: DateOrder | None = None
    split: Split | None = None
    plus: Shift | None = None
    minus: Shift | None = None
    known_to: Literal["year", "month", "day"] = Field(default="day", description="how exact a computed date is")
    when: Conditions = Field(default=(), description="else the variable is blank")

    @model_validator(mode="before")
    @classmethod
    def from_header(cls, given: Any) -> Any:
        return {"header": str(given)} if isinstance(given, str | int | float) else given

    @model_validator(mode="after")
    def comes_from_somewhere(self) -> Self:
        if sum((self.header is not None, bool(self.headers), self.value is not None)) != 1:
            raise sentence("give one of header, headers, value", zh="header、headers、value 须三选一")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers whose cells make the value."""
        return (self.header,) if self.header is not None else self.headers

    @property
    def all_headers(self) -> Iterator[str]:
        """Every header that this mentions."""
        yield from self.columns
        yield from (shift.header for shift in (self.plus, self.minus) if shift and shift.header is not None)
        yield from (one.header for rule in self.units for one in rule.when)
        yield from (one.header for one in self.when)


class ResultSource(Part):
    """How the results of one test are written, where it is otherwise than `value` says of all."""

    codes: dict[str, str | None] | None = Field(default=None, description="as of any column")
    unit: str | None = Field(default=None, description="of plain numbers whose row gives no unit")
    missing: dict[str, Reason] | None = None
    limit: str | None = Field(default=None, description="what words for below stand for")


Variables = dict[str, Source]


class RecordRule(Part):
    """The records of one kind that rows make: one a row where `when` holds, one for each of `repeat`, or one a patient."""

    kind: str = Field(description="a sheet of the template: patient, assessment, lab_wide, transarterial, ae, …")
    when: Conditions = ()
    repeat: tuple[str, ...] = Field(
        default=(), description="a record for each; {n} in headers and constants stands for it"
    )
    once: Literal["first", "last"] | None = Field(
        default=None, description="one record for rows with the same key: the first or last value that is not blank"
    )
    constants: dict[str, str] = Field(default_factory=dict, description="the same for all: consent_status: WAIV")
    variables: Variables = Field(default_factory=dict)
    tests: dict[str, ResultSource] = Field(
        default_factory=dict, description="of kind lab, a row per result: our variable → how its results are written"
    )

    @property
    def blocks(self) -> tuple[str, ...]:
        return self.repeat or ("",)

    @property
    def is_once(self) -> bool:
        """A patient who comes on several rows is one."""
        return self.once is not None or self.kind == "patient"


class SheetMapping(Part):
    """A center's own layout of a workbook or text file."""

    mapping: int = Field(ge=1, le=1, description="version of this language")
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$", description="how it is asked for: lower case, digits, - _")
    title: str = Field(default="", max_length=200)
    sheet: str | None = Field(default=None, description="else the only sheet, or the first that has the headers")
    header: HeaderRows = HeaderRows()
    missing: dict[str, Reason] = Field(default_factory=dict, description="the center's words for missing")
    flags: tuple[str, ...] = Field(default=(), description="marks of a laboratory system, such as ↑ ↓ H L *")
    dates: DateOrder = "year-first"
    ignored: tuple[str, ...] = Field(default=(), description="headers that are known and not read; * for all others")
    everywhere: Variables = Field(default_factory=dict, description="for every kind of record that has the variable")
    records: tuple[RecordRule, ...] = Field(min_length=1)

    @property
    def all_headers(self) -> tuple[str, ...]:
        """Every header that is read, in the order met, those of repeated columns one by one."""
        found: dict[str, None] = {}
        for source in self.everywhere.values():
            found |= dict.fromkeys(source.all_headers)
        for rule in self.records:
            told = [one.header for one in rule.when]
            told += [header for source in rule.variables.values() for header in source.all_headers]
            found |= dict.fromkeys(header.replace(PLACE, n) if n else header for n in rule.blocks for header in told)
        return tuple(found)
