"""The laboratory beside the values that decide: what every baseline needs, and now and then the whole panel."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from demo.cohort.timetable import Row
from demo.complete.course import Case
from demo.complete.draw import Draw, joined
from registry.clinical.laboratory.reference_limits import default_limits

WITH_WHOLE_PANEL = 0.08
UNMEASURED = 0.04
BELOW_DETECTION = "<20"
FEW_LYMPHOCYTES = 0.5  # below it a severe event would have to be told
CREATININE_LATER = 2.0  # umol/L: no two panels of a patient are the same, though AFP may be above its limit in both


@dataclass(frozen=True, slots=True)
class Usual:
    """Middle (median where skewed), spread (of the logarithm where skewed), limits, decimals."""

    middle: float
    spread: float
    limits: tuple[float, float]
    decimals: int = 1
    is_skewed: bool = True

    def drawn(self, draw: Draw) -> float:
        law = draw.skewed if self.is_skewed else draw.around
        return law(self.middle, spread=self.spread, limits=self.limits, decimals=self.decimals)


def _skewed(middle: float, spread: float, limits: tuple[float, float], decimals: int = 0) -> Usual:
    return Usual(middle, spread, limits, decimals)


def _even(middle: float, spread: float, limits: tuple[float, float], decimals: int = 1) -> Usual:
    return Usual(middle, spread, limits, decimals, is_skewed=False)


# At baseline, of everybody
ALWAYS: Mapping[str, Usual] = MappingProxyType(
    {
        "ggt": _skewed(75, 0.7, (12, 600)),
        "alp": _skewed(105, 0.35, (42, 400)),
        "aptt": _even(31, 3.5, (22, 44)),
        "fib": _even(3.1, 0.8, (1.6, 6.0), 2),
        "urea": _even(5.2, 1.3, (2.1, 9.8), 2),
        "k": _even(4.1, 0.3, (3.5, 5.0), 2),
        "glu": _skewed(5.6, 0.16, (4.0, 10.5), 2),
        "pivka2": _skewed(320, 2.2, (9, 60_000)),
    }
)
BEFORE_ICI: Mapping[str, Usual] = MappingProxyType(
    {
        "ck": _skewed(82, 0.3, (30, 180)),
        "tni": _skewed(5, 0.5, (1, 22), 1),
        "tsh": _skewed(2.0, 0.35, (0.6, 4.1), 2),
        "ft4": _even(15.5, 2.0, (11.0, 20.5)),
    }
)
NOW_AND_THEN: Mapping[str, Usual] = MappingProxyType(
    {
        "ldh": _skewed(205, 0.2, (120, 245)),
        "tba": _skewed(11, 0.8, (1, 110), 1),
        "prealb": _even(175, 45, (70, 320), 0),
        "nh3": _even(32, 9, (12, 60), 0),
        "pt_control": _even(12.0, 0.3, (11.2, 12.9)),
        "d_dimer": _skewed(0.6, 0.8, (0.1, 9.0), 2),
        "mono": _skewed(0.42, 0.3, (0.1, 1.2), 2),
        "eos": _skewed(0.12, 0.6, (0.0, 0.5), 2),
        "uric": _even(315, 65, (150, 415), 0),
        "ca": _even(2.25, 0.09, (2.12, 2.5), 2),
        "mg": _even(0.88, 0.06, (0.76, 1.0), 2),
        "phos": _even(1.10, 0.15, (0.86, 1.45), 2),
        "hba1c": _even(5.7, 0.5, (4.6, 8.5)),
        "chol": _even(4.3, 0.7, (2.6, 5.1), 2),
        "tg": _skewed(1.1, 0.25, (0.5, 1.69), 2),
        "afp_l3": _skewed(14, 0.8, (0.5, 85), 1),
        "cea": _skewed(2.4, 0.5, (0.5, 9.0), 1),
        "ca199": _skewed(19, 0.6, (2, 120), 1),
        "tnt": _skewed(7, 0.3, (3, 13), 1),
        "nt_probnp": _skewed(70, 0.6, (10, 300)),
        "amy": _even(68, 15, (36, 110), 0),
        "lps": _even(36, 9, (14, 58), 0),
        "ft3": _even(4.7, 0.5, (3.4, 6.2), 2),
        "cort": _even(330, 70, (180, 530), 0),
    }
)


def completed_panel(case: Case, *, panel: Row, patient: Row) -> Row:
    """Of one assessment. Values that stand stay, but for those that a baseline value cannot explain after treatment."""
    day = panel["assessment_date"]
    if panel["assessment_type"] == "BASE":
        return joined(panel, _baseline(case, panel=panel, patient=patient) | _before_agents(case, day=day))
    return joined({**panel, **_recovered(panel, case=case)}, _before_agents(case, day=day, protein="NEG"))


def _baseline(case: Case, *, panel: Row, patient: Row) -> Row:
    draw = case.draw
    values: Row = {name: usual.drawn(draw) for name, usual in ALWAYS.items()}
    values |= {
        "pta": draw.around(100 - 8 * (panel["pt"] - 12), spread=5, limits=(52, 128), decimals=0),
        "wbc": round((panel["neut"] + panel["lym"]) * draw.between(1.06, 1.15, decimals=3) + 0.3, 2),
        **_serology(draw, patient=patient),
    }
    if draw.chance(WITH_WHOLE_PANEL):
        values |= _whole(draw, panel=panel, patient=patient)
    return draw.with_gaps(values, share=UNMEASURED)


def _serology(draw: Draw, *, patient: Mapping[str, Any]) -> Row:
    has_b = patient["hbv_status"] == "POS"
    dna = BELOW_DETECTION if draw.chance(0.4) else draw.skewed(2000, spread=3.0, limits=(21, 2e8), decimals=0)
    return {
        "hbsag_q": "POS" if has_b else "NEG",
        "hbv_dna": dna if has_b else None,
        "hcv_ab": "NEG" if patient["hcv_status"] == "NEG" else "POS",
    }


def _whole(draw: Draw, *, panel: Row, patient: Mapping[str, Any]) -> Row:
    has_b, has_c = patient["hbv_status"] == "POS", patient["hcv_status"] == "POS_RNA"
    values: Row = {name: usual.drawn(draw) for name, usual in {**NOW_AND_THEN, **BEFORE_ICI}.items()}
    return values | {
        "dbil": round(panel["tbil"] * draw.between(0.25, 0.45, decimals=3), 1),
        "tp": round(panel["alb"] + draw.between(24, 34), 1),
        "u_pro_dip": "NEG",
        "u_pro_24h": draw.between(0.03, 0.14, decimals=2),
        "hbsag_iu": draw.skewed(900, spread=1.5, limits=(1, 60_000), decimals=1) if has_b else "<0.05",
        "hbeag": "POS" if has_b and draw.chance(0.2) else "NEG",
        "hcv_rna": draw.skewed(2e5, spread=1.5, limits=(50, 2e7), decimals=0) if has_c else "<15",
    }


def _before_agents(case: Case, *, day: Any, protein: str | None = None) -> Row:
    """What is asked for in the 28 days before an agent that needs it."""
    draw = case.draw
    values: Row = {}
    if case.is_before("ici", day=day):
        values |= {name: usual.drawn(draw) for name, usual in BEFORE_ICI.items()}
    if case.is_before("tki", "vegf", day=day):
        values |= {"u_pro_dip": protein or draw.by_weight({"NEG": 88, "TRACE": 9, "1+": 3})}
    return draw.with_gaps(values, share=UNMEASURED)


def _recovered(panel: Row, *, case: Case) -> Row:
    """No severe event without its record: lymphocytes are back, and a bilirubin event was over or is told by its own value."""
    limit = default_limits("tbil", sex=case.patient["sex"])
    most = limit.uln if limit else None
    values: Row = {"lym": round(panel["lym"] + 0.2, 2)} if panel["lym"] < FEW_LYMPHOCYTES else {}
    values |= {"crea": round(panel["crea"] + CREATININE_LATER, 1)}
    if case.outside_for == "unresolved severe event" and most is not None:
        values |= {"tbil": min(panel["tbil"], round(most - 1, 1))}
    return values
