"""What follows from the values on a page that is not saved yet, for its script to show beside the entered ones.

The page's own forms read the values, and the functions that derive what is stored derive what is typed.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.admin.actions import record_or_404
from registry.admin.base import RegistryAdmin
from registry.admin.cross_record_checks import patient_rows
from registry.admin.derived_values import COLUMNS, ON_THE_PAGE, text_of
from registry.admin.entry.nested_rows import with_rows_below
from registry.admin.suggested_grades import suggested_grades
from registry.clinical.response.criteria import Criteria
from registry.clinical.response.target_sums import TargetSum, target_sums
from registry.clinical.timeline import ENTITIES, Timeline, build_timeline
from registry.derived.assessment import ENTERED_OF_ASSESSMENT, ENTERED_OF_BURDEN, Derived, derive
from registry.derived.course import derived_course
from registry.derived.inputs import Inputs, Result
from registry.derived.record import coded_flag
from registry.derived.reference_limits import limits_of_results
from registry.derived.variables import DERIVED_VARIABLES
from registry.models import Assessment, TumorBurden
from registry.models.hierarchy import model_of
from registry.queries.records import ENTITY, PatientRows
from registry.records.history import shown

SUMS: Mapping[Criteria, str] = {"MRECIST": "sum_viable_mm", "RECIST11": "sum_whole_mm"}
DECIMALS = 2  # of a derived number beside its box; it is compared before it is rounded
BESIDE = {"dose_per_m2": "dose_mg", "session_no": "start_date"}  # the box at which a variable without one is shown

Shown = dict[str, Any]


@login_required
@require_POST
def derive_page(request: HttpRequest, entity: str, record_id: int) -> JsonResponse:
    record = record_or_404(request, entity=entity, record_id=record_id) if record_id else None
    model_admin = admin.site._registry.get(model_of(entity))
    if not isinstance(model_admin, RegistryAdmin) or not model_admin.has_change_permission(request, record):
        raise Http404
    form = model_admin.get_form(request, record)(request.POST, instance=record)
    formsets, _inlines = model_admin._create_formsets(request, form.instance, change=record is not None)
    pages = [form, *(row for formset in formsets for row in with_rows_below(formset.forms))]
    entered = [page for page in pages if page is form or ((page.instance.pk or page.has_changed()) and _is_whole(page))]
    beside, summary = _of_course(form, entered=entered), []
    if isinstance(form.instance, Assessment):
        known = _of_assessment(form, entered=entered)
        beside += _beside_assessment(form, entered=entered, known=known)
        summary = _summary(known)
    return JsonResponse({"beside": beside, "summary": summary})


def _is_whole(page: Any) -> bool:
    return not any(page.has_error(name) for name in page.instance.natural_key)


def _of_course(form: Any, *, entered: list[Any]) -> list[Shown]:
    patient = form.patient()
    if patient is None or form.errors.keys() & set(form.instance.natural_key):
        return []
    places: dict[tuple[str, int], Any] = {}
    rows = patient_rows(patient, entered=entered, places=places)
    course = derived_course(_timeline(rows), on=timezone.localdate())
    grades = suggested_grades(rows, sex=patient.sex)
    found = [(each.record, each.values) for each in course.records]
    graded = [(row, grades[row["id"]]) for row in rows.rows.get("adverseevent", ()) if row["id"] in grades]
    found += [(row, {"ae_grade": suggestion.grade}) for row, suggestion in graded]
    notes = {id(row): _(" (no baseline is known)") for row, suggestion in graded if suggestion.lacks_baseline}
    told = list(_sums(rows, places=places))
    for record, values in found:
        page, _box = places.get((record.get(ENTITY, ""), record.get("id", 0)), (None, None))
        if page is not None and page.errors is not None:
            shown_values = [(name, value) for name, value in values.items() if value is not None]
            note = notes.get(id(record), "")
            told += [_told(page, name=name, derived=value, note=note) for name, value in shown_values]
    return [each for each in told if each]


def _sums(rows: PatientRows, *, places: Mapping[tuple[str, int], Any]) -> Iterator[Shown]:
    """The sum of the targets on each scan of the page, with its change from the first and from the smallest before."""
    scans, lesions = rows.rows.get("imagingassessment", ()), rows.rows.get("lesionmeasurement", ())
    for criteria, box in SUMS.items():
        for scan, found in target_sums(scans, lesions=lesions, criteria=criteria).items():
            page, _box = places.get(("imagingassessment", scan), (None, None))
            if page is not None:
                yield _told(page, name=box, derived=found.sum_mm, note=_change(found))


def _change(found: TargetSum) -> str:
    if found.first_mm is None or found.nadir_mm is None:
        return ""
    words = _(" (first {first:g}: {from_first}; smallest {nadir:g}: {from_nadir})")
    told = {"from_first": _percent(found.from_first_pct), "from_nadir": _percent(found.from_nadir_pct)}
    return words.format(first=found.first_mm, nadir=found.nadir_mm, **told)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:+.0f} %"


def _timeline(rows: PatientRows) -> Timeline:
    records: dict[str, Any] = {entity: list(found) for entity, found in rows.rows.items() if entity in ENTITIES}
    sessions = {row["id"]: row for row in rows.rows.get("transarterialsession", ())}
    drugs = rows.rows.get("transarterialagent", ())
    words = ("start_date", "modality")
    above = [{name: sessions.get(row.get("session_id"), {}).get(name) for name in words} for row in drugs]
    records["transarterialagent"] = [{**own, **row} for own, row in zip(above, drugs, strict=True)]
    return build_timeline(records)


def _told(page: Any, *, name: str, derived: Any, note: str = "") -> Shown:
    box = name if name in page.fields else BESIDE.get(name, "")
    if box not in page.fields:
        return {}
    columns = {field.name: field for field in page.instance._meta.concrete_fields}
    entered = getattr(page.instance, name, None) if name == box else None
    if isinstance(derived, float):
        text = f"{round(derived, DECIMALS):g}"
    else:
        text = shown(columns[name], value=derived) if name in columns else str(derived)
    unit = _(" mg/m²") if name == "dose_per_m2" else ""
    return {
        "box": page.add_prefix(box),
        "label": "" if name == box else str(_labels().get(name, "")),
        "text": f"{text}{unit}{note}",
        "differs": entered not in (None, "", []) and not _is_same(entered, derived),
    }


@cache
def _labels() -> Mapping[str, Any]:
    """Of the variables that have no box of their own."""
    return {variable.name: variable.label for variable in DERIVED_VARIABLES}


def _is_same(entered: Any, derived: Any) -> bool:
    if isinstance(entered, int | float) and isinstance(derived, int | float):
        return abs(entered - derived) <= 0.05
    return str(entered) == str(derived)


def _of_assessment(form: Any, *, entered: list[Any]) -> Derived:
    patient, record = form.patient(), form.instance
    stored = list(record.labresult_set.all()) if record.pk else []
    results = {each.analyte_code: Result(value=each.value, comparator=each.comparator) for each in stored}
    typed = {code: Result(value=each.value, comparator=each.comparator) for code, each in form.laboratory.items()}
    burdens = [page.as_stored() for page in entered if isinstance(page.instance, TumorBurden)]
    return derive(
        Inputs(
            assessment=form.as_stored(),
            laboratory={**results, **typed},
            burdens={burden["diameter_basis"]: burden for burden in burdens if burden.get("diameter_basis")},
            limits=limits_of_results(stored, sex=patient.sex if patient else None),
            sex=patient.sex if patient else None,
            birth_date=patient.birth_date if patient else None,
            edmondson_grade=patient.edmondson_grade if patient else None,
        )
    )


def _beside_assessment(form: Any, *, entered: list[Any], known: Derived) -> list[Shown]:
    told = [
        _told(form, name=name, derived=getattr(known, name))
        for name in ENTERED_OF_ASSESSMENT
        if getattr(known, name) is not None
    ]
    return [each for each in (*told, *_beside_burdens(entered, known=known)) if each]


def _beside_burdens(entered: list[Any], *, known: Derived) -> Iterator[Shown]:
    for page in entered:
        burden = known.burdens.get(getattr(page.instance, "diameter_basis", None) or "")
        for name in ENTERED_OF_BURDEN if burden else ():
            claim = getattr(burden, name)
            if claim is not None:
                yield _told(page, name=name, derived=coded_flag(claim))


def _summary(known: Derived) -> list[dict[str, str]]:
    names = [name for line in ON_THE_PAGE for name in line]
    return [{"name": name, "label": str(COLUMNS[name].label), "text": text_of(name, known=known)} for name in names]
