"""Tables as a paper prints them, pasted or sent as a file and held against themselves; nothing is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from analytics.audit.audit import audit
from analytics.audit.entries import PrintedTable
from analytics.audit.files import tables_of_file, tables_of_text
from analytics.errors import AnalysisError
from analytics.pages.views import for_readers_of_studies
from analytics.report.labels import in_language
from registry.pages.context import page_context


@require_http_methods(["GET", "POST"])
@for_readers_of_studies
def check_table(request: HttpRequest) -> HttpResponse:
    context = _checked(request) if request.method == "POST" else {}
    shown = {**page_context(request, title=_("Check a published table")), "text": request.POST.get("text", "")}
    return render(request, "analytics/check_table.html", {**shown, **context})


def _checked(request: HttpRequest) -> dict[str, object]:
    try:
        tables = _tables(request)
    except AnalysisError as error:
        return {"refusals": [in_language(message) for message in error.messages]}
    findings = [(finding, in_language(finding.message)) for finding in audit(tables)]
    numbers = sum(len(table.entries) + len(table.tested) for table in tables)
    return {"is_checked": True, "tables": tables, "numbers": numbers, "findings": findings}


def _tables(request: HttpRequest) -> list[PrintedTable]:
    """Of the file where there is one, else of the text."""
    file = request.FILES.get("file")
    if file is not None:
        return tables_of_file(file.read(), name=str(file.name))
    return tables_of_text(request.POST.get("text", ""), name=_("Pasted table"))
