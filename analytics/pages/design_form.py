"""The form in which another design is tried: the planned one with other settings."""

from collections.abc import Mapping
from typing import Any, get_args

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.protocol.design import Method, Scale, WeightType
from analytics.protocol.key_labels import option_label
from analytics.protocol.population import StudyProtocol
from analytics.protocol.redesign import DesignSettings, offered_covariates, settings_of
from analytics.report.labels import in_language, variable_label

INPUT = {"class": "caliper-input", "autocomplete": "off"}


class DesignForm(forms.Form):
    """Numbers are typed as text: a wheel or an arrow key never changes one unseen."""

    method = forms.ChoiceField(label=pgettext_lazy("of a design", "Method"), widget=forms.Select(attrs=INPUT))
    weights = forms.ChoiceField(label=_("Weights (weighting only)"), widget=forms.Select(attrs=INPUT))
    ratio = forms.IntegerField(
        label=_("Partners of each (nearest neighbor only)"),
        min_value=1,
        max_value=20,
        widget=forms.TextInput(attrs={**INPUT, "inputmode": "numeric"}),
    )
    caliper_width = forms.FloatField(
        label=_("Caliper (blank: none)"),
        min_value=0,
        required=False,
        widget=forms.TextInput(attrs={**INPUT, "inputmode": "decimal"}),
    )
    scale = forms.ChoiceField(label=_("Scale of the score"), widget=forms.Select(attrs=INPUT))
    covariates = forms.MultipleChoiceField(
        label=_("Covariates of the score"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, plan: StudyProtocol, *, data: Mapping[str, Any] | None = None) -> None:
        planned = settings_of(plan)
        self.caliper_unit = planned.caliper_unit
        initial = {name: getattr(planned, name) for name in self.base_fields}
        super().__init__(data, initial=initial, auto_id="design_%s")
        self._offer("method", values=get_args(Method), key="method")
        self._offer("weights", values=get_args(WeightType), key="type")
        self._offer("scale", values=get_args(Scale), key="scale")
        choices = [(one.name, variable_label(one.reads)) for one in offered_covariates(plan)]
        self.fields["covariates"].choices = choices  # type: ignore[attr-defined]

    def _offer(self, name: str, *, values: tuple[str, ...], key: str) -> None:
        choices = [(value, lazystr(in_language(option_label(value, key=key)))) for value in values]
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def settings(self) -> DesignSettings:
        """Of a form that is valid."""
        content = {**self.cleaned_data, "covariates": tuple(self.cleaned_data["covariates"])}
        return DesignSettings(**content, caliper_unit=self.caliper_unit)
