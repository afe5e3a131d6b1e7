"""Boxes in which a term or a drug is found while one types: shown by name in the reader's language, stored by its one name.

A box is one of text: what is typed in it is resolved here, with the list that opens in a browser and without (ADR 41).
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from registry.admin.entry.fields import TextField
from registry.clinical.adverse_events.ctcae import Term
from registry.clinical.dosing.agent_search import in_order, resolve_agent, search_agents
from registry.clinical.dosing.agents import Agent, lookup
from registry.ctcae.names import term_named, typed_term
from registry.fields import CtcaeTermField
from registry.languages import is_chinese
from registry.models import TransarterialAgent
from registry.records.laboratory_values import quoted

AGENT = "agent_code"
TERMS, ARTERIAL, SYSTEMIC = "terms", "arterial", "systemic"  # the lists, as a box and its script name them


class PickerInput(UnfoldAdminTextInputWidget):
    def __init__(self, *, picks: str) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false", "data-picker": picks})


class TermField(TextField):
    """A CTCAE term of any version; which version counts is said in another box of the form, so the form decides at last."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=PickerInput(picks=TERMS), **options)

    def prepare_value(self, value: Any) -> Any:
        term = term_named(value) if isinstance(value, str) else None
        return name_shown(term) if term else value

    def to_python(self, value: Any) -> str:
        return typed_term(" ".join(str(super().to_python(value) or "").split()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        typed = " ".join(str(data or "").split())
        return typed != self.prepare_value(initial) and super().has_changed(initial, self.to_python(data))


class DrugField(TextField):
    def __init__(self, *, picks: str, **options: Any) -> None:
        super().__init__(widget=PickerInput(picks=picks), **options)

    def prepare_value(self, value: Any) -> Any:
        agent = lookup(value) if isinstance(value, str) else None
        return agent_shown(agent) if agent else value

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        found = resolve_agent(text)
        if text and found is None:
            near = search_agents(text, among=in_order(cytotoxic_first=False), most=3)
            sentence = _("“%(found)s” is not a drug of this registry. Closest matches: %(near)s")
            named = " · ".join(map(agent_shown, near)) or "–"
            raise ValidationError(sentence % {"found": quoted(text), "near": named}, code="invalid")
        return found.agent_code if found else ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return super().has_changed(initial, self.to_python(data))
        except ValidationError:
            return True


def name_shown(term: Term) -> str:
    return term.term_zh if is_chinese() and term.term_zh else term.term


def agent_shown(agent: Agent) -> str:
    return agent.zh if is_chinese() else agent.en


def picked(variable: models.Field, *, instead_of: forms.Field) -> forms.Field:
    """The box of a term or drug in place of Django's; every other one as it is."""
    same = {"label": instead_of.label, "required": instead_of.required, "help_text": instead_of.help_text}
    if isinstance(variable, CtcaeTermField):
        return TermField(max_length=variable.max_length, **same)
    if variable.name == AGENT:
        return DrugField(picks=ARTERIAL if variable.model is TransarterialAgent else SYSTEMIC, **same)
    return instead_of
