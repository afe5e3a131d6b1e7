"""What people type into every numeric and date field of every form: stored as meant, or refused in words."""

import datetime
import re

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client, RequestFactory
from django.utils import translation

from registry.access.scope import center_scope
from registry.admin.entry.fields import DayField, NumberField, PartialDate, TypedNumber, WholeNumberField
from registry.choices import AnalyteCode
from registry.clinical.ranges import ANALYTE_RANGES
from registry.models import CenterRecord, Patient
from registry.models.base.record import PRECISION
from registry.records.laboratory_values import NotALaboratoryValue, read_value
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

LONG = "字" * 4000
# What is typed, and the number meant; None where nobody but the writer knows, or it is none.
NUMBERS = {
    "41": 41, "41.0": 41, "４１": 41, "41 ": 41, "　41　": 41, "\t41": 41, "+41": 41, "": None, "   ": None,
    "1,5": ..., "1，5": ..., "1。5": ..., "36,8": ..., "0,125": ..., "1·5": ..., "1.2.3": ..., "1 5": ..., "4\t1": ..., "<41": ...,
    "41 furlongs": ..., "😀": ..., "مرحبا": ..., "‏41 نعم": ..., "NaN": ..., "1e999": ..., LONG: ..., "9" * 400: ...,
}  # fmt: skip
FRACTIONS = {"1.5": 1.5, "１．５": 1.5, "41.2 ": 41.2, ".5": 0.5, "1.5e0": 1.5}
DAY = datetime.date(2023, 1, 20)
WHOLE_DATES = (
    "2023-01-20", "2023/1/20", "2023.1.20", "20230120", "2023年1月20日", "2023 年 1 月 20 日", "２０２３－０１－２０", "2023。1。20",
    "20-Jan-2023", "20 January 2023", "Jan 20, 2023", " 2023-01-20 ", "\t2023-1-20", "2023-01-20 08:30",
)  # fmt: skip
PARTIAL_DATES = {"1961": ("1961-07-01", "Y"), "1961年": ("1961-07-01", "Y"), "2023-01": ("2023-01-15", "M")}
PARTIAL_DATES |= {"2023年1月": ("2023-01-15", "M"), "2023/1": ("2023-01-15", "M"), "Jan-2023": ("2023-01-15", "M")}
NO_DATES = (
    "03/04/2019", "3-4-19", "2024-02-30", "2023-13-01", "2023-00", "0212-01-01", "3023-01-01", "yesterday", "20-Foo-2023", "😀", "مرحبا",
    "1,5", LONG, "2023-01-20-05",
)  # fmt: skip


@pytest.fixture
def every_field(cast: Cast) -> dict[str, forms.Field]:
    """Of every form in which something is entered, those of administrators too, by the model and the name."""
    found = {}
    for user in (cast.data_manager, cast.administrator):
        request = RequestFactory().get("/")
        request.user = user
        for known in admin.site._registry.values():
            if known.model._meta.app_label != "registry" or not known.has_change_permission(request):
                continue
            shown = [known.get_form(request)]
            shown += [inline.get_formset(request).form for inline in known.get_inline_instances(request)]
            found |= {
                f"{form._meta.model.__name__}.{name} on {known.model.__name__}": field
                for form in shown
                for name, field in form.base_fields.items()
            }
    return found


def _fields(every_field: dict[str, forms.Field], *kinds: type) -> dict[str, forms.Field]:
    return {where: field for where, field in every_field.items() if isinstance(field, kinds)}


def _answer(field: forms.Field, text: str) -> object:
    """The value, or the words of the refusal."""
    try:
        return field.to_python(text)
    except ValidationError as refused:
        return " ".join(refused.messages)


