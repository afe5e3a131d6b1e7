"""Who is in the registry for the other studies of the library: one line per group of patients who were treated alike.

A group names what was given, to whom, and how it goes on average: medians of survival and shares of responders are near those
printed by the sources (Fu 2024, Tables 1 to 4), so that an arm looks like the one it stands for. Nobody here is eligible for
an-2025 or cao-2024: none is cured after downstaging, and HAIC is without both kinds of agent, or they come too late. Sessions are of
palliative intent, those of an-2025's patients were to make a cure possible; by that the studies tell them apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Days = tuple[int, int]  # both included

KINASE = ("LENVATINIB", "SORAFENIB", "APATINIB", "DONAFENIB")
PD1 = ("CAMRELIZUMAB", "TISLELIZUMAB", "SINTILIMAB", "TORIPALIMAB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Through the artery: the first after `begin` days, the others `gap` days apart. `drug` names what `study_drugs` gives."""

    modality: str
    drug: str
    count: Days = (1, 3)
    begin: Days = (0, 0)
    gap: Days = (58, 72)  # after the response scan
    intent: str = "PALL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One of `codes`, begun after `begin` days."""

    codes: tuple[str, ...]
    begin: Days = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is given together. Days are counted from the first treatment, of a later line from the progression before it."""

    sessions: Sessions | None = None
    agents: tuple[Agent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Shares of BCLC stages; for stage C the types of portal vein thrombus (Cheng; "0" is none, and then metastasis)."""

    stages: Mapping[str, float]
    diameter_cm: tuple[float, float] = (5.1, 11.0)
    thrombus: Mapping[str, float] | None = None
    metastasis: float = 0.25  # of stage C, beside a thrombus


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """`survival` and `free` are medians in months, of the last line where there are several; `responds` a share."""

    name: str
    total: int
    extent: Extent
    lines: tuple[Line, ...]
    survival: float
    free: float
    responds: float
    responds_whole: float | None = None  # by RECIST 1.1, where it is not 0.7 of the former
    first_line_free: float = 4.0  # median months to the progression before the last line
    years: tuple[int, int] = (2018, 2022)
    ctcae: str = "5.0"
    resected: float = 0.0
    complete_pathology: float = 0.0  # of the resected
    is_adjuvant: bool = False
    pseudoprogression: float = 0.0
    has_necrosis: bool = False  # RECICL was read
    prior: tuple[str, ...] = ()  # of half the group, given elsewhere
    patient: Mapping[str, str] | None = None


CTACE = Sessions(modality="CTACE", drug="lipiodol")
INTERMEDIATE = Extent(stages={"A": 30, "B": 70})
MIXED = Extent(stages={"A": 26, "B": 57, "C": 17}, thrombus={"I": 40, "II": 60}, metastasis=0.0)
ADVANCED = Extent(stages={"C": 1}, thrombus={"0": 30, "I": 10, "II": 30, "III": 30})
THROMBUS = Extent(stages={"C": 1}, thrombus={"I": 15, "II": 40, "III": 35, "IV": 10})
MAJOR_THROMBUS = Extent(stages={"C": 1}, thrombus={"II": 45, "III": 45, "IV": 10})
SMALLER_THROMBUS = Extent(stages={"C": 1}, thrombus={"I": 40, "II": 60}, metastasis=0.0)
ANY_STAGE = Extent(stages={"A": 20, "B": 45, "C": 35}, thrombus={"0": 30, "I": 20, "II": 30, "III": 20})
SINGLE_HUGE = Extent(stages={"A": 1}, diameter_cm=(10.1, 16.0))


def _alone(*codes: str, begin: Days = (0, 0)) -> Line:
    return Line(agents=tuple(Agent(codes=(code,), begin=begin) for code in codes))


def _with_tace(*agents: Agent, sessions: Sessions = CTACE) -> Line:
    return Line(sessions=sessions, agents=agents)


def _soon(*codes: str) -> Agent:
    return Agent(codes=codes, begin=(3, 21))


HAIC = Sessions(modality="HAIC", drug="folfox", count=(3, 6), gap=(20, 24))

