"""The first thing a reader sees of a result: who was compared, how alike they are. Nothing of any outcome."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.protocol.population import StudyProtocol
from analytics.report.labels import arm_labels
from analytics.report.numbers import is_weighted, number, percent
from analytics.result.rows.addresses import located_number, share
from analytics.result.rows.rows import ALIKE, differences, differences_above, largest_difference

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    label: str
    text: str


def summary_facts(result: Json) -> Iterator[Fact]:
    """Those that the design has."""
    yield Fact(label=_("Compared"), text=size_text(result))
    yield from _where_and_when(result)
    yield from _difference(result)
    yield from _kept(result)


def size_text(result: Json) -> str:
    arms = _(", ").join(f"{label} {result['arms']['n'][name]}" for name, label in arm_labels(result).items())
    if not result["matching"] or result["matching"]["n_pairs"] is None:
        return arms
    return _("%(arms)s; %(pairs)s matched pairs") % {"arms": arms, "pairs": result["matching"]["n_pairs"]}


def caption(protocol: StudyProtocol) -> str:
    """What every figure says below itself: up to when the records go."""
    return _("Data cutoff: %(date)s.") % {"date": protocol.cutoff_date.isoformat()}


def _where_and_when(result: Json) -> Iterator[Fact]:
    centers = result["flow"][-1].get("centers")
    if centers is not None:
        yield Fact(label=_("Centers"), text=str(centers))
    if years := [row["year"] for row in result.get("periods", ())]:
        yield Fact(label=_("Time zero, years"), text="–".join(dict.fromkeys((str(min(years)), str(max(years))))))


def _difference(result: Json) -> Iterator[Fact]:
    before, after = (largest_difference(result, key=f"smd_{moment}") for moment in ("before", "after"))
    if before is None or after is None:
        return
    told = (
        _("%(before)s before, %(after)s after weighting; %(count)s of %(all)s above %(limit)s")
        if is_weighted(result)
        else _("%(before)s before, %(after)s after matching; %(count)s of %(all)s above %(limit)s")
    )
    yield Fact(
        label=_("Largest standardized mean difference"),
        text=told
        % {
            "before": number(before, digits=2),
            "after": number(after, digits=2),
            "count": differences_above(result),
            "all": located_number(len(differences(result)), address="balance.count.all"),
            "limit": f"{ALIKE:g}",
        },
    )


def _kept(result: Json) -> Iterator[Fact]:
    """How much of each arm is left: as a number of patients, or as the size that its weights are worth."""
    before, weights = result["arms"]["n"], result["propensity"].get("weights") if result["propensity"] else None
    last = result["flow"][-1]
    if is_weighted(result) and weights:
        label, after = _("Effective sample size"), weights["ess"]
    elif last["id"] == "matched":
        label, after = _("Kept by matching"), last["arms"]
    else:
        return
    sizes = [
        _("%(arm)s %(after)s of %(before)s (%(share)s %%)")
        % {
            "arm": name,
            "after": number(after[arm], digits=1 if is_weighted(result) else 0),
            "before": before[arm],
            "share": percent(share(after[arm], of=before[arm])),
        }
        for arm, name in arm_labels(result).items()
        if after.get(arm) is not None and before[arm]
    ]
    yield Fact(label=label, text=_("; ").join(sizes))
