"""A pasted laboratory printout, as what each box of the panel would say: shown first, put into the boxes only when confirmed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.admin.permissions import centers
from registry.choices import AnalyteCode
from registry.clinical.laboratory.analyte_names import folded_name
from registry.clinical.laboratory.printout import Printed, read_printout
from registry.clinical.ranges import ANALYTE_RANGES
from registry.records.laboratory_values import NotALaboratoryValue, read_value, shown_unit

BOX = "laboratory_"  # before the code of an analyte, in the names of the panel's boxes


@login_required
@require_POST
def printout_page(request: HttpRequest) -> JsonResponse:
    if not centers(request, may="enter_records"):
        raise Http404
    printout = read_printout(request.POST.get("text", ""), names=_names(), units=_units())
    values = Counter({(each.analyte, each.value, each.unit) for each in printout.results})
    times = Counter(analyte for analyte, _value, _unit in values)
    rows = {(each.analyte, each.value, each.unit): each for each in printout.results}
    shown = [_shown(each, is_repeated=times[each.analyte] > 1) for each in rows.values()]
    return JsonResponse({"results": shown, "others": printout.others})


def _shown(printed: Printed, *, is_repeated: bool) -> dict[str, Any]:
    """`text` is what the box would hold, "" where there is a `problem`; `note` says what was assumed."""
    label, unit = str(AnalyteCode(printed.analyte).label), _unit(printed.analyte)
    about = {"box": f"{BOX}{printed.analyte}", "label": label, "line": printed.line, "text": "", "note": ""}
    try:
        read = read_value(f"{printed.value} {printed.unit}".strip(), analyte=printed.analyte)
    except NotALaboratoryValue as problem:
        return {**about, "problem": str(problem)}
    if is_repeated:
        return {**about, "problem": _("Found more than once with different values. Enter the right one yourself.")}
    text = read.value_code or read.missing_reason or f"{printed.value} {printed.unit}".strip()
    is_assumed = read.value is not None and unit and not printed.unit
    note = _("no unit given: taken as %(unit)s") % {"unit": unit} if is_assumed else ""
    return {**about, "text": text, "note": note, "problem": ""}


def _unit(analyte: str) -> str:
    return shown_unit(ANALYTE_RANGES[analyte].unit) if analyte in ANALYTE_RANGES else ""


@cache
def _names() -> Mapping[str, str]:
    """What the registry calls the analytes, in each language, by folded name."""
    return dict(_labels())


def _labels() -> Iterator[tuple[str, str]]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield from ((folded_name(str(label)), code) for code, label in AnalyteCode.choices)


@cache
def _units() -> Mapping[str, tuple[str, ...]]:
    return {
        code: tuple(filter(None, (known.unit, shown_unit(known.unit), *known.factors)))
        for code, known in ANALYTE_RANGES.items()
    }
