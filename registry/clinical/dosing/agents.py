"""The drugs given through the artery or into the whole body: what each is, and the doses expected of it.

Source: the registry's data dictionary, sections 5.2 and 10; ATC codes from the WHO index of April 2026. The table is in
agents.csv, one row per agent.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

AGENTS_FILE = Path(__file__).with_name("agents.csv")

PD1_OR_PDL1 = frozenset({"PD1", "PDL1"})
CHECKPOINT_INHIBITORS = PD1_OR_PDL1 | {"CTLA4", "BISPEC"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDose:
    """Doses outside `soft` deserve a warning, outside `hard` they are refused; limits are inclusive.

    `unit` is mg/d (by mouth), mg (per infusion or session), mg/kg or mg/m2. `most_mg` is the largest dose of a session in mg.
    """

    unit: str
    soft: tuple[float, float]
    hard: tuple[float, float] | None = None
    most_mg: float | None = None

    def expects(self, dose: float) -> bool:
        return self.soft[0] <= dose <= self.soft[1]

    def allows(self, dose: float) -> bool:
        return self.hard is None or self.hard[0] <= dose <= self.hard[1]


BEAD_DOXORUBICIN = AgentDose(unit="mg", soft=(50, 150), hard=(5, 200))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """`agent_class`: TKI, VEGF_MAB, PD1, PDL1, CTLA4, BISPEC, CHEMO, CELL or OTH. `atc` None: not in the WHO index.

    `dose` None: no range is agreed.
    """

    agent_code: str
    en: str
    zh: str
    agent_class: str
    atc: str | None
    is_anti_angiogenic: bool
    dose: AgentDose | None

    @property
    def target(self) -> str:
        """The class, but PD-1 and PD-L1 as one: both block the same signal."""
        return "PD-(L)1" if self.agent_class in PD1_OR_PDL1 else self.agent_class


@cache
def agents() -> tuple[Agent, ...]:
    """All agents, in the order of their classes."""
    with AGENTS_FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(_agent(row) for row in csv.DictReader(lines))


def lookup(agent_code: str | None) -> Agent | None:
    """The agent of this code, whatever its case and the spaces around it; None for an unknown one."""
    return _by_code().get((agent_code or "").strip().upper())


def is_anti_angiogenic(agent_code: str | None) -> bool | None:
    """Whether the agent counts as anti-angiogenic (Cao 2024); None for an unknown agent."""
    agent = lookup(agent_code)
    return None if agent is None else agent.is_anti_angiogenic


def is_pd1_or_pdl1(agent_code: str | None) -> bool | None:
    """Whether the agent is an antibody against PD-1 or PD-L1 alone, not a bispecific one; None for an unknown agent."""
    agent = lookup(agent_code)
    return None if agent is None else agent.agent_class in PD1_OR_PDL1


def is_ici(agent_code: str | None) -> bool | None:
    """Whether the agent is an immune checkpoint inhibitor: PD-1, PD-L1, CTLA-4 or bispecific; None for an unknown agent."""
    agent = lookup(agent_code)
    return None if agent is None else agent.agent_class in CHECKPOINT_INHIBITORS


def agent_dose(agent_code: str | None, *, route: str | None = None) -> AgentDose | None:
    """The dose expected by this route; only doxorubicin on beads (route "IA_BEAD") differs. None where none is agreed."""
    agent = lookup(agent_code)
    if agent is not None and agent.agent_code == "DOXORUBICIN" and route == "IA_BEAD":
        return BEAD_DOXORUBICIN
    return None if agent is None else agent.dose


def regimen_class(agent_codes: Iterable[str]) -> str | None:
    """TKI, VEGF_MAB, ICI, TKI+ICI, VEGF_MAB+ICI, ICI+ICI, CHEMO or OTH, from the agents of one systemic line.

    ICI+ICI needs two different targets: two antibodies against PD-(L)1 are a switch. An agent of class OTH, such as
    thymalfasin, beside another changes nothing. None without agents, and when one of them is unknown.

    >>> regimen_class(["LENVATINIB", "CAMRELIZUMAB"])
    'TKI+ICI'
    """
    found = [lookup(code) for code in agent_codes]
    known = [agent for agent in found if agent is not None]
    if not found or len(known) < len(found):
        return None
    kinds = {_kind(agent) for agent in known} - {"OTH"}
    if kinds == {"ICI"}:
        return "ICI+ICI" if len({agent.target for agent in known if _kind(agent) == "ICI"}) > 1 else "ICI"
    if kinds in ({"TKI"}, {"VEGF_MAB"}, {"CHEMO"}):
        return kinds.pop()
    if kinds in ({"TKI", "ICI"}, {"VEGF_MAB", "ICI"}):
        return "TKI+ICI" if "TKI" in kinds else "VEGF_MAB+ICI"
    return "OTH"


def _kind(agent: Agent) -> str:
    return "ICI" if agent.agent_class in CHECKPOINT_INHIBITORS else agent.agent_class


@cache
def _by_code() -> dict[str, Agent]:
    return {agent.agent_code: agent for agent in agents()}


def _agent(row: dict[str, str]) -> Agent:
    return Agent(
        agent_code=row["agent_code"],
        en=row["en"],
        zh=row["zh"],
        agent_class=row["agent_class"],
        atc=row["atc"] or None,
        is_anti_angiogenic=row["anti_angiogenic"] == "1",
        dose=_dose(row) if row["unit"] else None,
    )


def _dose(row: dict[str, str]) -> AgentDose:
    return AgentDose(
        unit=row["unit"],
        soft=(float(row["soft_low"]), float(row["soft_high"])),
        hard=(float(row["hard_low"]), float(row["hard_high"])) if row["hard_low"] else None,
        most_mg=float(row["most_mg"]) if row["most_mg"] else None,
    )
