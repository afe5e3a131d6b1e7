"""The form of a study: the protocol's own fields in sections that follow a statistician's order of work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.editor.nodes import Maker, Node
from analytics.editor.shapes import NOTHING, PROTOCOL, Field, PartOf
from analytics.protocol.population import Population

SECTIONS: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("study", _("Study"), ("id", "version", "title", "title_zh", "source", "cutoff_date", "note", "emulation", "seed")),
    (
        "events",
        pgettext_lazy("of a protocol", "Events"),
        ("population.events", "population.counts", "population.exposures"),
    ),
    ("eligibility", _("Eligibility"), ("population.eligibility",)),
    ("arms", _("Arms and time zero"), ("time_zero", "arms", "defining", "entry")),
    ("endpoints", _("Endpoints"), ("endpoints", "safety")),
    ("covariates", _("Covariates"), ("covariates",)),
    ("design", _("Design"), ("design",)),
    ("models", _("Models and subgroups"), ("cox", "subgroups")),
    ("sensitivity", _("Sensitivity and immortal time"), ("sensitivity", "immortal_time", "imputation")),
    ("conventions", _("Conventions"), ("conventions", "printed")),
)


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
    within, _, last = key.rpartition(".")
    if not within:
        return maker.field(
            _field(PROTOCOL, name=last), value=content.get(last, NOTHING), name=key, part="StudyProtocol"
        )
    part, inner = PartOf(Population), content.get(within)
    value = inner.get(last, NOTHING) if isinstance(inner, Mapping) else NOTHING
    return maker.field(_field(part, name=last), value=value, name=key, part="Population")


def _field(shape: PartOf, *, name: str) -> Field:
    return next(each for each in shape.fields if each.name == name)
