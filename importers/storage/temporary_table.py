"""Staged records in a temporary table beside the stored ones, and what each stored record would become.

COPY into a table under row security is refused; a temporary table is this session's alone.
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import UniqueConstraint

from importers.storage.staging import PARENT, Staged, parent_words, parents_of_entity
from registry.models.base.companion_columns import MISSING_REASON, PRECISION
from registry.workbook.stored_keys import PARENT_KEYS

# Note [Natural keys]
# ~~~~~~~~~~~~~~~~~~~
# A center's workbook has no ids of ours. A record is found again by its natural key: the parent's key and a few
# variables of its own, such as patient, start date and modality. Three things follow. The key is unique in the
# database (including withdrawn records, whose keys stay taken so that restoring them is always possible). A variable
# of the key can only be changed by withdrawing one record and creating another, since a changed key means another
# record. And where a date is part of the key and was once known only to the month, the whole date is taken for the X

PARENT_TABLES = {  # of records below a patient that have others below them
    "assessment": "registry_assessment",
    "session": "registry_transarterialsession",
    "ablation": "registry_ablationsession",
    "imaging": "registry_imagingassessment",
}
# A result is a number, a code or the reason for neither: a new one takes the place of the others.
EXCLUSIVE = {"labresult": ("value", "value_code", "missing_reason")}
DAY = "'D'"  # a date is as exact as that where nothing is said
MANY = 1_000  # lines from which on whole tables are read rather than looked into line by line
PLACE_ABOVE, BETWEEN = "place_above", "\x1f"
OWN = {"place": "int", "record_id": "bigint", "row_version": "int", "kept": "text[]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the rows of one kind go. Blanks of the variables in `blanks` overwrite what is stored, others never do."""

    model: Any
    columns: tuple[str, ...]
    center_id: int
    blanks: frozenset[str] = frozenset()

    @property
    def table(self) -> str:
        return quoted(self.model._meta.db_table)

    @property
    def trail(self) -> str:
        return quoted(self.model.pgh_event_model._meta.db_table)

    @property
    def incoming(self) -> str:
        return quoted(f"incoming_{self.model._meta.model_name}")

    @property
    def above(self) -> str:
        """What the incoming records hang below, each named once: many of them share a visit."""
        return quoted(f"incoming_{self.model._meta.model_name}_above")

    @property
    def parents(self) -> tuple[str, ...]:
        return parents_of_entity(self.model)

    @property
    def parent_ids(self) -> tuple[str, ...]:
        return tuple(f"{parent}_id" for parent in self.parents)

    @property
    def key(self) -> tuple[str, ...]:
        parts = self.model.natural_key or ("patient",)
        return tuple(f"{name}_id" if name in PARENT_KEYS else name for name in parts)

    @property
    def constraints_of_key(self) -> frozenset[str]:
        """What the database calls the rule that no two records have the same natural key."""
        parts = set(self.model.natural_key or ("patient",))
        unique = (c for c in self.model._meta.constraints if isinstance(c, UniqueConstraint))
        named = {constraint.name for constraint in unique if set(constraint.fields) == parts}
        return frozenset(named | {f"{self.model._meta.db_table}_{name}_key" for name in self.key if len(parts) == 1})

    @property
    def settable(self) -> tuple[str, ...]:
        """What a stored record may take over, the reasons included that a value makes void, and how exact it makes a date."""
        own = [name for name in self.columns if name not in self.key]
        beside = [f"{name}{ending}" for ending in (MISSING_REASON, PRECISION) for name in self.columns]
        return tuple(dict.fromkeys([*own, *(name for name in beside if self._has(name))]))

    def _has(self, name: str) -> bool:
        return any(field.name == name for field in self.model._meta.local_concrete_fields)

    def following(self, name: str) -> str:
        """The value of the stored record `t` after the incoming record `s`."""
        column = quoted(name)
        if (date := name.removesuffix(PRECISION)) != name and date in self.columns:
            return self._exactness(date)
        if name in EXCLUSIVE.get(self.model._meta.model_name, ()):
            return f"CASE WHEN '{name}' = ANY (s.kept) THEN t.{column} ELSE s.{column} END"
        other = name.removesuffix(MISSING_REASON) if name.endswith(MISSING_REASON) else f"{name}{MISSING_REASON}"
        steps = [f"WHEN {self._says_less(name)} THEN t.{column}"] if f"{name}{PRECISION}" in self.columns else []
        steps += [f"WHEN s.{column} IS NOT NULL THEN s.{column}"] if name in self.columns else []
        if other in self.columns:
            steps.append(f"WHEN s.{quoted(other)} IS NOT NULL THEN NULL")
        if name in self.blanks and self.model._meta.get_field(name).null:
            steps.append("WHEN true THEN NULL")
        kept = f"WHEN '{name}' = ANY (s.kept) THEN t.{column}"
        return f"CASE {' '.join([kept, *steps])} ELSE t.{column} END"

    def _exactness(self, date: str) -> str:
        """A date that comes whole is exact to the day, whatever stood there before; how exact it is goes where the date goes."""
        name = f"{date}{PRECISION}"
        column, given = quoted(name), self._given_exactness(date)
        steps = [f"WHEN '{date}' = ANY (s.kept) OR '{name}' = ANY (s.kept) THEN t.{column}"]
        if name in self.columns:
            steps.append(f"WHEN {self._says_less(date)} THEN t.{column}")
        steps.append(f"WHEN {given} = {DAY} AND t.{column} IS NULL THEN NULL")
        steps.append(f"WHEN {given} IS NOT NULL THEN {given}")
        if date in self.blanks:
            steps.append(f"WHEN s.{quoted(date)} IS NULL THEN NULL")
        return f"CASE {' '.join(steps)} ELSE t.{column} END"

    def _given_exactness(self, date: str) -> str:
        whole = f"CASE WHEN s.{quoted(date)} IS NOT NULL THEN {DAY} END"
        name = f"{date}{PRECISION}"
        return f"coalesce(s.{quoted(name)}, {whole})" if name in self.columns else whole

    def _says_less(self, date: str) -> str:
        """The month or year of the very date that is stored more exactly: no news."""
        new, old, exact = f"s.{quoted(date)}", f"t.{quoted(date)}", quoted(f"{date}{PRECISION}")
        within = [
            f"s.{exact} = '{part}' AND coalesce(t.{exact}, {DAY}) = ANY ('{{{finer}}}') "
            f"AND date_trunc('{word}', {new}) = date_trunc('{word}', {old})"
            for part, word, finer in (("M", "month", "D"), ("Y", "year", "D,M"))
        ]
        return f"({new} <> {old} AND ({' OR '.join(within)}))"


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def send(cursor: CursorWrapper, *, target: Target, table: pa.Table) -> None:
    """The columns of `table` are those of OWN, the words of the parents, and the target's, in any order."""
    words = [PARENT + word for word in parent_words(target.model)]
    kinds = {**OWN, **{name: target.model._meta.get_field(name).db_type(connection) for name in target.columns}}
    if words:
        places, named = _named_once(table.select(words))
        _fill(cursor, target.above, table=named, kinds={PLACE_ABOVE: "int", **{word: _kind_of(word) for word in words}})
        table = table.drop_columns(words).append_column(PLACE_ABOVE, places)
    _fill(cursor, target.incoming, table=table, kinds={PLACE_ABOVE: "int", **kinds})
    # Of a table filled a moment ago the planner knows nothing: it would look through it once for every line, or join by what
    # many lines share. Our order is from a patient to the visit, to the line, to its record.
    cursor.execute(f"SET LOCAL enable_nestloop = {'off' if table.num_rows > MANY else 'on'}")
    cursor.execute("SET LOCAL join_collapse_limit = 1")
    cursor.execute("SET LOCAL from_collapse_limit = 1")


