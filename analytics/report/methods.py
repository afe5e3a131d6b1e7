"""A protocol and its methods as sentences, for the study page and under a result."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.protocol.conditions import AllOf, AnyOf, Comparison, Condition, Not, Operator
from analytics.protocol.endpoints import StudyEndpoint, StudyResponse
from analytics.protocol.events import Noun, Text
from analytics.protocol.plan import Covariate
from analytics.protocol.population import StudyProtocol
from analytics.report.design_sentence import design_sentence
from analytics.report.labels import NOUNS, is_chinese, level_label, variable_label
from analytics.report.numbers import endpoint_label, value_label

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    sentences: tuple[str, ...]


def protocol_sections(protocol: StudyProtocol) -> tuple[Section, ...]:
    arms = protocol.arms
    return (
        Section(
            title=_("Who is included"), sentences=tuple(_text(row.text) for row in protocol.population.eligibility)
        ),
        Section(
            title=_("What is compared"),
            sentences=tuple(f"{_arm_label(arm)}: {describe(arm.where)}" for arm in (arms.focal, arms.reference)),
        ),
        Section(title=_("What is followed"), sentences=tuple(_time_sentences(protocol))),
        Section(
            title=_("How the arms are made comparable"),
            sentences=(design_sentence(protocol.design), *_covariates_sentences(protocol)),
        ),
    )


def describe(condition: Condition) -> str:
    match condition:
        case AllOf():
            return _("; ").join(describe(part) for part in condition.all)
        case AnyOf():
            return _(" or ").join(describe(part) for part in condition.any)
        case Not():
            return _("not (%(condition)s)") % {"condition": describe(condition.not_)}
        case Comparison():
            return _comparison(condition)


def methods_sentences(result: Json, *, protocol: StudyProtocol) -> Iterator[str]:
    """What a reader of a figure must know: time zero, cut-off, design, conventions, software."""
    yield _("Data cut-off %(date)s. Time zero: %(event)s.") % {
        "date": protocol.cutoff_date.isoformat(),
        "event": _event(protocol, name=protocol.time_zero),
    }
    yield design_sentence(protocol.design)
    conventions = protocol.conventions
    yield _(
        "Survival by Kaplan-Meier, with %(level)g %% confidence limits of the kind %(kind)s; median follow-up by reverse Kaplan-Meier."
    ) % {
        "level": 100 * conventions.level,
        "kind": conventions.km_ci,
    }
    yield _(
        "Hazard ratios by Cox regression (%(ties)s); after matching the arm alone, with errors clustered by pair."
    ) % {"ties": protocol.cox.ties.capitalize()}
    if protocol.cox.errors == "corrected":
        yield _("These errors are corrected for small samples (Mancl and DeRouen), with limits and p of Student's t.")
    smd = {
        "pooled": _("pooled variances before matching"),
        "matchit": _("the focal arm before matching"),
        "tableone": _("pooled variances of each cohort"),
    }
    yield _("Standardized differences over %(convention)s.") % {"convention": smd[conventions.smd]}
    software = ", ".join(
        f"{name} {version}" for name, version in result["software"].items() if name not in {"started", "seconds"}
    )
    yield _("Computed by %(software)s.") % {"software": software}


def _comparison(condition: Comparison) -> str:
    name = condition.variable
    if name.endswith(".record"):
        return _("first procedure is %(noun)s") % {"noun": str(NOUNS[Noun(str(condition.value))])}
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    shown = [level_label(name, level=str(value)) for value in values if value is not None]
    signs = {
        Operator.EQUALS: "{0} = {1}",
        Operator.DIFFERS: "{0} ≠ {1}",
        Operator.IN: "{0}: {1}",
        Operator.NOT_IN: _("{0} none of {1}"),
        Operator.LESS: "{0} < {1}",
        Operator.AT_MOST: "{0} ≤ {1}",
        Operator.MORE: "{0} > {1}",
        Operator.AT_LEAST: "{0} ≥ {1}",
        Operator.BETWEEN: _("{0} from {1}"),
        Operator.CONTAINS: _("{0} with {1}"),
        Operator.KNOWN: _("{0} recorded"),
        Operator.MISSING: _("{0} not recorded"),
    }
    between = "–" if condition.operator is Operator.BETWEEN else _(" or ")
    return signs[condition.operator].format(variable_label(name), between.join(shown))


def _time_sentences(protocol: StudyProtocol) -> Iterator[str]:
    yield _("Time zero: %(event)s. Data cut-off: %(date)s.") % {
        "event": _event(protocol, name=protocol.time_zero),
        "date": protocol.cutoff_date.isoformat(),
    }
    if protocol.defining is not None:
        yield _("The arm is known from: %(event)s.") % {"event": _event(protocol, name=protocol.defining)}
    for name, plan in protocol.endpoints.items():
        words = _response(plan, protocol=protocol) if isinstance(plan, StudyResponse) else _endpoint(plan)
        yield f"{endpoint_label(name)}: {words}"
    if protocol.safety is not None:
        yield _("Adverse events after time zero, by worst grade of each term in CTCAE %(versions)s.") % {
            "versions": _(" or ").join(protocol.safety.ctcae)
        }


def _endpoint(endpoint: StudyEndpoint) -> str:
    first = {
        "OS": _("to death from any cause"),
        "PPS": _("from first progression to death from any cause, of those with progression"),
        "PFS": _("to first progression"),
        "TTP": _("to first progression"),
        "EPFS": _("to first progression outside the liver"),
        "TTUP": _("to progression that TACE cannot treat"),
        "TACE_PFS": _("to progression that TACE cannot treat"),
        "RFS": _("from the curative procedure to recurrence"),
        "DOR": _("from the first response to progression, of those who responded"),
        "LTP": _("from the ablation to progression at its site"),
    }[endpoint.kind]
    of_death = {
        "event": "" if endpoint.kind in {"OS", "PPS"} else _("death is an event as well"),
        "censored": _("death censors"),
        "competing": _("death competes"),
    }[endpoint.death]
    end = _("others are censored at their last contact")
    if endpoint.assessment == "imaging":
        end = _("others are censored at their last imaging")
    stops = _("a later treatment named by the protocol ends follow-up") if endpoint.censor_at else ""
    return _("%(sentence)s.") % {"sentence": _("; ").join(filter(None, (first, of_death, end, stops)))}


def _response(plan: StudyResponse, *, protocol: StudyProtocol) -> str:
    success = _(" or ").join(value_label(str(token)) for token in plan.success)
    if plan.kind == "COMPLICATION":
        since = _event(protocol, name=plan.since or protocol.time_zero)
        words = _(
            "the worst within %(days)s days from %(event)s, major (SIR C to F) or minor (A, B); counted: %(success)s."
        )
        return words % {"days": plan.within_days, "event": since, "success": success}
    if plan.kind == "RESPONSE_TO_TACE":
        return _("the best by mRECIST on a scan 1 to 56 days after any TACE; counted: %(success)s.") % {
            "success": success
        }
    yes_or_no = {
        "CONVERSION": _("resected after treatment of a tumor that could not be resected."),
        "PCR": _("no viable tumor in the resected specimen."),
        "MPR": _("at most %(pct)g %% of the resected tumor viable.") % {"pct": plan.most_viable_pct},
        "DOWNSTAGING": _("within the Milan criteria by viable tumor after a TACE, of those beyond them at time zero."),
        "COMPLETE_ABLATION": _("complete ablation at one month, of those ablated."),
    }
    return yes_or_no.get(
        plan.kind,
        _("the best by mRECIST until progression or a new treatment, unconfirmed; counted: %(success)s.")
        % {"success": success},
    )


def _event(protocol: StudyProtocol, *, name: str) -> str:
    rule = protocol.population.events[name]
    if rule.text is not None:
        return _text(rule.text)
    nouns = _(" or ").join(str(NOUNS[noun]) for noun in rule.records)
    return (_("first %(noun)s") if rule.which == "first" else _("last %(noun)s")) % {"noun": nouns}


def _covariates_sentences(protocol: StudyProtocol) -> Iterator[str]:
    in_score = protocol.score_covariates
    yield _("Covariates of the score: %(names)s.") % {"names": _listed(in_score)}
    late = [c for c in protocol.covariates if c.measured == "after" and c not in in_score]
    if late:
        yield _("Measured after time zero and kept out of the score: %(names)s.") % {"names": _listed(late)}


def _listed(covariates: Iterable[Covariate]) -> str:
    return _(", ").join(variable_label(covariate.name) for covariate in covariates)


def _arm_label(arm: Any) -> str:
    return (arm.label_zh if is_chinese() else "") or arm.label


def _text(text: Text) -> str:
    return text.zh if is_chinese() else text.en