GROUPS: tuple[Group, ...] = (
    # Systemic agents alone
    Group(
        name="sorafenib", total=44, extent=MAJOR_THROMBUS, lines=(_alone("SORAFENIB"),), survival=9.0, free=3.4,
        responds=0.08, responds_whole=0.03, years=(2014, 2022),
    ),
    Group(
        name="sorafenib, then regorafenib", total=34, extent=SMALLER_THROMBUS,
        lines=(_alone("SORAFENIB"), _alone("REGORAFENIB", begin=(7, 21))), survival=10.0, free=3.1, responds=0.1,
        years=(2017, 2021), patient={"resectability_index": "UNRES_ONC"},
    ),
    Group(
        name="lenvatinib", total=46, extent=ADVANCED, lines=(_alone("LENVATINIB"),), survival=11.5, free=6.4,
        responds=0.25, responds_whole=0.2,
    ),
    Group(
        name="lenvatinib and PD-1", total=48, extent=THROMBUS,
        lines=(Line(agents=(Agent(codes=("LENVATINIB",)), Agent(codes=PD1, begin=(0, 5)))),), survival=13.8, free=5.5,
        responds=0.3, responds_whole=0.21,
    ),
    Group(
        name="atezolizumab and bevacizumab", total=40, extent=ADVANCED, lines=(_alone("ATEZOLIZUMAB", "BEVACIZUMAB"),),
        survival=14.9, free=6.8, responds=0.3, responds_whole=0.25, years=(2020, 2022),
    ),
    # TACE and agents
    Group(
        name="TACE and sorafenib, advanced", total=38, extent=ADVANCED,
        lines=(_with_tace(_soon("SORAFENIB")),), survival=12.8, free=5.2, responds=0.4, years=(2012, 2022),
    ),
    Group(
        name="TACE and lenvatinib, advanced", total=46, extent=ADVANCED, lines=(_with_tace(_soon("LENVATINIB")),),
        survival=17.8, free=10.6, responds=0.54, responds_whole=0.46, resected=0.18, complete_pathology=0.3,
    ),
    Group(
        name="sorafenib before TACE", total=36, extent=INTERMEDIATE,
        lines=(_with_tace(Agent(codes=("SORAFENIB",), begin=(-21, -14))),), survival=36, free=25.2, responds=0.57,
        years=(2011, 2021), ctcae="4.03", has_necrosis=True,
    ),
    Group(
        name="TACE, necrosis read", total=36, extent=INTERMEDIATE, lines=(_with_tace(),), survival=30.8, free=13.5,
        responds=0.47, years=(2011, 2021), ctcae="4.03", has_necrosis=True,
    ),
    Group(
        name="TACE", total=84, extent=ANY_STAGE, lines=(_with_tace(),), survival=15.7, free=7.8, responds=0.33,
        years=(2016, 2022),
    ),
    Group(
        name="TACE, thrombus", total=40, extent=THROMBUS, lines=(_with_tace(),), survival=10.4, free=2.5, responds=0.08,
        years=(2016, 2022),
    ),
    Group(
        name="TACE, single huge tumor", total=40, extent=SINGLE_HUGE, lines=(_with_tace(),), survival=26.6, free=4.4,
        responds=0.12, years=(2016, 2022),
    ),
    Group(
        name="TACE, camrelizumab and apatinib", total=34, extent=MIXED,
        lines=(_with_tace(_soon("CAMRELIZUMAB"), _soon("APATINIB")),), survival=24.1, free=13.5, responds=0.6,
        years=(2019, 2022),
    ),
    Group(
        name="TACE, PD-1 and lenvatinib, advanced", total=46, extent=ADVANCED,
        lines=(_with_tace(_soon(*PD1), _soon("LENVATINIB")),), survival=22.6, free=9.9, responds=0.47,
        responds_whole=0.41, years=(2019, 2022), pseudoprogression=0.3,
    ),
    Group(
        name="TACE and PD-1", total=40, extent=INTERMEDIATE, lines=(_with_tace(_soon(*PD1)),), survival=26, free=11,
        responds=0.5, years=(2019, 2022), pseudoprogression=0.4,
    ),
    Group(
        name="TACE, durvalumab and bevacizumab", total=36, extent=MIXED,
        lines=(_with_tace(_soon("DURVALUMAB"), Agent(codes=("BEVACIZUMAB",), begin=(22, 50))),), survival=30, free=15,
        responds=0.44, years=(2020, 2022),
    ),
    Group(
        name="TACE and durvalumab", total=36, extent=MIXED, lines=(_with_tace(_soon("DURVALUMAB")),), survival=28,
        free=10, responds=0.41, years=(2020, 2022),
    ),
    Group(
        name="TACE with HAIC, kinase inhibitor and PD-1", total=38, extent=THROMBUS,
        lines=(
            _with_tace(
                _soon(*KINASE), _soon(*PD1),
                sessions=Sessions(modality="TACE_HAIC", drug="lipiodol and folfox", count=(2, 4), gap=(22, 30)),
            ),
        ),
        survival=30, free=14.8, responds=0.54, responds_whole=0.42, years=(2019, 2022), resected=0.12,
        complete_pathology=0.3,
    ),
    Group(
        name="balloon-occluded TACE", total=14, extent=INTERMEDIATE,
        lines=(_with_tace(sessions=Sessions(modality="BTACE", drug="lipiodol")),), survival=30, free=12, responds=0.5,
    ),
    # Adjuvant, after resection of a tumor with thrombus
    Group(
        name="adjuvant TACE", total=34, extent=SMALLER_THROMBUS,
        lines=(
            _with_tace(sessions=Sessions(modality="CTACE", drug="lipiodol", count=(1, 2), begin=(28, 45), intent="ADJ")),
        ),
        survival=19.1, free=8.1, responds=0, is_adjuvant=True, patient={"resectability_index": "RES"},
    ),
    Group(
        name="adjuvant TACE and PD-1", total=36, extent=SMALLER_THROMBUS,
        lines=(
            _with_tace(
                Agent(codes=PD1, begin=(30, 55)),
                sessions=Sessions(modality="CTACE", drug="lipiodol", count=(1, 2), begin=(28, 45), intent="ADJ"),
            ),
        ),
        survival=24.5, free=12.8, responds=0, is_adjuvant=True, years=(2019, 2022),
        patient={"resectability_index": "RES"},
    ),
    # Infusion
    Group(
        name="HAIC, single huge tumor", total=36, extent=SINGLE_HUGE, lines=(Line(sessions=HAIC),), survival=22,
        free=9.2, responds=0.45, responds_whole=0.4,
    ),
    Group(
        name="HAIC, advanced", total=38, extent=ADVANCED, lines=(Line(sessions=HAIC),), survival=13.9, free=7.8,
        responds=0.4, responds_whole=0.32,
    ),
    Group(
        name="HAIC and sorafenib", total=36, extent=MAJOR_THROMBUS,
        lines=(Line(sessions=HAIC, agents=(Agent(codes=("SORAFENIB",), begin=(3, 10)),)),), survival=16.3, free=9.0,
        responds=0.41,
    ),
    Group(
        name="HAIC, then lenvatinib and PD-1", total=36, extent=ADVANCED,
        lines=(
            Line(sessions=HAIC),
            Line(agents=(Agent(codes=("LENVATINIB",), begin=(7, 14)), Agent(codes=PD1, begin=(7, 20)))),
        ),
        survival=35.6, free=9.0, responds=0.4, years=(2018, 2021),
    ),
    Group(
        name="HAIC, then lenvatinib", total=40, extent=ADVANCED,
        lines=(Line(sessions=HAIC), _alone("LENVATINIB", begin=(7, 20))), survival=12, free=5.0, responds=0.4,
        years=(2018, 2021),
    ),
    # Embolization without a drug, and with the drug first
    Group(
        name="TAE", total=36, extent=INTERMEDIATE,
        lines=(_with_tace(sessions=Sessions(modality="TAE", drug="particles")),), survival=17.3, free=7.2,
        responds=0.47, years=(2010, 2022), ctcae="4.03",
    ),
    Group(
        name="sequential TACE with cisplatin", total=36, extent=INTERMEDIATE,
        lines=(_with_tace(sessions=Sessions(modality="STACE", drug="cisplatin")),), survival=16.3, free=7.5,
        responds=0.67, years=(2010, 2022), ctcae="4.03",
    ),
    Group(
        name="TAE after TACE", total=36, extent=INTERMEDIATE,
        lines=(
            _with_tace(sessions=Sessions(modality="CTACE", drug="lipiodol", count=(2, 3))),
            _with_tace(sessions=Sessions(modality="TAE", drug="particles", count=(1, 2), begin=(10, 21))),
        ),
        survival=17.3, free=2.7, responds=0.11, years=(2017, 2021), prior=("TACE",),
    ),
    Group(
        name="TAE with iNKT after TACE", total=36, extent=INTERMEDIATE,
        lines=(
            _with_tace(sessions=Sessions(modality="CTACE", drug="lipiodol", count=(2, 3))),
            _with_tace(sessions=Sessions(modality="TAE", drug="iNKT", count=(1, 2), begin=(10, 21))),
        ),
        survival=25.9, free=5.7, responds=0.52, years=(2017, 2021), prior=("TACE",),
    ),
    # Radioembolization
    Group(
        name="TARE, thrombus of a branch", total=38, extent=SMALLER_THROMBUS,
        lines=(Line(sessions=Sessions(modality="TARE", drug="yttrium", count=(1, 1))),), survival=24.2, free=4.6,
        responds=0.55,
    ),
    Group(
        name="TARE and sorafenib", total=36, extent=ADVANCED,
        lines=(
            Line(
                sessions=Sessions(modality="TARE", drug="yttrium", count=(1, 1)),
                agents=(Agent(codes=("SORAFENIB",), begin=(3, 10)),),
            ),
        ),
        survival=12.1, free=5.2, responds=0.35, years=(2014, 2022),
    ),
)  # fmt: skip
