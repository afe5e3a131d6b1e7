"""What a picker shows while one types: terms with their organ class and grades, drugs with their class (ADR 41)."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from registry.admin.entry.pickers import ARTERIAL, SYSTEMIC, TERMS, agent_shown, name_shown
from registry.clinical.adverse_events.ctcae import GENERAL_GRADES, VERSION, VERSIONS, Term
from registry.clinical.adverse_events.synonyms import synonyms
from registry.clinical.adverse_events.term_search import FoundTerm, nearest_terms, resolve_term, search_terms
from registry.clinical.dosing.agent_search import CLASSES, in_order, resolve_agent, search_agents
from registry.clinical.dosing.agents import Agent
from registry.clinical.messages import Message
from registry.ctcae.names import term_of_version
from registry.ctcae.terms import KnownTerms, known_terms
from registry.languages import is_chinese

LONGEST = 120


@login_required
@require_GET
def choice_list(request: HttpRequest, kind: str) -> JsonResponse:
    """`found` in the order of likelihood, and the one that is `meant` without a doubt. Of no patient, so for whoever signed in."""
    typed = " ".join(request.GET.get("q", "")[:LONGEST].split())
    if kind == TERMS:
        return JsonResponse(_terms(typed, version=request.GET.get("version", "")))
    if kind in (ARTERIAL, SYSTEMIC):
        return JsonResponse(_drugs(typed, cytotoxic_first=kind == ARTERIAL))
    raise Http404


def _terms(typed: str, *, version: str) -> dict[str, Any]:
    known = known_terms(version if version in VERSIONS else VERSION)
    among = known.index
    named = known.lookup(term_of_version(typed, version=known.version))
    meant = named or resolve_term(typed, among=among)
    return {
        "found": [_term(found, known=known) for found in search_terms(typed, among=among)],
        "meant": _term(FoundTerm(term=meant), known=known) if meant else None,
        "nearest": [] if meant else [_shown(name, known=known) for name in nearest_terms(typed, among=among)],
    }


def _term(found: FoundTerm, *, known: KnownTerms) -> dict[str, Any]:
    term = found.term
    is_own = is_chinese() and bool(term.term_zh)
    details = [_class(term), *([term.term] if is_own else [])]
    note = _said(synonyms()[found.word].note) if found.word else ""
    return {
        "value": name_shown(term),
        "detail": " · ".join(details),
        "note": ": ".join(filter(None, (found.word, note))),
        "group": "",
        "source": _("Chinese name by this registry, not an official translation.") if is_own else "",
        "grades": _grades(term),
        "wording": f"CTCAE {known.version}" if any(term.definitions) else _without_wording(known),
    }


def _without_wording(known: KnownTerms) -> str:
    if known.is_official:
        return _("The CTCAE list loaded here has no wording of the grades for this term. In general:")
    return _("The full CTCAE list, with the wording of each grade, is not loaded here. In general:")


def _grades(term: Term) -> list[tuple[str, str]]:
    """Of the defined grades, in the words of the list, else in those that hold for any event."""
    words = term.definitions if any(term.definitions) else tuple(map(_said, GENERAL_GRADES))
    return [(str(number), said) for number, said in enumerate(words, start=1) if said and str(number) in term.grades]


def _class(term: Term) -> str:
    return (is_chinese() and term.soc_zh) or term.soc


def _shown(name: str, *, known: KnownTerms) -> str:
    term = known.lookup(name)
    return name_shown(term) if term else name


def _drugs(typed: str, *, cytotoxic_first: bool) -> dict[str, Any]:
    meant = resolve_agent(typed)
    among = in_order(cytotoxic_first=cytotoxic_first)
    near = search_agents(typed, among=among, most=3) if typed and meant is None else []
    return {
        "found": [_drug(agent) for agent in search_agents(typed, among=among)],
        "meant": _drug(meant) if meant else None,
        "nearest": [agent_shown(agent) for agent in near],
    }


def _drug(agent: Agent) -> dict[str, Any]:
    return {
        "value": agent_shown(agent),
        "detail": agent.en if is_chinese() else "",
        "note": "",
        "group": _said(CLASSES[agent.agent_class]),
        "source": "",
        "grades": [],
        "wording": "",
    }


def _said(message: Message) -> str:
    return message.zh if is_chinese() else message.en
