"""Every variable that may be required, with its condition: what a submitted record lacks is asked for, what a draft lacks is shown.

A missing value whose reason is given counts as given. The laboratory's requirements name analytes instead of variables.
"""

from collections import defaultdict
from functools import cache

from registry.requirements.background import BACKGROUND_REQUIREMENTS
from registry.requirements.base import Requirement
from registry.requirements.course import COURSE_REQUIREMENTS
from registry.requirements.treatment import TREATMENT_REQUIREMENTS

REQUIREMENTS: tuple[Requirement, ...] = (
    *BACKGROUND_REQUIREMENTS,
    *TREATMENT_REQUIREMENTS,
    *COURSE_REQUIREMENTS,
)


def requirements_of(entity: str) -> tuple[Requirement, ...]:
    return _by_entity().get(entity, ())


@cache
def _by_entity() -> dict[str, tuple[Requirement, ...]]:
    found: dict[str, list[Requirement]] = defaultdict(list)
    for requirement in REQUIREMENTS:
        found[requirement.entity].append(requirement)
    return {entity: tuple(those) for entity, those in found.items()}
