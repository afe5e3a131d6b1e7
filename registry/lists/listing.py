"""A list outside the record forms: declared by its columns, filtered by choices, drawn and written by one template."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise

from registry.errors import Refused
from registry.lists.columns import Cell, Column, cells_of, chosen
from registry.lists.files import FORMATS, list_file
from registry.lists.tools import FILE, SORT, ListTools, Part, address_of, tools_of, wanted_columns
from registry.lists.values import Values

PER_PAGE, AT_ONCE = 25, 500
PAGE = "page"
Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of some values; `blank` is what none of them is called, `default` the value an address without it means."""

    name: str
    label: Text
    options: Sequence[tuple[str, Text]]
    blank: Text = ""
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Words that a person types."""

    name: str
    label: Text
    placeholder: Text = ""
    is_search: bool = True


Filter = Choice | Typed


def _nothing(_rows: Sequence[Any]) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """`prepare` is given the rows of one page, to read what they need at once; `orders` are sorts with a name of their own.

    `prefix` begins the parameters of a list that shares its page with another.
    """

    name: str
    title: Text
    columns: tuple[Column, ...]
    prepare: Callable[[Sequence[Any]], None] = _nothing
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_sort: str = ""
    ends_with: tuple[str, ...] = ("pk",)
    empty: Text = ""
    prefix: str = ""

    def named(self, parameter: str) -> str:
        return f"{self.prefix}{parameter}"

    def shown_columns(self, wanted: Iterable[str]) -> list[Column]:
        first = [column.name for column in self.columns if not column.is_more]
        names = chosen([column.name for column in self.columns], first=first, wanted=wanted)
        return [column for column in self.columns if column.name in names]

    def order(self, asked: str) -> tuple[str, ...]:
        """What makes no sense sorts as the list does by itself."""
        by_column = {column.name: column.sort for column in self.columns if column.sort}
        for each in (asked, self.default_sort):
            name, down = each.removeprefix("-"), each.startswith("-")
            if each in self.orders:
                return self.orders[each]
            if name in by_column:
                return (*(_turned(one, down=down) for one in by_column[name]), *self.ends_with)
        return self.ends_with


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    label: Text
    url: str
    sorted: str  # ascending, descending or none, as the attribute aria-sort says it
    is_number: bool

    @property
    def arrow(self) -> str:
        return {"ascending": "↑", "descending": "↓"}.get(self.sorted, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFilter:
    filter: Filter
    value: str
    is_choice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """An act on the rows that are ticked: what they are, where and as which parameter they are sent, and what the button says."""

    of: str
    url: str
    label: Text
    parameter: str = "ids"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownList:
    listing: Listing
    tools: ListTools
    filters: tuple[ShownFilter, ...]
    heads: tuple[Head, ...]
    rows: tuple[tuple[Any, list[Cell]], ...]
    page: Page
    kept: tuple[tuple[str, str], ...]  # what the form of the filters passes on
    previous: str
    next: str
    bulk: Bulk | None


def list_page(
    request: HttpRequest,
    listing: Listing,
    *,
    rows: QuerySet[Any] | Values,
    filters: Sequence[Filter] = (),
    bulk: Bulk | None = None,
) -> ShownList | HttpResponseBase:
    """The page of the list, or the file that its address asks for."""
    columns = listing.shown_columns(wanted_columns(request, list_name=listing.name, prefix=listing.prefix))
    ordered = rows.order_by(*listing.order(request.GET.get(listing.named(SORT), "")))
    if request.GET.get(listing.named(FILE)) in FORMATS:
        return _file(request, listing=listing, rows=ordered, columns=columns)
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get(listing.named(PAGE)))
    found = list(page.object_list)
    listing.prepare(found)
    turned = {number: address_of(request, given={listing.named(PAGE): number}) for number in _beside(page)}
    names = {each.name for each in filters} | {listing.named(PAGE), listing.named(FILE)}
    return ShownList(
        listing=listing,
        tools=_tools(request, listing=listing, columns=columns, filters=filters),
        filters=tuple(
            ShownFilter(filter=each, value=_value(request, each), is_choice=isinstance(each, Choice))
            for each in filters
        ),
        heads=tuple(_head(request, column=column, listing=listing) for column in columns),
        rows=tuple((row, cells_of(row, columns=columns)) for row in found),
        page=page,
        kept=tuple((name, str(value)) for name, value in request.GET.items() if name not in names),
        previous=turned.get(page.number - 1, ""),
        next=turned.get(page.number + 1, ""),
        bulk=bulk,
    )


def _file(
    request: HttpRequest, *, listing: Listing, rows: QuerySet[Any] | Values, columns: Sequence[Column]
) -> HttpResponseBase:
    parameter = listing.named(FILE)
    written = ([column.value(row) for column in columns] for row in _prepared(rows, listing=listing))
    head = [column.label for column in columns]
    try:
        return list_file(head, rows=written, file_format=request.GET[parameter], name=listing.name)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(address_of(request, without=(parameter,)))


def _beside(page: Page) -> list[int]:
    return [number for number in (page.number - 1, page.number + 1) if number in page.paginator.page_range]


def _tools(
    request: HttpRequest, *, listing: Listing, columns: Sequence[Column], filters: Sequence[Filter]
) -> ListTools:
    return tools_of(
        request,
        list_name=listing.name,
        offered=[(column.name, str(column.label)) for column in listing.columns],
        shown=[column.name for column in columns],
        parts=_parts(request, filters=filters),
        prefix=listing.prefix,
    )


def _parts(request: HttpRequest, *, filters: Iterable[Filter]) -> Iterator[Part]:
    for each in filters:
        value = _value(request, each)
        if value and value != (each.default if isinstance(each, Choice) else ""):
            told = dict(each.options).get(value, value) if isinstance(each, Choice) else value
            yield Part(label=each.label, value=told, without=address_of(request, without=(each.name, PAGE, FILE)))


def _value(request: HttpRequest, each: Filter) -> str:
    default = each.default if isinstance(each, Choice) else ""
    return request.GET.get(each.name, "").strip() or default


def _prepared(rows: QuerySet[Any] | Values, *, listing: Listing) -> Iterator[Any]:
    block: list[Any] = []
    for row in rows.iterator(chunk_size=AT_ONCE):
        block.append(row)
        if len(block) == AT_ONCE:
            listing.prepare(block)
            yield from block
            block = []
    listing.prepare(block)
    yield from block


def _head(request: HttpRequest, *, column: Column, listing: Listing) -> Head:
    sort = listing.named(SORT)
    asked = request.GET.get(sort, "") or listing.default_sort
    now = {column.name: "ascending", f"-{column.name}": "descending"}.get(asked, "none")
    then = f"-{column.name}" if now == "ascending" else column.name
    url = (
        address_of(request, without=(listing.named(PAGE), listing.named(FILE)), given={sort: then})
        if column.sort
        else ""
    )
    return Head(label=column.label, url=url, sorted=now, is_number=column.is_number)


def _turned(name: str, *, down: bool) -> str:
    return (name.removeprefix("-") if name.startswith("-") else f"-{name}") if down else name