def test_every_number_and_date_that_can_be_entered_is_typed_as_text(every_field: dict[str, forms.Field]) -> None:
    for where, field in every_field.items():
        assert getattr(field.widget, "input_type", "text") not in {"number", "date", "datetime-local"}, where
        if isinstance(field, forms.IntegerField | forms.FloatField) and not isinstance(field.widget, forms.HiddenInput):
            assert isinstance(field, TypedNumber), where
            assert field.widget.attrs["inputmode"] == "decimal", where
        if isinstance(field, forms.DateField):
            assert isinstance(field, DayField), where
    entered = {where.split(" on ")[0] for where in _fields(every_field, TypedNumber, DayField)}
    kinds = (models.FloatField, models.IntegerField, models.DateField)
    declared = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("registry").get_models()
        for field in model._meta.concrete_fields
        if model.__name__ in {where.split(".")[0] for where in entered} - {"Job"}
        and issubclass(model, CenterRecord)
        and field.editable
        and isinstance(field, kinds)
        and not isinstance(field, models.DateTimeField | models.AutoField)
    }
    assert len(declared) > 70
    assert not declared - entered


def test_no_keystroke_becomes_another_number(every_field: dict[str, forms.Field]) -> None:
    stored = refused = 0
    for where, field in _fields(every_field, TypedNumber).items():
        is_whole = isinstance(field, WholeNumberField)
        meant = {**NUMBERS, **(dict.fromkeys(FRACTIONS, ...) if is_whole else FRACTIONS)}
        for text, value in meant.items():
            answer = _answer(field, text)
            if value is ...:
                assert isinstance(answer, str), (where, text[:20], answer)
                assert text.strip()[:20].strip("\t") in answer, (where, answer)
                assert len(answer) < 300
                refused += 1
            else:
                assert answer == value, (where, text)
                stored += 1
    print(f"numbers: {stored} stored as meant, {refused} refused in words")
    assert stored + refused > 2500


@pytest.mark.parametrize("text", ["1,5", "1。5", "1，5"])
def test_a_number_without_its_point_is_asked_about(text: str) -> None:
    said = _answer(NumberField(), text)
    assert said == f"“{text}” could be 1.5 or 15. Enter it with a decimal point."
    with pytest.raises(NotALaboratoryValue, match=re.escape(str(said))):
        read_value(text, analyte="alb")


def test_the_laboratory_panel_reads_numbers_alike() -> None:
    analytes = [code for code in AnalyteCode.values if code in ANALYTE_RANGES]
    assert len(analytes) > 40
    for analyte in analytes:
        for text in [text for text, value in NUMBERS.items() if value is ... and text != "<41"]:
            with pytest.raises(NotALaboratoryValue):
                read_value(text, analyte=analyte)


def test_every_spelling_of_a_date_is_read_in_every_date_field(every_field: dict[str, forms.Field]) -> None:
    stored = refused = 0
    for where, field in _fields(every_field, DayField).items():
        for text in WHOLE_DATES:
            assert _answer(field, text) == DAY, (where, text)
            stored += 1
        for text, (day, precision) in PARTIAL_DATES.items():
            answer = _answer(field, text)
            if field.may_be_partial:
                assert isinstance(answer, PartialDate), (where, text)
                assert (answer.isoformat(), answer.precision) == (day, precision)
                stored += 1
            else:
                assert text in str(answer), (where, answer)
                assert "full date" in str(answer), (where, answer)
                refused += 1
        for text in NO_DATES:
            answer = _answer(field, text)
            assert isinstance(answer, str), (where, text)
            assert text[:20] in answer, where
            assert "2023年1月20日" in answer, where
            refused += 1
    print(f"dates: {stored} stored as meant, {refused} refused in words")
    assert stored + refused > 1500


def test_no_page_has_a_box_whose_value_a_browser_turns() -> None:
    """Accounts, delegations, uploads and studies too, whose forms are not the admin's."""
    turning = re.compile(r"""type\s*[=:]\s*["'](number|range|date|month|week|time|datetime-local)["']""")
    written = [
        path
        for folder, kind in (("templates", "html"), ("static", "js"))
        for path in (settings.BASE_DIR / folder).rglob(f"*.{kind}")
        if "vendor" not in path.parts
    ]
    assert len(written) > 100
    assert [str(path) for path in written if turning.search(path.read_text(encoding="utf-8"))] == []


