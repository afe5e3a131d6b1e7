"""Every list of the admin: columns chosen by the person, files of what it shows, saved filters, and words where nothing is found."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from unfold.templatetags import unfold_list
from unfold.views import ChangeList

from registry.admin.lists.rows import rows_of
from registry.admin.lists.values import column_of, name_of, value_of
from registry.admin.types import PageBase
from registry.errors import Refused
from registry.lists.columns import chosen
from registry.lists.files import FORMATS, list_file
from registry.lists.tools import COLUMNS, FILE, ListTools, Part, address_of, tools_of, wanted_columns

AT_ONCE = 500  # rows of a file that are prepared together


def headers_once(cl: ChangeList) -> list[dict[str, Any]]:
    """Unfold makes the heads of all columns anew for every row."""
    if "_headers" not in cl.__dict__:
        cl.__dict__["_headers"] = list(HEADERS_OF_UNFOLD(cl))
    return cl.__dict__["_headers"]


def rows_at_once(cl: ChangeList) -> list[list[str]]:
    return rows_of(cl, labels=[head["text"] for head in headers_once(cl)])


HEADERS_OF_UNFOLD = unfold_list.result_headers
unfold_list.result_headers, unfold_list.results = headers_once, rows_at_once


class ToolList(ChangeList):
    """Knows which parameters of its address filter nothing."""

    tools: ListTools | None = None

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)  # type: ignore[has-type]
        self.model_admin.prepare(self.result_list)

    def get_filters_params(self, params: Any = None) -> Any:
        told = super().get_filters_params(params)
        return {name: value for name, value in told.items() if name not in (COLUMNS, FILE)}


class ListAdmin(PageBase):
    """`more_columns` are offered besides those of `list_display`."""

    list_before_template = "lists/admin_tools.html"
    more_columns: ClassVar[tuple[str, ...]] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ToolList

    def first_columns(self, request: HttpRequest) -> tuple[Any, ...]:
        return tuple(super().get_list_display(request))

    def other_columns(self, request: HttpRequest) -> tuple[str, ...]:
        return self.more_columns

    def prepare(self, records: Sequence[Any]) -> None:
        """Reads at once what the columns tell of the rows of one page."""

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        offered = self._offered(request)
        first = [name_of(column) for column in self.first_columns(request)]
        names = chosen(list(offered), first=first, wanted=wanted_columns(request, list_name=self._list_name))
        return [offered[name] for name in names]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "GET" and request.GET.get(FILE) in FORMATS:
            return self._file(request, file_format=request.GET[FILE])
        response = super().changelist_view(request, extra_context)
        cl = (getattr(response, "context_data", None) or {}).get("cl")
        if cl is not None:
            cl.tools = self._tools(request, cl=cl)
        return response

    def _file(self, request: HttpRequest, *, file_format: str) -> Any:
        try:
            cl = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return redirect(request.path)
        shown = [column for column in cl.list_display if column != "action_checkbox"]
        rows = ([value_of(column, record=record, page=self) for column in shown] for record in self._records(cl))
        head = [self._label(column) for column in shown]
        try:
            return list_file(head, rows=rows, file_format=file_format, name=str(self.opts.model_name))
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(address_of(request, without=(FILE,)))

    def _records(self, cl: ChangeList) -> Iterator[Any]:
        found = cl.queryset.iterator(chunk_size=AT_ONCE)
        while block := list(islice(found, AT_ONCE)):
            self.prepare(block)
            yield from block

    @property
    def _list_name(self) -> str:
        return str(self.opts.model_name)

    def _offered(self, request: HttpRequest) -> dict[str, Any]:
        first = {name_of(column): column for column in self.first_columns(request)}
        more = {name: column_of(name, model=self.model) for name in self.other_columns(request) if name not in first}
        return {**first, **more}

    def _label(self, column: Any) -> str:
        """The same for everybody who reads this language."""
        known = self.__dict__.setdefault("_labels", {})
        asked = (name_of(column), get_language())
        if asked not in known:
            known[asked] = str(capfirst(str(label_for_field(column, self.model, model_admin=self))))
        return known[asked]

    def _tools(self, request: HttpRequest, *, cl: ChangeList) -> ListTools:
        offered = [(name, self._label(column)) for name, column in self._offered(request).items()]
        shown = [name_of(column) for column in cl.list_display if column != "action_checkbox"]
        return tools_of(request, list_name=self._list_name, offered=offered, shown=shown, parts=_parts(request, cl=cl))


def _parts(request: HttpRequest, *, cl: ChangeList) -> Iterator[Part]:
    if cl.query:
        without = address_of(request, without=(SEARCH_VAR, PAGE_VAR))
        yield Part(label=_("Search"), value=cl.query, without=without)
    for spec in cl.filter_specs:
        named = [name for name in spec.expected_parameters() if name in request.GET]
        if named:
            told = [str(choice["display"]) for choice in spec.choices(cl) if choice.get("selected")]
            without = address_of(request, without=(*named, PAGE_VAR))
            yield Part(label=capfirst(str(spec.title)), value=", ".join(told), without=without)
    days = [name for name in request.GET if cl.date_hierarchy and name.startswith(f"{cl.date_hierarchy}__")]
    if days:
        day = "-".join(request.GET[name] for name in sorted(days, key=_size) if request.GET[name].isdecimal())
        yield Part(label=_("Date"), value=day, without=address_of(request, without=(*days, PAGE_VAR)))


def _size(name: str) -> int:
    return ("year", "month", "day").index(name.rsplit("__", 1)[1]) if name.endswith(("year", "month", "day")) else 3
