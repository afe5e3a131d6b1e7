"""Rows that speak of one record, such as the visits of a patient: one value for each variable, and where the rows disagree. PURE."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from importers.mapping.messages import REFUSED_VALUE, UNKNOWN_VALUE
from importers.mapping.values import Given

MOST_YEARS = 1  # age and date on two days of a year give two birth years


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Of the record at this place: `row` says another thing than the row whose value is kept."""

    place: int
    variable: str
    row: int
    given: Given
    kept_row: int
    kept: Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    variables: dict[str, list[Given]]
    elsewhere: Mapping[tuple[int, str], int]
    differences: tuple[Difference, ...]


def merged(
    variables: Mapping[str, Sequence[Given]],
    *,
    key: Collection[str],
    groups: Sequence[Sequence[int]],
    rows: Sequence[int],
    take_last: bool,
) -> Merged:
    """`groups` are the places of each record's rows, in the order of the sheet; `key` names what they have in common."""
    found: dict[str, list[Given]] = {}
    elsewhere: dict[tuple[int, str], int] = {}
    differences: list[Difference] = []
    for name, told in variables.items():
        values: list[Given] = []
        found[name] = values
        if name in key:
            values.extend(told[group[0]] for group in groups)
            continue
        for place, group in enumerate(groups):
            at = _chosen(told, group=group, take_last=take_last)
            values.append(told[at])
            if at != group[0]:
                elsewhere[place, name] = rows[at]
            other = _other(told, group=group, at=at)
            if other is not None:
                differences.append(
                    Difference(
                        place=place,
                        variable=name,
                        row=rows[other],
                        given=told[other],
                        kept_row=rows[at],
                        kept=told[at],
                    )
                )
    return Merged(variables=found, elsewhere=elsewhere, differences=tuple(differences))


def _chosen(told: Sequence[Given], *, group: Sequence[int], take_last: bool) -> int:
    """A value that the mapping does not know is asked about before anything is chosen beside it."""
    first = group[0]
    if len(group) == 1:
        return first
    asked = next((at for at in group if _is_asked(told[at])), None)
    if asked is not None:
        return asked
    order = reversed(group) if take_last else group
    filled = next((at for at in order if not told[at].is_blank and told[at].problem is None), None)
    if filled is not None:
        return filled
    return next((at for at in group if told[at].problem is not None or told[at].value != ""), first)


def _is_asked(given: Given) -> bool:
    return given.problem is not None and given.problem.message in {UNKNOWN_VALUE, REFUSED_VALUE}


def _other(told: Sequence[Given], *, group: Sequence[int], at: int) -> int | None:
    """The first row that says something else than the one chosen."""
    kept = told[at]
    if len(group) == 1 or kept.problem is not None:
        return None
    return next(
        (
            one
            for one in group
            if told[one] is not kept
            and told[one].value != kept.value
            and not told[one].is_blank
            and told[one].problem is None
            and not _near(told[one], kept)
        ),
        None,
    )


def _near(one: Given, other: Given) -> bool:
    """Two years that follow from age and date are the same birth as long as they lie side by side."""
    years = (one.year_only, other.year_only)
    return None not in years and abs((years[0] or 0) - (years[1] or 0)) <= MOST_YEARS
