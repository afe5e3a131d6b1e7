"""Checks of a transarterial session: what its modality needs, and what contradicts it.

Beside its own variables the row may hold `agent_codes`, a list of the drugs given, and `body_surface_m2` at the session.
"""

from django.utils.translation import gettext_lazy as _

from registry.clinical.sequence import HAIC_MODALITIES
from registry.rules.check import Check, Row, Severity, is_known

ENTITY = "transarterialsession"
POSSIBLE_SURFACE_M2 = (0.8, 3.0)


def _lacks_oil_and_embolic(row: Row) -> bool:
    """An oil volume of 0 contradicts the modality; one not recorded is excused by a named embolic agent."""
    oil, agents = row.get("lipiodol_ml"), row.get("embolic_agent") or []
    return row["modality"] == "CTACE" and (oil == 0 or (not is_known(oil) and set(agents) <= {"NONE"}))


def _lacks_agents(row: Row) -> bool:
    """Only where the drugs were looked for: an empty list says that there are none, None says nothing."""
    codes = row.get("agent_codes")
    return row["modality"] in HAIC_MODALITIES and codes is not None and not codes


def needs_body_surface(row: Row) -> bool:
    return row.get("modality") in HAIC_MODALITIES


def _has_impossible_surface(row: Row) -> bool:
    low, high = POSSIBLE_SURFACE_M2
    return needs_body_surface(row) and not low <= row["body_surface_m2"] <= high


CHECKS = (
    Check(
        code="V-T01",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("haic_regimen",),
        needs=("modality",),
        message=_("{modality} requires a regimen. Enter the HAIC regimen or correct the modality."),
        fires=lambda row: row["modality"] in HAIC_MODALITIES and not is_known(row.get("haic_regimen")),
        passing={"modality": "HAIC", "haic_regimen": "FOLFOX"},
        failing={"modality": "HAIC", "haic_regimen": None},
    ),
    Check(
        code="V-T01",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("modality",),
        reads=("agent_codes",),
        message=_("{modality} requires drugs. Enter the agents and doses or correct the modality."),
        fires=_lacks_agents,
        passing={"modality": "HAIC", "haic_regimen": "CDDP", "agent_codes": ["CISPLATIN"]},
        failing={"modality": "HAIC", "haic_regimen": "CDDP", "agent_codes": []},
    ),
    Check(
        code="V-T03",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("lipiodol_ml",),
        needs=("modality",),
        message=_("Conventional TACE requires iodized oil. Enter its volume or correct the modality."),
        fires=_lacks_oil_and_embolic,
        passing={"modality": "CTACE", "lipiodol_ml": 8.0, "embolic_agent": ["GELFOAM"]},
        failing={"modality": "CTACE", "lipiodol_ml": 0.0, "embolic_agent": ["GELFOAM"]},
    ),
    Check(
        code="V-T03",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("bead_type",),
        needs=("modality",),
        message=_("Drug-eluting bead TACE requires beads. Enter the bead type or correct the modality."),
        fires=lambda row: row["modality"] == "DEBTACE" and not is_known(row.get("bead_type")),
        passing={"modality": "DEBTACE", "bead_type": "DCBEAD"},
        failing={"modality": "DEBTACE", "bead_type": None},
    ),
    Check(
        code="V-T04",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("modality", "lipiodol_ml"),
        message=_("Drug-eluting beads were used with {lipiodol_ml} mL of iodized oil. Was this a mixed session?"),
        fires=lambda row: row["modality"] == "DEBTACE" and row["lipiodol_ml"] > 0,
        passing={"modality": "DEBTACE", "lipiodol_ml": 0.0},
        failing={"modality": "DEBTACE", "lipiodol_ml": 5.0},
    ),
    Check(
        code="V-T06",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("modality",),
        needs=("modality", "body_surface_m2"),
        message=_(
            "A body surface area of {body_surface_m2} m2 is impossible, so HAIC cannot be dosed. "
            "Check the height and weight."
        ),
        fires=_has_impossible_surface,
        passing={"modality": "HAIC", "haic_regimen": "FOLFOX", "body_surface_m2": 1.752},
        failing={"modality": "HAIC", "haic_regimen": "FOLFOX", "body_surface_m2": 3.1},
    ),
)
