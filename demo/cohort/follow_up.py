"""How long a synthetic patient is followed: the cut-off, the wait for the curative procedure, the last contact.

None of it depends on the arm or on a covariate. All functions take and give one number per patient, in days.
"""

import numpy as np

from demo.cohort.margins import CUTOFF, FIRST_INDEX, LAST_INDEX
from demo.cohort.patients import Numbers, Random

LONGEST_DAYS = (CUTOFF - FIRST_INDEX).days
SHORTEST_DAYS = (CUTOFF - LAST_INDEX).days
LAST_CONTACT_DAYS = 170  # at most, before the cut-off


def draw_days_to_cutoff(size: int, *, random: Random) -> Numbers:
    """From the first TACE. Mostly recent, so that half are followed for about two years, with a tail back to the first day."""
    recent, any_time = random.exponential(450, size), random.uniform(0, LONGEST_DAYS - SHORTEST_DAYS, size)
    days = SHORTEST_DAYS + np.where(random.random(size) < 0.7, recent, any_time)
    return np.minimum(days, LONGEST_DAYS).astype(int)


def draw_curative_days(days_to_cutoff: Numbers, *, random: Random) -> Numbers:
    """From the first TACE to the curative procedure: months, alike in both arms."""
    wait = 122 * np.exp(random.normal(0, 0.8, len(days_to_cutoff)))
    return np.clip(wait, 49, np.minimum(540, 0.6 * days_to_cutoff)).astype(int)


def draw_contact_days(days_to_cutoff: Numbers, *, curative_days: Numbers, random: Random) -> Numbers:
    """From the first TACE to the last contact, were there no death before it."""
    before_cutoff = random.integers(0, LAST_CONTACT_DAYS, len(days_to_cutoff))
    return np.maximum(days_to_cutoff - before_cutoff, curative_days + 20)
