"""Checks of a transarterial session: what its modality needs, and what contradicts it.

What a session lacks is asked for and never holds it back (docs/adr/0021).

Beside its own variables the row may hold `agent_codes`, a list of the drugs given, and `body_surface_m2` at the session.
"""

from django.utils.translation import gettext_lazy as _

from registry.clinical.sequence import HAIC_MODALITIES
from registry.rules.check import Check, Row, Severity, is_missing

ENTITY = "transarterialsession"
POSSIBLE_SURFACE_M2 = (0.8, 3.0)


def _names_no_embolic(row: Row) -> bool:
    return set(row.get("embolic_agent") or ()) <= {"NONE"}


def _lacks_oil(row: Row) -> bool:
    """An oil volume not recorded is excused by a named embolic agent."""
    return row["modality"] == "CTACE" and is_missing(row, name="lipiodol_ml") and _names_no_embolic(row)


def _is_of_nothing(row: Row) -> bool:
    """No oil, no embolic agent and, where drugs were looked for, no drug."""
    is_without_oil = row["modality"] == "CTACE" and row["lipiodol_ml"] == 0
    return is_without_oil and _names_no_embolic(row) and row.get("agent_codes") in ([], ())


def _is_without_oil(row: Row) -> bool:
    return row["modality"] == "CTACE" and row["lipiodol_ml"] == 0 and not _is_of_nothing(row)


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
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("haic_regimen",),
        needs=("modality",),
        message=_("{modality} was given without a regimen. Enter the HAIC regimen, or why it is missing."),
        fires=lambda row: row["modality"] in HAIC_MODALITIES and is_missing(row, name="haic_regimen"),
        passing={"modality": "HAIC", "haic_regimen": "FOLFOX"},
        failing={"modality": "HAIC", "haic_regimen": None},
    ),
    Check(
        code="V-T01",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("modality",),
        reads=("agent_codes",),
        message=_(
            "{modality} was given, but no drug is recorded. Enter the agents and doses, or correct the modality."
        ),
        fires=_lacks_agents,
        passing={"modality": "HAIC", "haic_regimen": "CDDP", "agent_codes": ["CISPLATIN"]},
        failing={"modality": "HAIC", "haic_regimen": "CDDP", "agent_codes": []},
    ),
    Check(
        code="V-T03",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("lipiodol_ml",),
        needs=("modality",),
        message=_("Conventional TACE was given without an iodized oil volume. Enter the volume, or why it is missing."),
        fires=_lacks_oil,
        passing={"modality": "CTACE", "lipiodol_ml": None, "embolic_agent": ["GELFOAM"]},
        failing={"modality": "CTACE", "lipiodol_ml": None, "embolic_agent": []},
    ),
    Check(
        code="V-T03",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("lipiodol_ml", "modality"),
        reads=("embolic_agent", "agent_codes"),
        message=_(
            "Conventional TACE uses iodized oil, but its volume is 0 mL. Check the volume, or correct the modality."
        ),
        fires=_is_without_oil,
        passing={"modality": "CTACE", "lipiodol_ml": 8.0, "embolic_agent": ["GELFOAM"]},
        failing={"modality": "CTACE", "lipiodol_ml": 0.0, "embolic_agent": ["GELFOAM"]},
    ),
    Check(
        code="V-T03",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("lipiodol_ml", "modality"),
        reads=("embolic_agent", "agent_codes"),
        message=_(
            "Conventional TACE without iodized oil, embolic agent or drug is no treatment. Correct the modality or "
            "what was given."
        ),
        fires=_is_of_nothing,
        passing={"modality": "CTACE", "lipiodol_ml": 8.0, "embolic_agent": ["NONE"], "agent_codes": []},
        failing={"modality": "CTACE", "lipiodol_ml": 0.0, "embolic_agent": ["NONE"], "agent_codes": []},
    ),
    Check(
        code="V-T03",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("bead_type",),
        needs=("modality",),
        message=_("Drug-eluting bead TACE was given without a bead type. Enter it, or why it is missing."),
        fires=lambda row: row["modality"] == "DEBTACE" and is_missing(row, name="bead_type"),
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