def forget(cursor: CursorWrapper, *, target: Target) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {target.incoming}, {target.above}")


def _named_once(words: pa.Table) -> tuple[pa.Array, pa.Table]:
    """For each line the number of its words, and the words by their numbers."""
    text = [column.cast(pa.string()).fill_null("") for column in words.columns]
    numbers = pc.binary_join_element_wise(*text, BETWEEN).combine_chunks().dictionary_encode().indices
    first = np.unique(numbers.to_numpy(), return_index=True)[1]
    named = words.take(pa.array(first))
    return numbers, named.append_column(PLACE_ABOVE, pa.array(range(named.num_rows), type=pa.int32()))


def _fill(cursor: CursorWrapper, name: str, *, table: pa.Table, kinds: Mapping[str, str]) -> None:
    """Columns in which nothing is said are not sent."""
    cursor.execute(f"DROP TABLE IF EXISTS {name}")
    columns = ", ".join(f"{quoted(column)} {kinds[column]}" for column in table.column_names)
    cursor.execute(f"CREATE TEMP TABLE {name} ({columns}) ON COMMIT DROP")
    sent = table.select([one for one in table.column_names if table.column(one).null_count < table.num_rows])
    with cursor.copy(f"COPY {name} ({', '.join(map(quoted, sent.column_names))}) FROM STDIN (FORMAT csv)") as copy:
        for part in _as_csv(sent):
            copy.write(part)
    joined_by = PLACE_ABOVE if PLACE_ABOVE in sent.column_names else sent.column_names[0]
    cursor.execute(f"ANALYZE {name} ({quoted(joined_by)})")


