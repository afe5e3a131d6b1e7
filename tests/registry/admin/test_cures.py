"""Each defect of Unfold that registry/admin/base cures; those that need a browser are in tests/journeys."""

import pytest
from django import forms
from django.contrib import admin
from django.test import Client, RequestFactory

from registry.admin.base.inlines import RegistryInline
from registry.choices import AnalyteCode
from registry.models import CenterRecord
from registry.workbook.sheets import sheets
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _record_admins() -> list[admin.ModelAdmin]:
    return [known for model, known in admin.site._registry.items() if issubclass(model, CenterRecord)]


def _forms(cast: Cast) -> dict[str, type[forms.ModelForm]]:
    """Every form in which a person enters records: the parents' and those of the rows below them."""
    request = RequestFactory().get("/")
    request.user = cast.data_manager
    found = {}
    for known in _record_admins():
        found[known.model.__name__] = known.get_form(request)
        for inline in known.get_inline_instances(request):
            if inline.has_change_permission(request):
                found[f"{known.model.__name__} > {inline.model.__name__}"] = inline.get_formset(request).form
    return found


def test_a_box_is_called_as_its_variable_is(cast: Cast) -> None:
    fields = _forms(cast)["ImagingAssessment"].base_fields
    assert fields["response_mrecist"].label == "mRECIST response"
    assert fields["sum_whole_mm"].label == "Sum of longest diameters (mm)"


def test_every_choice_without_default_begins_blank(cast: Cast) -> None:
    checked = 0
    for where, form in _forms(cast).items():
        for name, field in form.base_fields.items():
            if (
                isinstance(field, forms.ChoiceField)
                and not isinstance(field, forms.MultipleChoiceField)
                and field.initial is None
            ):
                assert next(iter(field.choices))[0] == "", f"{where}: {name} would be preselected"
                checked += 1
    assert checked > 30


def test_empty_row_of_an_inline_begins_blank_in_the_page(entering: Client) -> None:
    page = entering.get("/admin/registry/patient/add/").content.decode()
    row = page.split('name="transarterialsession_set-__prefix__-modality"')[1].split("</select>")[0]
    assert row.index('value=""') < row.index('value="TAE"')
    assert "selected" not in row.replace('value="" selected', "")


def test_rows_of_inlines_name_every_input(cast: Cast) -> None:
    for where, form in _forms(cast).items():
        if ">" not in where:
            continue
        for name, field in form.base_fields.items():
            if not isinstance(field.widget, forms.CheckboxSelectMultiple | forms.HiddenInput):
                assert field.widget.attrs.get("aria-label"), f"{where}: {name}"


def test_record_forms_are_not_compressed() -> None:
    assert all(known.compressed_fields is False for known in _record_admins())


def test_every_inline_of_a_record_is_a_registry_inline() -> None:
    assert all(issubclass(inline, RegistryInline) for known in _record_admins() for inline in known.inlines)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_dates_are_written_year_first_in_both_languages(entering: Client, make_patient, language: str) -> None:
    patient = make_patient()
    entering.cookies["django_language"] = language
    assert 'value="1960-05-17"' in entering.get(f"/admin/registry/patient/{patient.pk}/change/").content.decode()
    entering.post("/lists/columns/", {"list": "patient", "column": ["local_id", "diagnosis_date"]})
    assert "2015-03-02" in entering.get("/admin/registry/patient/").content.decode()


def test_nothing_is_loaded_from_elsewhere(entering: Client) -> None:
    page = entering.get("/admin/registry/patient/add/").content.decode()
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_every_variable_that_a_center_sends_can_be_entered(cast: Cast) -> None:
    reachable = {
        (form._meta.model._meta.model_name, name) for form in _forms(cast).values() for name in form.base_fields
    }
    sent = {(column.entity, column.variable) for sheet in sheets() for column in sheet.columns if column.entity}
    sent -= {
        ("patientidentity", "hospital_no"),
        ("labresult", "value"),
        ("labresult", "value_code"),
    }  # boxes of their own
    assert sent - reachable == set()
    assert {f"laboratory_{code}" for code in AnalyteCode.values} <= set(_forms(cast)["Assessment"].base_fields)
