"""A protocol and its methods as sentences, for the study page and under a result."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.protocol.conditions import AllOf, AnyOf, Comparison, Condition, Not, Operator
from analytics.protocol.endpoints.catalog import label_of
from analytics.protocol.endpoints.criteria import CONFIRMATION
from analytics.protocol.endpoints.criteria import NAMES as CRITERIA_NAMES
from analytics.protocol.endpoints.plans import StudyEndpoint, StudyResponse
from analytics.protocol.events import CombinedEvent, Noun, Text
from analytics.protocol.plan import Covariate
from analytics.protocol.population import Population, StudyArms, StudyProtocol, StudySafety
from analytics.report.design_sentence import design_sentence
from analytics.report.labels import CLAIMS, DERIVED, NOUNS, in_language, is_chinese, level_label, variable_label
from analytics.report.numbers import value_label
from analytics.stats.survival.kaplan_meier import FEWEST_AT_RISK, FEWEST_SHARE

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    sentences: tuple[str, ...]


def protocol_sections(protocol: StudyProtocol) -> tuple[Section, ...]:
    return (
        Section(title=_("Eligibility"), sentences=tuple(_text(row.text) for row in protocol.population.eligibility)),
        arms_section(protocol.arms, population=protocol.population),
        Section(title=_("Time zero and endpoints"), sentences=tuple(_time_sentences(protocol))),
        Section(
            title=_("Adjustment for confounding"),
            sentences=(_design(protocol), *_covariates_sentences(protocol)),
        ),
    )


def arms_section(arms: StudyArms, *, population: Population | None) -> Section:
    told = (f"{_arm_label(arm)}: {describe(arm.where, population=population)}" for arm in (arms.focal, arms.reference))
    return Section(title=_("Comparison arms"), sentences=tuple(told))


def described_rows(population: Population) -> tuple[str, ...]:
    """Each criterion with its sentence and what it asks of the records."""
    return tuple(
        f"{_text(row.text)}{_(': ')}{describe(row.keep, population=population)}" for row in population.eligibility
    )


def described_events(population: Population) -> tuple[str, ...]:
    """Each event as it is told, with its name in the protocol."""
    return tuple(_named_event(name, population=population) for name in population.events)


def describe(condition: Condition, *, population: Population | None = None) -> str:
    """A condition in words; the events that it names are told as the population has them."""
    match condition:
        case AllOf():
            return _("; ").join(describe(part, population=population) for part in condition.all)
        case AnyOf():
            return _(" or ").join(describe(part, population=population) for part in condition.any)
        case Not():
            return _("not (%(condition)s)") % {"condition": describe(condition.not_, population=population)}
        case Comparison():
            return _comparison(condition, population=population)


def methods_sentences(result: Json, *, protocol: StudyProtocol) -> Iterator[str]:
    """What a reader of a figure must know: time zero, cut-off, design, conventions, software."""
    yield _("Data cutoff: %(date)s. Time zero: %(event)s.") % {
        "date": protocol.cutoff_date.isoformat(),
        "event": event_text(protocol.population, name=protocol.time_zero),
    }
    if protocol.emulation is not None:
        yield _text(protocol.emulation)
    yield from _entry(protocol)
    yield _design(protocol)
    if protocol.score_covariates:
        yield from _covariates_sentences(protocol)
    conventions = protocol.conventions
    yield _(
        "Survival was estimated by the Kaplan-Meier method with %(level)g%% confidence limits "
        "(%(kind)s); median follow-up by the reverse Kaplan-Meier method."
    ) % {
        "level": 100 * conventions.level,
        "kind": conventions.km_ci,
    }
    yield _ratios(protocol)
    if protocol.cox.errors == "corrected":
        yield _(
            "These standard errors are corrected for small samples (Mancl and DeRouen); "
            "confidence limits and P values are based on Student's t distribution."
        )
    smd = {
        "pooled": _("pooled standard deviation before matching"),
        "matchit": _("standard deviation of the focal arm before matching"),
        "tableone": _("pooled standard deviation within each cohort"),
    }
    yield _("Denominator of the standardized mean differences: %(convention)s.") % {"convention": smd[conventions.smd]}
    yield _(
        "A median that rests on fewer than %(fewest)d patients or %(share)g%% of the arm at risk is marked; curves end there."
    ) % {"fewest": FEWEST_AT_RISK, "share": 100 * FEWEST_SHARE}
    versions = {name: of for name, of in result["software"].items() if name not in {"caliper", "started", "seconds"}}
    yield _("Computed by Caliper (software) %(version)s with %(others)s.") % {
        "version": result["software"]["caliper"],
        "others": _(", ").join(f"{name} {of}" for name, of in versions.items()),
    }


def _ratios(protocol: StudyProtocol) -> str:
    told = (
        _(
            "Hazard ratios are from Cox regression (%(ties)s method for ties); after weighting, the "
            "model includes only the arm, with robust standard errors."
        )
        if protocol.design.method == "weighting"
        else _(
            "Hazard ratios are from Cox regression (%(ties)s method for ties); after matching, the "
            "model includes only the arm, with standard errors clustered by pair."
        )
    )
    return told % {"ties": protocol.cox.ties.capitalize()}


def _comparison(condition: Comparison, *, population: Population | None) -> str:
    name = condition.variable
    if condition.than is not None:
        return _relation(condition, than=condition.than, population=population)
    if name.endswith(".found") and name not in DERIVED and isinstance(condition.value, bool):
        happened = condition.value is (condition.operator is Operator.EQUALS)
        told = _("with: %(event)s") if happened else _("without: %(event)s")
        return told % {"event": _named_event(name.removesuffix(".found"), population=population)}
    if name.endswith(".record"):
        return _("first procedure = %(noun)s") % {"noun": str(NOUNS[Noun(str(condition.value))])}
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    shown = [_level(name, value=value) for value in values if value is not None]
    signs = {
        Operator.EQUALS: "{0} = {1}",
        Operator.DIFFERS: "{0} ≠ {1}",
        Operator.IN: "{0}: {1}",
        Operator.NOT_IN: _("{0}: not {1}"),
        Operator.LESS: "{0} < {1}",
        Operator.AT_MOST: "{0} ≤ {1}",
        Operator.MORE: "{0} > {1}",
        Operator.AT_LEAST: "{0} ≥ {1}",
        Operator.BETWEEN: _("{0} in the range {1}"),
        Operator.CONTAINS: _("{0} including {1}"),
        Operator.KNOWN: _("{0} recorded"),
        Operator.MISSING: _("{0} not recorded"),
    }
    between = "–" if condition.operator is Operator.BETWEEN else _(" or ")
    return signs[condition.operator].format(_variable(name, population=population), between.join(shown))


def _relation(condition: Comparison, *, than: str, population: Population | None) -> str:
    """A variable against another one."""
    signs = {
        Operator.EQUALS: "=",
        Operator.DIFFERS: "≠",
        Operator.LESS: "<",
        Operator.AT_MOST: "≤",
        Operator.MORE: ">",
        Operator.AT_LEAST: "≥",
    }
    plus = condition.plus_days or 0
    left, right = _variable(condition.variable, population=population), _variable(than, population=population)
    words = f"{left} {signs[condition.operator]} {right}"
    if not plus:
        return words
    sign = "+" if plus > 0 else "−"
    return _("%(comparison)s %(sign)s %(days)d days") % {"comparison": words, "sign": sign, "days": abs(plus)}


def _level(name: str, *, value: object) -> str:
    return str(CLAIMS[str(value).lower()]) if isinstance(value, bool) else level_label(name, level=str(value))


def _variable(name: str, *, population: Population | None) -> str:
    """By its label; the date of an event by the event."""
    event = name.removesuffix(".date")
    if event != name and population is not None and event in population.events:
        return _("date of “%(event)s”") % {"event": _named_event(event, population=population)}
    quantity = population.quantities.get(name) if population is not None else None
    return _text(quantity.text) if quantity and quantity.text else variable_label(name)


def _named_event(name: str, *, population: Population | None) -> str:
    told = event_text(population, name=name) if population is not None and name in population.events else ""
    return f"{told} ({name})" if told else f"({name})"


def _time_sentences(protocol: StudyProtocol) -> Iterator[str]:
    if protocol.emulation is not None:
        yield _text(protocol.emulation)
    yield _("Time zero: %(event)s. Data cutoff: %(date)s.") % {
        "event": event_text(protocol.population, name=protocol.time_zero),
        "date": protocol.cutoff_date.isoformat(),
    }
    if protocol.defining is not None:
        yield _("Arm determined at: %(event)s.") % {"event": event_text(protocol.population, name=protocol.defining)}
    yield from _entry(protocol)
    yield from endpoint_sentences(protocol)
    if protocol.safety is not None:
        yield _safety(protocol.safety, protocol=protocol)


def endpoint_sentences(protocol: StudyProtocol) -> Iterator[str]:
    """Each endpoint with what it counts."""
    kinds = {name: plan.kind for name, plan in protocol.endpoints.items()}
    for name, plan in protocol.endpoints.items():
        words = _response(plan, protocol=protocol) if isinstance(plan, StudyResponse) else _endpoint(plan)
        yield f"{in_language(label_of(name, kinds=kinds))}{_(': ')}{words}"


def _safety(plan: StudySafety, *, protocol: StudyProtocol) -> str:
    sentence = _("Adverse events after time zero")
    if plan.since is not None:
        sentence = _("Adverse events from %(event)s on") % {"event": event_text(protocol.population, name=plan.since)}
    parts = [sentence]
    if plan.within_days is not None:
        parts.append(_("within %(days)d days") % {"days": plan.within_days})
    if plan.until is not None:
        parts.append(_("until %(event)s") % {"event": event_text(protocol.population, name=plan.until)})
    if plan.serious:
        parts.append(_("serious only"))
    if plan.immune_related:
        parts.append(_("immune-related only"))
    if plan.related_to:
        names = _(" or ").join(variable_label(f"related_{name}") for name in plan.related_to)
        parts.append(_("relatedness at least possible: %(names)s") % {"names": names})
    parts.append(_("by worst grade for each term"))
    if plan.ctcae is not None:
        parts.append(_("CTCAE %(versions)s") % {"versions": _(" or ").join(plan.ctcae)})
    return _("%(text)s.") % {"text": _(", ").join(parts)}


def _entry(protocol: StudyProtocol) -> Iterator[str]:
    if protocol.entry is not None:
        yield _("Patients count as at risk from: %(event)s (delayed entry).") % {
            "event": event_text(protocol.population, name=protocol.entry)
        }


def _endpoint(endpoint: StudyEndpoint) -> str:
    definition = in_language(endpoint.declared.definition)
    of_death = {
        "event": "" if endpoint.declared.is_survival else _("death also counts as an event"),
        "censored": _("patients are censored at death"),
        "competing": _("death is a competing event"),
    }[endpoint.death]
    end = _("other patients are censored at last contact")
    if endpoint.assessment == "imaging":
        end = _("other patients are censored at last imaging")
    stops = _("follow-up ends at any subsequent treatment specified in the protocol") if endpoint.censor_at else ""
    reading = in_language(endpoint.reading) if endpoint.reading else ""
    parts = filter(None, (definition, reading, of_death, end, stops))
    return _("%(sentence)s.") % {"sentence": _("; ").join(parts)}


def _response(plan: StudyResponse, *, protocol: StudyProtocol) -> str:
    return in_language(plan.declared.definition).format(
        success=_(" or ").join(value_label(str(token)) for token in plan.success),
        days=plan.days,
        event=event_text(protocol.population, name=plan.since or protocol.time_zero),
        pct=f"{plan.most_viable_pct:g}",
        criteria=CRITERIA_NAMES[plan.criteria],
        confirmation=in_language(CONFIRMATION[plan.confirmed]),
        window="–".join(map(str, plan.window_days)),
        nearest=plan.nearest_day,
    )


def event_text(population: Population, *, name: str) -> str:
    rule = population.events[name]
    if rule.text is not None:
        return _text(rule.text)
    if isinstance(rule, CombinedEvent):
        return _combined(rule, population=population)
    nouns = _(" or ").join(str(NOUNS[noun]) for noun in rule.records)
    if rule.number > 1:
        words = _("%(noun)s no. %(number)d") if rule.which == "first" else _("%(noun)s no. %(number)d from the last")
        return words % {"noun": nouns, "number": rule.number}
    return (_("first %(noun)s") if rule.which == "first" else _("last %(noun)s")) % {"noun": nouns}


def _combined(rule: CombinedEvent, *, population: Population) -> str:
    events = _(", ").join(event_text(population, name=name) for name in rule.of)
    words = (_("the later of: %(events)s") if rule.later_of else _("the earlier of: %(events)s")) % {"events": events}
    if not rule.plus_days:
        return words
    return _("%(days)d days after %(event)s") % {"days": rule.plus_days, "event": words}


def _design(protocol: StudyProtocol) -> str:
    return design_sentence(protocol.design, variables={c.name: c.reads for c in protocol.covariates})


def _covariates_sentences(protocol: StudyProtocol) -> Iterator[str]:
    in_score = protocol.score_covariates
    yield _("Propensity score covariates: %(names)s.") % {
        "names": _(", ").join(_in_score(covariate, population=protocol.population) for covariate in in_score)
    }
    late = [c for c in protocol.covariates if c.measured == "after" and c not in in_score]
    if late:
        yield _("Measured after time zero and not included in the propensity score: %(names)s.") % {
            "names": _listed(late, population=protocol.population)
        }


def _in_score(covariate: Covariate, *, population: Population) -> str:
    """A covariate as the score has it: cut into classes, or its logarithm."""
    label = _covariate_label(covariate, population=population)
    if covariate.log:
        return _("logarithm of %(name)s") % {"name": label}
    if not covariate.cut:
        return label
    sign = "≤" if covariate.cut_side == "right" else "<"
    return _("%(name)s in classes (%(cuts)s)") % {
        "name": label,
        "cuts": _(", ").join(f"{sign} {value:g}" for value in covariate.cut),
    }


def _listed(covariates: Iterable[Covariate], *, population: Population) -> str:
    return _(", ").join(dict.fromkeys(_covariate_label(one, population=population) for one in covariates))


def _covariate_label(covariate: Covariate, *, population: Population) -> str:
    """A count or exposure of the study as its protocol calls it, else by the variable."""
    quantity = population.quantities.get(covariate.reads)
    return _text(quantity.text) if quantity and quantity.text else variable_label(covariate.reads)


def _arm_label(arm: Any) -> str:
    return (arm.label_zh if is_chinese() else "") or arm.label


def _text(text: Text) -> str:
    return text.zh if is_chinese() else text.en
