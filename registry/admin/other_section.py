"""The last section of a form: the variables of its record that no section names, so that none is ever without a place."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.fields import CodesField
from registry.models import CenterRecord
from registry.workbook.sheets import entered_fields

Fieldset = tuple[Any, Any]  # title and options
OTHER = _("Other")
VALUES_A_ROW = 4


def with_other_section(sections: Iterable[Fieldset], *, model: type[CenterRecord]) -> list[Fieldset]:
    declared: list[Any] = list(sections)
    placed = {*flatten_fieldsets(declared)}
    left = [field for field in entered_fields(model) if field.editable and field.name not in placed]
    return [*declared, (OTHER, {"fields": tuple(_rows(left))})] if left else declared


def _rows(fields: list[models.Field]) -> Iterator[Any]:
    """Check boxes take the width of the form."""
    narrow = [field.name for field in fields if not isinstance(field, CodesField)]
    yield from (tuple(narrow[at : at + VALUES_A_ROW]) for at in range(0, len(narrow), VALUES_A_ROW))
    yield from (field.name for field in fields if isinstance(field, CodesField))
