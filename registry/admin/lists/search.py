"""Lists of a hundred thousand records: found by how their numbers begin, and counted as far as anybody leafs.

Note [Search beneath row security]
PostgreSQL asks an index for a condition of ours only where its operator can betray no row that row security hides; LIKE is
none of these, and would read every record. `^@` is, and takes an index with varchar_pattern_ops.
"""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

from registry.admin.lists.list_admin import ToolList

MOST_COUNTED = 1_000


@models.CharField.register_lookup
class Prefix(models.Lookup):
    """Begins with the words as typed or in capitals. See Note [Search beneath row security]."""

    lookup_name = "prefix"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, of_column = self.process_lhs(compiler, connection)
        words = dict.fromkeys([str(self.rhs), str(self.rhs).upper()])
        found = " OR ".join([f"{column} ^@ %s"] * len(words))
        return f"({found})", tuple(given for word in words for given in (*of_column, word))


class CappedPaginator(Paginator):
    """Counts no further than the last page that can be turned to; what lies beyond is found by search and filters."""

    @cached_property
    def found(self) -> int:
        # Nothing but the keys: what a list shows besides is not asked of the records that are counted.
        found: Any = self.object_list
        return int(found.order_by().values("pk")[: MOST_COUNTED + 1].count())

    @property
    def is_capped(self) -> bool:
        return self.found > MOST_COUNTED

    @cached_property
    def count(self) -> int:
        return min(self.found, MOST_COUNTED)


class RecordList(ToolList):
    """Its foot says how many there are, and its head need not."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count
