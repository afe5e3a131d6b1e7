"""A center's own template: its study numbers in the lists, and what it has stored in the rows if asked for."""

from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from importers.workbooks.template import no_rows, template_bytes
from registry.access.scope import center_scope
from registry.workbook.omissions import left_out_of
from registry.workbook.rows import patient_names, rows_of

NEVER_IN_IT = _("Hospital numbers; reference limits, methods and sampling times of laboratory samples")


def template_of(center: Any, *, filled: bool = False) -> bytes:
    """Sent back as it is, the filled one changes nothing. Its first page says what of the records it does not hold."""
    with center_scope([center.pk]):
        return template_bytes(
            center_code=center.center_code,
            center_name=center.name,
            patients=patient_names(center.pk),
            rows=partial(rows_of, center=center.pk) if filled else no_rows,
            missing=not_in_it(center.pk) if filled else (),
        )


def not_in_it(center: int) -> list[str | Promise]:
    """Call it inside a scope of this center."""
    return [NEVER_IN_IT, *(one.sentence for one in left_out_of(center))]
