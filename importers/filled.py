"""A center's own template: its study numbers in the lists, and what it has stored in the rows if asked for."""

from functools import partial
from typing import Any

from importers.template import no_rows, template_bytes
from registry.rows import patient_names, rows_of
from registry.scope import center_scope


def template_of(center: Any, *, filled: bool = False) -> bytes:
    """Sent back as it is, the filled one changes nothing."""
    with center_scope([center.pk]):
        return template_bytes(
            center_code=center.center_code,
            center_name=center.name,
            patients=patient_names(center.pk),
            rows=partial(rows_of, center=center.pk) if filled else no_rows,
        )
