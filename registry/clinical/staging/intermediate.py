"""Substages of BCLC B, by liver function and the up-to-seven criteria.

Only tumors of stage B have one. Both ask for tumor-related ECOG 0 (Bolondi's B4: 0-1); by BCLC 2022 tumor-related ECOG 1 is
stage C, so that what is stage B meets it. Bolondi's quasi-C (segmental portal thrombus, Child-Pugh A) is stage C.

Bolondi's substages are as Table 1 of Cancer Imaging 2023 (doi 10.1186/s40644-023-00575-6) prints them. The Kinki criteria have
not been held against their paper.
"""

STAGE_B = "B"
UP_TO_B7 = range(5, 8)
BEYOND_B7 = range(8, 10)


def bolondi_substage(bclc_stage: str | None, *, ctp_score: int | None, up_to_seven: bool | None) -> str | None:
    """B1 (Child-Pugh 5-7, within up-to-seven), B2 (5-6, beyond), B3 (7, beyond) or B4 (8-9, any).

    Source: Bolondi et al., Semin Liver Dis 2012;32:348-59. None for any other stage, and for Child-Pugh C.

    >>> bolondi_substage("B", ctp_score=7, up_to_seven=False)
    'B3'
    """
    if bclc_stage != STAGE_B or ctp_score is None:
        return None
    if ctp_score in BEYOND_B7:
        return "B4"
    if ctp_score not in UP_TO_B7 or up_to_seven is None:
        return None
    if up_to_seven:
        return "B1"
    return "B3" if ctp_score == UP_TO_B7[-1] else "B2"


def kinki_substage(bclc_stage: str | None, *, ctp_score: int | None, up_to_seven: bool | None) -> str | None:
    """B1 (Child-Pugh 5-7, within up-to-seven), B2 (5-7, beyond), B3a (8-9, within) or B3b (8-9, beyond).

    Source: Kudo et al., Dig Dis 2015;33:751-8 (Kinki criteria). None for any other stage, and for Child-Pugh C.

    >>> kinki_substage("B", ctp_score=8, up_to_seven=True)
    'B3a'
    """
    if bclc_stage != STAGE_B or ctp_score is None or up_to_seven is None:
        return None
    if ctp_score in UP_TO_B7:
        return "B1" if up_to_seven else "B2"
    return {True: "B3a", False: "B3b"}[up_to_seven] if ctp_score in BEYOND_B7 else None
