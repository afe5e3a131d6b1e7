"""What the type checker knows of the classes that ours stand before. At run time a mixin has no base, and a form Django's own."""

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from django.contrib.admin.options import BaseModelAdmin, ModelAdmin
    from django.http import HttpRequest

    class AdminBase(BaseModelAdmin):
        """An admin or an inline."""

    class PageBase(ModelAdmin):
        """An admin, with what django-stubs leaves out."""

        def _create_formsets(self, request: HttpRequest, obj: Any, change: Any) -> tuple[list[Any], list[Any]]: ...

    class FormBase(forms.ModelForm):
        """A form, with what django-stubs leaves out."""

        def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any: ...
        def _get_validation_exclusions(self) -> set[str]: ...
        def _post_clean(self) -> None: ...
else:
    AdminBase = PageBase = object
    FormBase = forms.ModelForm
