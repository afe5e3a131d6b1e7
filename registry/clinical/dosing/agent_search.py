"""A drug found by what a person types: its name in either language, its code, a trade name or abbreviation of charts, its class.

The words of charts are in agent_synonyms.csv, several for one drug parted by |.
"""

import csv
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from registry.clinical.dosing.agents import Agent, agents
from registry.clinical.messages import Message

SYNONYMS_FILE = Path(__file__).with_name("agent_synonyms.csv")
CYTOTOXIC = "CHEMO"
SHORTEST_BEGINNING, SHORTEST_CHINESE = 4, 2  # letters that may stand for a whole name
ALIKE = 0.6  # of two spellings, as difflib counts
BY_CLASS = 20  # the rank of a drug found by its class alone

CLASSES: Mapping[str, Message] = MappingProxyType(
    {
        "TKI": Message("Tyrosine kinase inhibitor", "酪氨酸激酶抑制剂"),
        "VEGF_MAB": Message("Anti-VEGF antibody", "抗VEGF单抗"),
        "PD1": Message("PD-1 antibody", "PD-1单抗"),
        "PDL1": Message("PD-L1 antibody", "PD-L1单抗"),
        "CTLA4": Message("CTLA-4 antibody", "CTLA-4单抗"),
        "BISPEC": Message("Bispecific antibody", "双特异性抗体"),
        "CHEMO": Message("Cytotoxic drug", "细胞毒药物"),
        "CELL": Message("Cell therapy", "细胞治疗"),
        "OTH": Message("Other", "其他"),
    }
)


class _Name(NamedTuple):
    name: str
    agent: Agent
    is_own: bool


def in_order(*, cytotoxic_first: bool) -> tuple[Agent, ...]:
    """Of an artery the cytotoxic drugs first; of a systemic line by class, in the order of the table."""
    if not cytotoxic_first:
        return agents()
    return tuple(sorted(agents(), key=lambda agent: agent.agent_class != CYTOTOXIC))


def search_agents(typed: str, *, among: Sequence[Agent], most: int | None = None) -> list[Agent]:
    """In the order of `among` where equally near; all of them where nothing is typed, those spelled alike where nothing fits."""
    asked = _plain(typed)
    if not asked:
        return list(among[:most])
    ranked = [(rank, agent) for agent in among if (rank := _rank(asked, agent=agent)) is not None]
    found = [agent for _, agent in sorted(ranked, key=lambda pair: pair[0])]
    return (found or _alike(asked))[:most]


def resolve_agent(typed: str) -> Agent | None:
    """The drug that is meant without a doubt: by any name in full, or the beginning of one drug and no other.

    >>> [resolve_agent(typed).agent_code for typed in ("阿霉素", "5-FU", "lenva")]
    ['DOXORUBICIN', 'FLUOROURACIL', 'LENVATINIB']
    """
    asked = _plain(typed)
    if not asked:
        return None
    named = [name.agent for name in _names() if name.name == asked]
    if named:
        return named[0]
    if len(asked) < (SHORTEST_BEGINNING if asked.isascii() else SHORTEST_CHINESE):
        return None
    begun = {name.agent for name in _names() if name.is_own and name.name.startswith(asked)}
    return begun.pop() if len(begun) == 1 else None


def _rank(asked: str, *, agent: Agent) -> int | None:
    ranks = [rank for name in _names() if name.agent is agent and (rank := _nearness(asked, name=name)) is not None]
    of_class = CLASSES[agent.agent_class]
    if not ranks and any(_plain(name).startswith(asked) for name in (of_class.en, of_class.zh, agent.agent_class)):
        ranks = [BY_CLASS]
    return min(ranks, default=None)


def _nearness(asked: str, *, name: _Name) -> int | None:
    tests = (asked == name.name, name.name.startswith(asked), asked in name.name)
    nearness = next((rank for rank, holds in enumerate(tests) if holds), None)
    return None if nearness is None else 2 * nearness + (not name.is_own)


def _alike(asked: str) -> list[Agent]:
    by_name = {name.name: name.agent for name in reversed(_names())}
    return list(dict.fromkeys(by_name[name] for name in get_close_matches(asked, list(by_name), n=6, cutoff=ALIKE)))


@cache
def _names() -> tuple[_Name, ...]:
    return tuple(_all_names())


def _all_names() -> Iterator[_Name]:
    for agent in agents():
        for name in (agent.en, agent.zh, agent.agent_code):
            yield _Name(_plain(name), agent, is_own=True)
    by_code = {agent.agent_code: agent for agent in agents()}
    with SYNONYMS_FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for word in row["words"].split("|"):
                yield _Name(_plain(word), by_code[row["agent_code"]], is_own=False)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