def _kind_of(word: str) -> str:
    return "date" if word.endswith("_date") else "text"


def _as_csv(table: pa.Table, *, lines: int = 50_000) -> Iterable[bytes]:
    """A null is an empty field, an empty text a quoted one, as COPY reads them."""
    options = pacsv.WriteOptions(include_header=False)
    flat = pa.table({name: _flat(table.column(name)) for name in table.column_names})
    for start in range(0, flat.num_rows, lines):
        target = io.BytesIO()
        pacsv.write_csv(flat.slice(start, lines), target, options)
        yield target.getvalue()


def _flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_list(column.type):
        return column
    joined = pc.binary_join(column, '","')
    filled = pc.binary_join_element_wise('{"', joined, '"}', "")
    return pc.if_else(pc.equal(pc.list_value_length(column), 0), "{}", filled)


def resolved(target: Target, *, active: bool) -> str:
    """The incoming rows with the ids of their parents: of those that stand, or of any where there are some."""
    center = f"{target.center_id:d} AS center_id"
    if not target.parents:
        return f"SELECT {center}, s.* FROM {target.incoming} s"
    join = "JOIN" if active else "LEFT JOIN"
    ids = ", ".join(f"{parent}.id AS {parent}_id" for parent in target.parents)
    joins = ""
    for parent in target.parents:
        alive = f" AND {parent}.withdrawn_at IS NULL" if active else ""
        if parent == "patient":
            same = f"patient.center_id = {target.center_id:d} AND patient.local_id = w.{PARENT}local_id"
            joins += f" {join} registry_patient patient ON {same}{alive}"
        else:
            own = [word for word in PARENT_KEYS[parent] if word != "local_id"]
            same = "".join(f" AND {parent}.{word} = w.{PARENT}{word}" for word in own)
            joins += f" {join} {PARENT_TABLES[parent]} {parent} ON {parent}.patient_id = patient.id{same}{alive}"
    above = f"SELECT w.{PLACE_ABOVE}, {ids} FROM {target.above} w{joins}"
    own_ids = ", ".join(f"a.{parent_id}" for parent_id in target.parent_ids)
    return f"SELECT {center}, s.*, {own_ids} FROM {target.incoming} s JOIN ({above}) a USING ({PLACE_ABOVE})"


def target_of(staged: Staged, *, center: int, blanks: Iterable[str] = (), without: Iterable[str] = ()) -> Target:
    columns = tuple(name for name in staged.variables if name not in set(without))
    return Target(model=staged.model, columns=columns, center_id=center, blanks=frozenset(blanks))
