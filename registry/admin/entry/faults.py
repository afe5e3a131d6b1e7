"""What is wrong on a page that came back, each with the way to its field."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`at` is the identifier of the box, "" for what is wrong with a record as a whole. The sentence may hold a link of ours."""

    at: str
    label: str
    text: Any


def faults_of(forms: Iterable[Any]) -> list[Fault]:
    return [fault for number, form in enumerate(forms) if form.is_bound for fault in _of(form, is_row=number > 0)]


def _of(form: Any, *, is_row: bool) -> Iterable[Fault]:
    about = f"{capfirst(str(form.instance._meta.verbose_name))}: " if is_row else ""
    for name, errors in form.errors.items():
        box = form[name] if name in form.fields else None
        label = str(box.label) if box is not None else str(form.instance) if form.instance.pk else ""
        for text in errors:
            yield Fault(at=box.auto_id if box is not None else "", label=f"{about}{label}".strip(": "), text=text)