def test_a_refusal_of_a_date_names_its_rule() -> None:
    said = {text: str(_answer(DayField(), text)) for text in ("03/04/2019", "2024-02-30", "1850-01-01")}
    assert "The year goes first." in said["03/04/2019"]
    assert "not a day of the calendar" in said["2024-02-30"]
    assert "1900–2100" in said["1850-01-01"]
    with translation.override("zh-hans"):
        assert "“2024-02-30”在日历上不存在" in str(_answer(DayField(), "2024-02-30"))


def _patient(cast: Cast) -> Patient:
    with center_scope([cast.center.pk]):
        return Patient.objects.get()


@pytest.mark.parametrize(
    ("typed", "day", "precision"), [("1961", "1961-07-01", "Y"), ("1961-05", "1961-05-15", "M"), ("1961年5月3日", "1961-05-03", None)]
)  # fmt: skip
def test_a_date_says_itself_how_exactly_it_is_known(
    entering: Client, patient_form, cast: Cast, typed: str, day: str, precision: str | None
) -> None:
    answer = entering.post("/admin/registry/patient/add/", patient_form(birth_date=typed, _continue="1"))
    assert answer.status_code == 302
    patient = _patient(cast)
    assert (patient.birth_date.isoformat(), patient.birth_date_precision) == (day, precision)
    page = entering.get(answer["Location"]).content.decode()
    shown = typed if precision else day
    assert re.search(rf'name="birth_date" value="{shown}"', page), "an invented day is shown"


def _saved_again(entering: Client, patient: Patient, **changes: object) -> tuple[int, Patient]:
    address = f"/admin/registry/patient/{patient.pk}/change/"
    page = entering.get(address)
    inlines = [inline.formset for inline in page.context["inline_admin_formsets"]]
    shown = [
        page.context["adminform"].form,
        *(form for each in inlines for form in (each.management_form, *each.forms)),
    ]
    form = {box.html_name: box.value() for each in shown for box in each if box.value() not in (None, [])}
    answer = entering.post(address, {**form, **changes, "_reason_code": "TRANSCR", "_continue": "1"})
    return answer.status_code, Patient.objects.get(pk=patient.pk)


def test_a_partial_date_left_alone_stays_and_a_completed_one_is_known_to_the_day(
    entering: Client, cast: Cast, make_patient
) -> None:
    patient = make_patient(birth_date=datetime.date(1961, 7, 1), birth_date_precision="Y")
    with center_scope([cast.center.pk], by=cast.data_manager, reason="test"):
        status, same = _saved_again(entering, patient, smoking_status="NEV")
        assert (status, same.birth_date_precision, same.smoking_status) == (302, "Y", "NEV")
        status, whole = _saved_again(entering, patient, birth_date="1961-07-01")
        assert (status, whole.birth_date.isoformat(), whole.birth_date_precision) == (302, "1961-07-01", "D")
        status, again = _saved_again(entering, patient, birth_date="1961")
        assert (status, again.birth_date_precision) == (302, "Y")
        status, same = _saved_again(entering, patient, birth_date_precision="M")
        assert (status, same.birth_date_precision) == (200, "Y")


def test_a_row_without_a_box_for_it_keeps_how_exactly_its_date_is_known(
    entering: Client, patient_form, cast: Cast
) -> None:
    rows = {"ablationsession": [{"start_date": "2019-03", "ablation_modality": "MWA"}]}
    answer = entering.post("/admin/registry/patient/add/", patient_form(rows=rows, _continue="1"))
    assert answer.status_code == 302
    with center_scope([cast.center.pk]):
        patient = Patient.objects.get()
        assert patient.ablationsession_set.get().start_date_precision == "M"
        assert (
            f"start_date{PRECISION}"
            not in entering.get(answer["Location"]).content.decode().split("ablationsession_set-0-")[1]
        )


def test_a_text_longer_than_its_column_is_refused_and_shown_whole(entering: Client, patient_form) -> None:
    page = entering.get("/admin/registry/patient/add/").content.decode()
    assert 'maxlength="' not in page.split('id="patient_form"')[1].split("</form>")[0]
    said = entering.post("/admin/registry/patient/add/", patient_form(hospital_no=LONG, _continue="1"))
    assert said.status_code == 200
    assert LONG in said.content.decode()
