"""What the library comes to on a registry: of each study the arms, the pairs, and our results beside those that its source prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analytics.engine.comparison import Comparison
from analytics.messages import Message
from analytics.protocol.population import StudyProtocol
from analytics.result.comparison import json_text, result_object
from analytics.result.nulls import Json

ENOUGH = 30  # patients of an arm, for a comparison that says something
HAZARD_RATIO = "hazard_ratio"
NOTHING: Json = {"value": None, "lower": None, "upper": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryResult:
    """One study of the library, compared; or why it was not.

    `arms` are the patients of each arm before the design; `ratios` the hazard ratio of each endpoint in the cohort that the
    design makes, with its limits, `rates` the percent of successes of each binary endpoint and arm; `printed` what the source prints, row by row."""

    protocol: StudyProtocol
    arms: Mapping[str, int] = field(default_factory=dict)
    pairs: int | None = None
    ratios: Mapping[str, Json] = field(default_factory=dict)
    rates: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    printed: Sequence[Json] = ()
    refusal: tuple[Message, ...] = ()

    @property
    def has_enough(self) -> bool:
        """Whether there are enough patients in each arm."""
        return min(self.arms.values(), default=0) >= ENOUGH

    @property
    def headline(self) -> tuple[str, Json, Json]:
        """The first endpoint whose hazard ratio is printed, else the first: its name, our ratio, the printed one."""
        told = {
            row["endpoint"]: row["printed"]
            for row in reversed(self.printed)
            if row["measure"] == HAZARD_RATIO and row["arm"] is None
        }
        name = next((name for name in self.protocol.survival_endpoints if name in told), None)
        name = name or next(iter(self.protocol.survival_endpoints))
        return name, self.ratios.get(name, NOTHING), told.get(name, NOTHING)


def library_result(comparison: Comparison, *, protocol: StudyProtocol) -> LibraryResult:
    """`comparison` is of the protocol, with its outcomes."""
    result = result_object(comparison)
    before = [row["arms"] for row in result["flow"] if row["arms"] and row["id"] != "matched"]
    return LibraryResult(
        protocol=protocol,
        arms=before[-1],
        pairs=result["matching"].get("n_pairs"),
        ratios={name: _ratio([*cohorts.values()][-1]) for name, cohorts in result["endpoints"].items()},
        rates={name: _rates([*cohorts.values()][-1]) for name, cohorts in result["response"].items()},
        printed=result.get("printed", ()),
    )


def _ratio(endpoint: Json) -> Json:
    found = endpoint["hazard_ratio"]
    return {"value": found["hr"], "lower": found["low"], "upper": found["high"]}


def _rates(response: Json) -> dict[str, Json]:
    return {label: {**NOTHING, "value": _percent(arm["rate"])} for label, arm in response["arms"].items()}


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def library_json(results: Sequence[LibraryResult]) -> str:
    return json_text({"studies": [*map(_study_object, results)]})


def _study_object(result: LibraryResult) -> Json:
    return {
        "id": result.protocol.id,
        "title": result.protocol.title,
        "source": result.protocol.source,
        "arms": dict(result.arms),
        "pairs": result.pairs,
        "has_enough": result.has_enough,
        "refusal": [{"en": message.en, "zh": message.zh} for message in result.refusal],
        "hazard_ratios": dict(result.ratios),
        "rates_pct": {name: {arm: found["value"] for arm, found in of.items()} for name, of in result.rates.items()},
        "printed": [*result.printed],
    }
