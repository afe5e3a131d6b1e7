"""The numbers of a run as rows: a list to filter, to cite from and to keep as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from analytics.pages.views import download, file_name, finished_run, for_readers_of_studies, presentation_of
from analytics.report.labels import in_language, reason_label
from analytics.report.presentation import Presentation
from analytics.result.comparison import json_text
from analytics.result.disclosure.classes import as_published
from analytics.result.rows.addresses import Printed
from analytics.result.rows.row import ResultRow
from analytics.result.rows.rows import ResultRows
from analytics.studies.disclosure import result_for
from registry.lists.columns import Column
from registry.lists.listing import Choice, Listing, ShownList, Typed, list_page
from registry.lists.values import Values
from registry.pages.context import page_context

LONGEST_ASKED = 4000  # characters of addresses in one request


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """A row as the list has it; `printed` is how the part of the page asked for prints it."""

    row: ResultRow
    place: int
    printed: str = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def _name(name: str, label: str | Promise, *, is_more: bool = False) -> Column:
    """A column of what programs call something."""
    return Column(
        name=name, label=label, value=lambda row: getattr(row, name), sort=(name,), is_more=is_more, is_code=True
    )


ROW_LIST = Listing(
    name="result-rows",
    title=gettext_lazy("Rows of the result"),
    empty=gettext_lazy("No row of this result matches."),
    default_sort="place",
    orders={"place": ("place",)},
    ends_with=("place",),
    columns=(
        _name("address", gettext_lazy("Address")),
        Column(
            name="label",
            label=gettext_lazy("Statistic"),
            value=lambda row: in_language(row.label),
            note=lambda row: in_language(row.sentence) if row.sentence else "",
        ),
        Column(name="printed", label=gettext_lazy("Printed as"), value=lambda row: row.printed, is_number=True),
        Column(
            name="value",
            label=gettext_lazy("Value"),
            value=lambda row: row.value,
            note=lambda row: reason_label(row.why) if row.why else "",
            sort=("value",),
            is_number=True,
        ),
        _name("method", gettext_lazy("Method")),
        _name("function", gettext_lazy("Function")),
        _name("r", gettext_lazy("In R")),
        _name("endpoint", gettext_lazy("Endpoint"), is_more=True),
        _name("cohort", gettext_lazy("Cohort"), is_more=True),
        _name("arm", gettext_lazy("Arm"), is_more=True),
        _name("variable", gettext_lazy("Variable"), is_more=True),
        _name("level", gettext_lazy("Level"), is_more=True),
        _name("month", gettext_lazy("Month"), is_more=True),
        _name("contrast", gettext_lazy("Contrast"), is_more=True),
        _name("rests_on", gettext_lazy("Rests on"), is_more=True),
    ),
)


@require_GET
@for_readers_of_studies
def rows(request: HttpRequest, run_id: int) -> HttpResponseBase:
    found = finished_run(request, run_id=run_id)
    all_rows, shown = ResultRows(result_for(found, by=request.user)), presentation_of(request, run=found)
    filters = _filters(shown)
    wanted = Values(_wanted(request.GET, rows=all_rows, shown=shown))
    listed = list_page(request, ROW_LIST, rows=wanted, filters=filters)
    if not isinstance(listed, ShownList):
        return listed
    context = {"run": found, "study": found.study, "list": listed}
    return render(request, "analytics/rows.html", {**page_context(request, title=_("Rows of the result")), **context})


@require_GET
@for_readers_of_studies
def rows_file(request: HttpRequest, run_id: int) -> HttpResponse:
    """Every row with all that is known of it, for programs."""
    found = finished_run(request, run_id=run_id)
    rows = [_object(row) for row in ResultRows(result_for(found, by=request.user))]
    content = {"run": found.pk, "result_sha256": found.result_sha256, "rows": rows}
    return download(
        json_text(as_published(content)), kind="application/json", name=file_name(found, ending="rows.json")
    )


def _object(row: ResultRow) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in ResultRow.__dataclass_fields__}
    told = {
        name: value and {"en": value.en, "zh": value.zh} for name in ("label", "sentence") for value in [found[name]]
    }
    return found | told | {"rests_on": list(row.rests_on)}


def _wanted(asked: Mapping[str, str], *, rows: ResultRows, shown: Presentation) -> list[ListedRow]:
    """Those of addresses named, or of a part of the page in the order in which it prints them, or all; then as filtered."""
    printed = _printed(shown).get(asked.get("in", ""), ())
    texts = {one.address: one.text for one in printed}
    named = asked.get("address", "")[:LONGEST_ASKED].split() or list(texts)
    found = [row for address in named if (row := rows.at(address))] if named else list(rows)
    words = asked.get("q", "").lower().split()
    return [
        ListedRow(row=row, place=place, printed=texts.get(row.address, ""))
        for place, row in enumerate(found)
        if all(word in _searched(row) for word in words)
    ]


def _searched(row: ResultRow) -> str:
    return f"{row.address} {row.label.en} {row.label.zh} {row.method} {row.function}".lower()


def _printed(shown: Presentation) -> dict[str, Sequence[Printed]]:
    """What each table and figure of the page prints, by its name on the page."""
    found: dict[str, Sequence[Printed]] = {}
    for table in shown.tables:
        texts = [*table.head, *(text for text, _span in table.groups), *table.notes]
        texts += [cell for row in table.rows for cell in row.cells]
        found[f"table-{table.name}"] = [one for text in texts for one in getattr(text, "printed", ())]
    return found


def _filters(shown: Presentation) -> Sequence[Choice | Typed]:
    return (
        Typed(name="q", label=_("Search rows")),
        Choice(
            name="in",
            label=_("Printed in"),
            options=[(f"table-{table.name}", table.title) for table in shown.tables],
            blank=_("Anywhere"),
        ),
    )
