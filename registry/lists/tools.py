"""What stands above every list: its files, its columns, its saved filters, and what it is narrowed down by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from registry.access.permissions import centers_of
from registry.lists.columns import markup
from registry.lists.preferences import columns_of, saved_filters
from registry.models import Center, SavedFilter

COLUMNS, FILE, SORT = "columns", "file", "sort"  # parameters of an address, besides those that filter
PAGES = ("p", "page")
SEPARATOR = "."
OF_THE_ADMIN = "o"  # its sort: the number of a column


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    name: str
    label: str
    is_shown: bool

    @property
    def box(self) -> str:
        ticked = " checked" if self.is_shown else ""
        return f'<label><input type="checkbox" name="column" value="{self.name}"{ticked}> {markup(self.label)}</label>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that a list is narrowed down by, and the address without it."""

    label: str | Promise
    value: str | Promise
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTools:
    """`here` is the address of the list as it is now; `arranged` names its columns as well, to be saved and sent on.

    Other columns begin `without_sort`, which the admin counts by them.
    """

    name: str
    choices: tuple[ColumnChoice, ...]
    saved: tuple[SavedFilter, ...]
    centers: tuple[Center, ...]
    parts: tuple[Part, ...]
    user_id: int
    here: str
    without_sort: str
    arranged: str
    unfiltered: str
    csv: str
    xlsx: str

    @property
    def boxes(self) -> str:
        """A box for each column: some sixty, which a template would take as long for as for the rest of the bar."""
        return SafeString("\n".join(each.box for each in self.choices))


def wanted_columns(request: HttpRequest, *, list_name: str, prefix: str = "") -> list[str]:
    """Those of the address, else those that this person chose. Asked once per request and list."""
    known: dict[str, list[str]] = request.__dict__.setdefault("_wanted_columns", {})
    if list_name not in known:
        told = request.GET.get(f"{prefix}{COLUMNS}", "")
        known[list_name] = told.split(SEPARATOR) if told else columns_of(request.user, list_name=list_name)
    return known[list_name]


def tools_of(
    request: HttpRequest,
    *,
    list_name: str,
    offered: Sequence[tuple[str, str]],
    shown: Sequence[str],
    parts: Iterable[Part],
    prefix: str = "",
) -> ListTools:
    """`offered` are names and labels of all columns; `prefix` begins the parameters of a list that shares its page."""
    columns, file, pages = f"{prefix}{COLUMNS}", f"{prefix}{FILE}", tuple(f"{prefix}{name}" for name in PAGES)
    return ListTools(
        name=list_name,
        choices=tuple(ColumnChoice(name=name, label=label, is_shown=name in shown) for name, label in offered),
        saved=tuple(saved_filters(request.user, list_name=list_name)),
        centers=own_centers(request),
        parts=tuple(parts),
        user_id=int(getattr(request.user, "pk", 0) or 0),
        here=address_of(request, without=(columns, file, *pages)),
        without_sort=address_of(request, without=(columns, file, *pages, OF_THE_ADMIN)),
        arranged=address_of(request, without=(file, *pages), given={columns: SEPARATOR.join(shown)}),
        unfiltered=request.path,
        csv=address_of(request, without=pages, given={file: "csv"}),
        xlsx=address_of(request, without=pages, given={file: "xlsx"}),
    )


def own_centers(request: HttpRequest) -> tuple[Center, ...]:
    """By code. The bar and the filters above a list both offer them."""
    known: tuple[Center, ...] | None = request.__dict__.get("_own_centers")
    if known is None:
        known = tuple(Center.objects.filter(pk__in=centers_of(request.user), is_active=True).order_by("center_code"))
        request.__dict__["_own_centers"] = known
    return known


def address_of(
    request: HttpRequest, *, without: Iterable[str] = (), given: Mapping[str, object] = MappingProxyType({})
) -> str:
    """Of this page, with other parameters."""
    asked: QueryDict = request.GET.copy()
    for name in without:
        asked.pop(name, None)
    for name, value in given.items():
        asked[name] = str(value)
    return f"{request.path}?{asked.urlencode()}" if asked else request.path
