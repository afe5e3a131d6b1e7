"""The registry records the whole data dictionary: every variable has its model, its sheet, its codebook entry, its labels
and its place on a form, with one unit and one range wherever it stands. dictionary.csv says what the dictionary asks for."""

import csv
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation

from registry.choices import AnalyteCode
from registry.clinical.ranges import ANALYTE_RANGES, RANGES, Range
from registry.derived.assessment import Derived, DerivedBurden
from registry.derived.variables import DERIVED_VARIABLES
from registry.workbook.codebook import all_entries, as_markdown
from registry.workbook.sheets import sheets
from tests.conftest import Cast

ROOT = Path(__file__).resolve().parents[3]
TREATMENTS = ("transarterialsession", "ablationsession", "resection", "transplant", "radiotherapy")
OF_THE_CENTER = {"center"}  # entered by an administrator, not by centers: no sheet
SYSTEM = {("patient", "center")}  # the center is who uploads

# Entered, and held by an edit check against what follows from other values: nothing is computed in their place.
COMPARED_ONLY = {
    "is_baseline",
    "comorbidity",
    "macrovascular_invasion",
    "extrahepatic_metastasis",
    "progression_date",
    "last_known_alive_date",
    "ae_grade",
    "sir_class",
}
ON_THE_PATIENTS_PAGE = {("patientidentity", "hospital_no")}  # of the patient's own form, stored apart

# Where one range serves a name that two records share, or the dictionary gives limits that most records would break.
WIDER = {
    ("treatment", "line_no"): "one name with the systemic line: the widest limits, the narrower ones by rule",
    ("systemicagent", "line_no"): "as above",
    ("ablationlesion", "lesion_no"): "one name with the lesion of a scan",
    ("lesionmeasurement", "lesion_no"): "one name with the lesion of an ablation",
    ("resection", "transfusion_ml"): "most operations need none: expected from 0",
}


@cache
def dictionary() -> list[dict[str, str]]:
    with (Path(__file__).parent / "dictionary.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def entered() -> list[tuple[str, str]]:
    return [(row["entity"], row["variable"]) for row in dictionary() if row["entered_or_derived"] != "D"]


def derived() -> list[tuple[str, str]]:
    return [(row["entity"], row["variable"]) for row in dictionary() if row["entered_or_derived"] != "E"]


def entities(entity: str) -> tuple[str, ...]:
    return TREATMENTS if entity == "treatment" else (entity,)


def is_analyte(entity: str, variable: str) -> bool:
    return entity == "labresult" and variable in AnalyteCode.values


def on_sheets() -> set[tuple[str, str]]:
    pairs = {(column.entity, column.variable) for sheet in sheets() for column in sheet.columns}
    return pairs | {("labresult", column.name) for sheet in sheets() for column in sheet.columns}


def on_forms(request: HttpRequest) -> set[tuple[str, str]]:
    """What a person can enter: the fields of every page of a record and of the rows below it."""
    pairs: set[tuple[str, str]] = set()
    for model, page in admin.site._registry.items():
        pairs |= {(model._meta.model_name, name) for name in _fields_of(page, request=request)}
        for inline in page.get_inline_instances(request):
            pairs |= {(inline.model._meta.model_name, name) for name in _fields_of(inline, request=request)}
    return pairs


def _fields_of(page: admin.options.BaseModelAdmin, *, request: HttpRequest) -> set[str]:
    return {name for _title, options in page.get_fieldsets(request) for name in flatten(options["fields"])}


def expected_ranges() -> Iterator[tuple[str, dict[str, str], Range]]:
    for row in dictionary():
        known = ANALYTE_RANGES if row["entity"] == "labresult" else RANGES
        if row["variable"] in known and (row["entity"], row["variable"]) not in WIDER:
            yield f"{row['entity']}.{row['variable']}", row, known[row["variable"]]


def test_every_entered_variable_is_recorded_by_its_model() -> None:
    missing = [
        (entity, variable)
        for entity, variable in entered()
        for model in entities(entity)
        if not is_analyte(entity, variable)
        and variable not in {field.name for field in apps.get_model("registry", model)._meta.get_fields()}
    ]
    assert missing == []


def test_every_derived_variable_is_named_and_computed() -> None:
    named = {(variable.entity, variable.name) for variable in DERIVED_VARIABLES}
    assert [pair for pair in derived() if pair not in named and pair[1] not in COMPARED_ONLY] == []
    computed = {field.name for model in (Derived, DerivedBurden) for field in fields(model)}
    assert [
        v.name for v in DERIVED_VARIABLES if v.entity in {"assessment", "tumorburden"} and v.name not in computed
    ] == []


def test_every_entered_variable_stands_on_a_sheet_and_in_the_codebook() -> None:
    sheeted, names = on_sheets(), {(entry.sheet, entry.name) for entry in all_entries()}
    told = {c.variable if c.group else c.name for s in sheets() for c in s.columns if (s.name, c.name) in names}
    wanted = [pair for pair in entered() if pair[0] not in OF_THE_CENTER and pair not in SYSTEM]
    assert [
        (entity, variable)
        for entity, variable in wanted
        for model in entities(entity)
        if (model, variable) not in sheeted
    ] == []
    assert [pair for pair in wanted if pair[1] not in told] == []


def test_every_entered_variable_has_its_place_on_a_form(rf: RequestFactory, cast: Cast) -> None:
    shown: set[tuple[str, str]] = set()
    for person in (cast.data_manager, cast.administrator):
        request = rf.get("/")
        request.user = person
        shown |= on_forms(request)
    wanted = [pair for pair in entered() if not is_analyte(*pair) and pair not in SYSTEM]
    missing = [
        (entity, variable)
        for entity, variable in wanted
        for model in entities(entity)
        if (model, variable) not in shown and (model, variable) not in ON_THE_PATIENTS_PAGE
    ]
    assert missing == []


def test_units_and_ranges_are_those_of_the_dictionary() -> None:
    for name, row, known in expected_ranges():
        if row["unit"]:
            assert known.unit == row["unit"], name
        for side, (low, high) in {"soft": known.soft, "hard": known.hard}.items():
            if row[f"{side}_low"]:
                assert (low, high) == (float(row[f"{side}_low"]), float(row[f"{side}_high"])), f"{name} {side}"


def test_other_units_convert_by_the_dictionary() -> None:
    for name, row, known in expected_ranges():
        told = dict(re.findall(r"(?:^|; )([^;×]+) ×([\d.]+)", row["factors"]))
        assert {unit: float(factor) for unit, factor in known.factors.items() if unit in told} == {
            unit: float(factor) for unit, factor in told.items()
        }, name


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_derived_variable_is_named_in_both_languages(language: str) -> None:
    with translation.override(language):
        labels = {variable.name: str(variable.label) for variable in DERIVED_VARIABLES}
    assert all(labels.values())
    if language == "zh-hans":
        plain = {name for name, label in labels.items() if not re.search(r"[\u4e00-\u9fff]", label)}
        assert plain <= {"meld", "meld_na", "meld_3", "apri"}


def test_the_page_of_the_dictionary_says_what_the_code_says() -> None:
    """Made by `manage.py codebook docs/data-dictionary.md`."""
    assert (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == as_markdown()


def test_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    columns = sum(len(sheet.columns) for sheet in sheets())
    with capsys.disabled():
        print(
            f"\n{len(dictionary())} variables of the dictionary: {len(entered())} entered, {len(derived())} derived; "
            f"{len(AnalyteCode.values)} analytes; {len(sheets())} sheets with {columns} columns"
        )
    assert len(dictionary()) > 360
