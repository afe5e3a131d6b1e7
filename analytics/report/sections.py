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
    figures all do, under a title; of `first_open` all but the first stay closed until they are wanted, as do all `closed`;
    `places` are the first parts of where a notice belongs."""

    slug: str
    title: Label
    names: tuple[str, ...]
    beside: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, Label], ...] = ()
    first_open: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


SECTIONS: tuple[Section, ...] = (
    Section(slug="summary", title=gettext_lazy("Summary"), names=("forest-endpoints",)),
    Section(
        slug="population",
        title=gettext_lazy("Patients"),
        names=("flow", "centers", "periods", "centers-periods", "flow-*"),
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
            "forest-methods-*",
            "printed",
        ),
        first_open=tuple(f"*-{cohort}" for cohort in COHORTS),
        rows=(("forest-methods-*", gettext_lazy("Hazard ratios by method")),),
        closed=("rmst*", "schoenfeld-*", "period-ratios*", "competing-*", "forest-methods-*", "printed"),
        places=("endpoints", "gray"),
    ),
    Section(slug="cox", title=gettext_lazy("Cox models"), names=("cox-*",), closed=("cox-*",), places=("cox",)),
    Section(
        slug="subgroups",
        title=gettext_lazy("Subgroups and centers"),
        names=("forest-subgroups-*", "subgroups-*", "centers-*"),
        rows=(
            ("forest-subgroups-*", gettext_lazy("Forest plots of subgroups")),
            ("centers-*", gettext_lazy("Forest plots of centers")),
        ),
        closed=("forest-subgroups-*", "centers-*"),
        places=("subgroups",),
    ),
    Section(
        slug="response",
        title=gettext_lazy("Tumor response"),
        names=("response-*", "waterfall-*", "swimmer*", "downstaging*"),
        rows=(("waterfall-*", gettext_lazy("Waterfall plots")),),
        closed=("waterfall-*", "swimmer*", "downstaging*"),
        places=("response",),
    ),
    Section(
        slug="safety",
        title=gettext_lazy("Safety"),
        names=("response-complication*", "complications*", "butterfly*", "adverse-events-*"),
        closed=("butterfly*", "adverse-events-*", "complications*"),
        places=("safety",),
    ),
    Section(
        slug="after-progression",
        title=gettext_lazy("Treatment after progression"),
        names=("after-progression*",),
        closed=("after-progression*",),
    ),
    Section(
        slug="sensitivity",
        title=gettext_lazy("Sensitivity and stability"),
        names=("stability", "*-stability", "forest-sensitivity*", "sensitivity*"),
        rows=(("*-stability", gettext_lazy("Specification curves")),),
        closed=("*-stability", "forest-sensitivity*"),
        places=("sensitivity",),
    ),
    Section(
        slug="immortal-time",
        title=gettext_lazy("Immortal time"),
        names=("forest-immortal-time*", "immortal-time*"),
        closed=("forest-immortal-time*",),
        places=("immortal_time", "ccw"),
    ),
    Section(
        slug="methods", title=gettext_lazy("Methods and checks"), names=("target-trial*",), closed=("target-trial*",)
    ),
)
LAST = Section(slug="other", title=gettext_lazy("Other results"), names=("*",))
ALWAYS = ("summary", "methods")  # whatever there is for them
# Of all warnings those that a reader must know before any number, in this order.
GRAVEST = (
    "immortal_time",
    "arms_apart",
    "imbalance",
    "poor_overlap",
    "heavy_weights",
    "no_pairs",
    "caliper_changes_estimand",
    "non_proportional_hazards",
    "too_few_events",
    "few_effective_events",
    "lost_to_follow_up",
    "tied_scores",
)
BY_CODE: Mapping[str, str] = {"immortal_time": "immortal-time"}  # notices that are told of another place than theirs


def section_of(name: str) -> Section:
    """Of a figure or table. What no section names comes last."""
    known = [(_weight(pattern), section) for section in SECTIONS for pattern in section.names if _fits(name, pattern)]
    return max(known, key=lambda found: found[0])[1] if known else LAST


def row_of(name: str) -> tuple[str, str]:
    """The pattern whose figures share a line, with their title; else the name alone."""
    found = next((row for row in section_of(name).rows if _fits(name, row[0])), (name, ""))
    return found[0], str(found[1])


def is_closed(name: str, *, is_first: bool) -> bool:
    """Whether it stays closed until it is wanted; `is_first` where nothing of `first_open` stands before it."""
    section = section_of(name)
    fitting = pattern_of(name, section=section)
    return fitting in section.closed or (fitting in section.first_open and not is_first)


def pattern_of(name: str, *, section: Section) -> str:
    """The one of its section that fits it best."""
    return max((pattern for pattern in section.names if _fits(name, pattern)), key=_weight)


def place_in(section: Section, *, name: str) -> int:
    """Where a name stands among those of its section."""
    return section.names.index(pattern_of(name, section=section))


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
