"""Portal vein tumor thrombus in the two classifications in use, Cheng's and the Japanese Vp."""

from collections.abc import Mapping
from types import MappingProxyType

# Cheng type → Vp codes that say the same. I0 is seen under the microscope only. IV is VP4 with the superior mesenteric vein.
# Source: Shi, Cheng et al., Ann Surg Oncol 2010;17:2394-400; Liver Cancer Study Group of Japan.
VP_OF_CHENG: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "0": frozenset({"VP0"}),
        "I0": frozenset({"VP0", "VP1"}),
        "I": frozenset({"VP1", "VP2"}),
        "II": frozenset({"VP3"}),
        "III": frozenset({"VP4"}),
        "IV": frozenset({"VP4"}),
    }
)


def thrombus_codes_agree(*, pvtt_cheng: str | None, pvtt_vp: str | None) -> bool | None:
    """Whether both classifications can describe one thrombus; None where either is not recorded.

    >>> thrombus_codes_agree(pvtt_cheng="II", pvtt_vp="VP4")
    False
    """
    known = VP_OF_CHENG.get(pvtt_cheng or "")
    return None if known is None or pvtt_vp in {None, "UNK"} else pvtt_vp in known
