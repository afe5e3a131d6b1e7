"""The sections of a result, in the order in which they are read, and which figures and tables stand in each.

The one declaration of it: a name is written here once, whole or with a star for the rest of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.utils.translation import gettext_lazy

from analytics.report.labels import Label

COHORTS = ("unmatched", "matched", "weighted")  # before, and what the design makes of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`names` in the order in which they stand; `beside` are those that share a line, `rows` those whose
    figures all do; `places` are the first parts of where a
    notice belongs."""

    slug: str
    title: Label
    names: tuple[str, ...]
    beside: tuple[tuple[str, str], ...] = ()
    rows: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


SECTIONS: tuple[Section, ...] = (
    Section(slug="summary", title=gettext_lazy("Summary"), names=("forest-endpoints",)),
    Section(
        slug="population",
        title=gettext_lazy("Patients"),
        names=("flow", "centers", "periods", "flow-*"),
        beside=(("flow", "centers"),),
        places=("flow", "missing_covariate", "data", "arms"),
    ),
    Section(
        slug="design",
        title=gettext_lazy("Design and balance"),
        names=("overlap", "balance", "table-1", "score", "weights", "ties"),
        beside=(("overlap", "balance"),),
        places=("propensity", "matching", "balance", "baseline", "weights", "protocol"),
    ),
    Section(
        slug="outcomes",
        title=gettext_lazy("Outcomes"),
        names=(
            "endpoints",
            *(f"*-{cohort}" for cohort in COHORTS),
            "endpoints-contrast-*",
            "all-arms",
            "hazard-ratios",
            "rmst*",
            "restricted-means",
            "schoenfeld-*",
            "period-ratios*",
            "period-hazard-ratios",
            "competing-*",
            "printed",
        ),
        places=("endpoints", "gray"),
    ),
    Section(slug="cox", title=gettext_lazy("Cox models"), names=("cox-*",), places=("cox",)),
    Section(
        slug="subgroups",
        title=gettext_lazy("Subgroups and centers"),
        names=("forest-subgroups-*", "subgroups-*", "forest-centers*", "centers-*"),
        rows=("forest-subgroups-*", "forest-centers*"),
        places=("subgroups",),
    ),
    Section(
        slug="response",
        title=gettext_lazy("Tumor response"),
        names=("response-*", "waterfall-*", "swimmer*", "downstaging*"),
        rows=("waterfall-*",),
        places=("response",),
    ),
    Section(
        slug="safety",
        title=gettext_lazy("Safety"),
        names=("response-complication*", "complications*", "butterfly*", "adverse-events-*"),
        places=("safety",),
    ),
    Section(
        slug="after-progression",
        title=gettext_lazy("Treatment after progression"),
        names=("after-progression*",),
    ),
    Section(
        slug="sensitivity",
        title=gettext_lazy("Sensitivity and stability"),
        names=("stability", "*-stability", "forest-sensitivity*", "sensitivity*"),
        rows=("*-stability",),
        places=("sensitivity",),
    ),
    Section(
        slug="immortal-time",
        title=gettext_lazy("Immortal time"),
        names=("forest-immortal-time*", "immortal-time*"),
        places=("immortal_time", "ccw"),
    ),
    Section(slug="methods", title=gettext_lazy("Methods and checks"), names=("target-trial*",)),
)
LAST = Section(slug="other", title=gettext_lazy("Other results"), names=("*",))
ALWAYS = ("summary", "methods")  # whatever there is for them
BY_CODE: Mapping[str, str] = {"immortal_time": "immortal-time"}  # notices that are told of another place than theirs


def section_of(name: str) -> Section:
    """Of a figure or table. What no section names comes last."""
    known = [(_weight(pattern), section) for section in SECTIONS for pattern in section.names if _fits(name, pattern)]
    return max(known, key=lambda found: found[0])[1] if known else LAST


def row_of(name: str) -> str:
    """The pattern whose figures share a line, or the name alone."""
    return next((pattern for pattern in section_of(name).rows if _fits(name, pattern)), name)


def place_in(section: Section, *, name: str) -> int:
    """Where a name stands among those of its section."""
    fitting = [(_weight(pattern), -place) for place, pattern in enumerate(section.names) if _fits(name, pattern)]
    return -max(fitting)[1]


def section_of_notice(where: str, *, code: str) -> str:
    """The anchor of the section that a warning is about."""
    first = where.partition(".")[0]
    found = next((section.slug for section in SECTIONS if first in section.places), "methods")
    return BY_CODE.get(code, found)


def _fits(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern)


def _weight(pattern: str) -> tuple[int, int]:
    """The longer its beginning, the better a pattern fits: a star at the beginning is for what no other names."""
    return (len(pattern.partition("*")[0]) + ("*" not in pattern), len(pattern))
