"""Which addresses are of numbers that count patients, so that one can ask who they are."""

import re

COUNTS = re.compile(
    r"(contrasts\.[^.]+\.)?("
    r"flow\..+\.(removed|remaining|arms\.[^.]+)"
    r"|arms\.n\..+"
    r"|matching\.(n_treated|n_control|centers\..+\.(before|after))"
    r"|baseline\..+\.(unmatched|matched)\.arms\..+\.(n|missing|count)"
    r"|(endpoints|overall)\..+\.arms\..+\.(n|events)"
    r"|(endpoints|overall)\..+\.(unmatched\.|matched\.)?(curves\..+\.)?at_risk\..+"
    r"|subgroups\..+\.arms\..+\.(n|events)"
    r"|response\..+\.arms\..+\.(n|evaluable|counts\..+)"
    r"|safety\..+\.arms\..+\.(n|events|patients\.[^.]+)"
    r")"
)


def counts_patients(address: str) -> bool:
    return COUNTS.fullmatch(address) is not None
