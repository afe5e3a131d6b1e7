"""The first thing a reader sees of a result: who was compared, how alike they are. Nothing of any outcome."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.protocol.population import StudyProtocol
from analytics.report.labels import arm_labels
from analytics.report.numbers import is_weighted, number, percent

Json = Mapping[str, Any]
ALIKE = 0.1  # a standardized mean difference that is taken for none


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
    if period := result.get("data", {}).get("period"):
        yield Fact(label=_("Time zero, years"), text="–".join(dict.fromkeys(map(str, period))))


def _difference(result: Json) -> Iterator[Fact]:
    sizes = {
        moment: [abs(row[f"smd_{moment}"]) for row in result["balance"] if row.get(f"smd_{moment}") is not None]
        for moment in ("before", "after")
    }
    if not all(sizes.values()):
        return
    told = (
        _("%(before)s before, %(after)s after weighting; %(count)d of %(all)d above %(limit)s")
        if is_weighted(result)
        else _("%(before)s before, %(after)s after matching; %(count)d of %(all)d above %(limit)s")
    )
    after = sizes["after"]
    yield Fact(
        label=_("Largest standardized mean difference"),
        text=told
        % {
            "before": number(max(sizes["before"]), digits=2),
            "after": number(max(after), digits=2),
            "count": sum(size > ALIKE for size in after),
            "all": len(after),
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
            "share": percent(after[arm] / before[arm]),
        }
        for arm, name in arm_labels(result).items()
        if after.get(arm) is not None and before[arm]
    ]
    yield Fact(label=label, text=_("; ").join(sizes))
