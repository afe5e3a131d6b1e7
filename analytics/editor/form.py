"""The form of a study: the protocol's own fields in sections that follow a statistician's order of work."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.editor.nodes import Maker, Node
from analytics.editor.shapes import NOTHING, PROTOCOL, Field, PartOf

SECTIONS: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("study", _("Study"), ("id", "version", "title", "title_zh", "source", "cutoff_date", "note", "emulation", "seed")),
    ("events", _("Events"), ("population.events", "population.counts", "population.exposures")),
    ("eligibility", _("Eligibility"), ("population.eligibility",)),
    ("arms", _("Arms and time zero"), ("time_zero", "arms", "defining", "entry")),
    ("endpoints", _("Endpoints"), ("endpoints", "safety")),
    ("covariates", _("Covariates"), ("covariates",)),
    ("design", _("Design"), ("design",)),
    ("models", _("Models and subgroups"), ("cox", "subgroups")),
    ("sensitivity", _("Sensitivity and immortal time"), ("sensitivity", "immortal_time", "imputation")),
    ("conventions", _("Conventions"), ("conventions", "printed")),
)
OPTIONAL_AT_FIRST = ("source", "seed")  # stand open although they may stay empty


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    code: str
    title: str
    nodes: tuple[Node, ...]


def form_sections(content: Mapping[str, Any]) -> tuple[FormSection, ...]:
    return tuple(
        FormSection(code=code, title=str(title), nodes=tuple(_node(key, content=content) for key in keys))
        for code, title, keys in SECTIONS
    )


def _node(key: str, *, content: Mapping[str, Any]) -> Node:
    maker = Maker(content=content)
    shape, value, part = PROTOCOL, content, "StudyProtocol"
    *above, last = key.split(".")
    for step in above:
        field = _field(shape, name=step)
        assert isinstance(field.shape, PartOf)
        shape, part = field.shape, field.shape.model.__name__
        inner = value.get(step)
        value = inner if isinstance(inner, Mapping) else {}
    node = maker.field(_field(shape, name=last), value=value.get(last, NOTHING), name=key, part=part)
    return replace(node, title="")


def _field(shape: PartOf, *, name: str) -> Field:
    return next(each for each in shape.fields if each.name == name)
