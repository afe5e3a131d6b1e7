"""The target trial that a study emulates, item by item as the TARGET statement asks, drawn from the protocol."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from analytics.protocol.endpoints.catalog import label_of
from analytics.protocol.endpoints.plans import StudyResponse
from analytics.protocol.population import StudyProtocol
from analytics.report.design_sentence import design_sentence
from analytics.report.labels import in_language, is_chinese, variable_label
from analytics.report.methods import endpoint_sentences, event_text, protocol_sections
from analytics.report.tables.table import Row, Table


def target_trial_table(protocol: StudyProtocol) -> Table:
    """Each component as the trial would have it, and as the records emulate it."""
    return Table(
        name="target-trial",
        title=_("Target trial and its emulation"),
        head=(_("Component"), _("Target trial"), _("Emulation with the registry")),
        rows=tuple(Row(cells=cells) for cells in _components(protocol)),
        notes=(_("Items of the TARGET statement (JAMA and BMJ 2025), drawn from the protocol."),),
        text_columns=3,
        is_prose=True,
    )


def _components(protocol: StudyProtocol) -> Iterator[tuple[str, str, str]]:
    eligibility, arms, *_others = protocol_sections(protocol)
    zero = event_text(protocol.population, name=protocol.time_zero)
    yield (
        _("Eligibility criteria"),
        _("; ").join(eligibility.sentences),
        _("The same, as recorded up to each patient's time zero and, where a criterion says so, later."),
    )
    labels = _arms(protocol)
    yield (
        _("Treatment strategies"),
        _(" or ").join(labels),
        _("; ").join(arms.sentences),
    )
    yield _("Assignment"), _("At random, open label."), _assignment(protocol)
    yield _("Time zero"), _("Randomization, when eligibility is met."), _time_zero(protocol, zero=zero)
    yield (
        _("Follow-up"),
        _("From randomization to the outcome, death, loss to follow-up or the end of the study."),
        _("From %(zero)s to the outcome, death, last contact or %(date)s.")
        % {"zero": zero, "date": protocol.cutoff_date.isoformat()},
    )
    yield _("Outcomes"), _("; ").join(_outcomes(protocol)), _said(endpoint_sentences(protocol))
    yield _("Causal contrast"), _("The effect of being assigned to one arm or the other."), _contrast(protocol)
    yield (
        _("Analysis"),
        _("Comparison of the arms as randomized."),
        _analysis(protocol),
    )


def _arms(protocol: StudyProtocol) -> list[str]:
    arms = (protocol.arms.focal, protocol.arms.reference)
    return [(arm.label_zh if is_chinese() else "") or arm.label for arm in arms]


def _assignment(protocol: StudyProtocol) -> str:
    if protocol.design.method == "none":
        return _("By the patients' own treatment; nothing is adjusted for.")
    names = dict.fromkeys(variable_label(covariate.reads) for covariate in protocol.score_covariates)
    return _("By the patients' own treatment; taken as random given: %(names)s.") % {"names": _(", ").join(names)}


def _time_zero(protocol: StudyProtocol, *, zero: str) -> str:
    if protocol.defining is None:
        return _("%(event)s.") % {"event": zero}
    return _(
        "%(event)s. The arm is known only from: %(defining)s; the time until then is immortal in the naive analysis."
    ) % {
        "event": zero,
        "defining": event_text(protocol.population, name=protocol.defining),
    }


def _outcomes(protocol: StudyProtocol) -> list[str]:
    kinds = {name: plan.kind for name, plan in protocol.endpoints.items()}
    return [in_language(label_of(name, kinds=kinds)) for name in protocol.endpoints]


def _contrast(protocol: StudyProtocol) -> str:
    focal, reference = _arms(protocol)
    words = {
        "ATT": _("The effect in patients like those treated with %(arm)s (ATT)") % {"arm": focal},
        "ATC": _("The effect in patients like those treated with %(arm)s (ATT of the reference arm, ATC)")
        % {"arm": reference},
        "ATE": _("The effect in all eligible patients (ATE)"),
        "ATO": _("The effect in patients who could have had either treatment (ATO)"),
        "ATM": _("The effect in patients who could be matched (ATM)"),
    }
    if protocol.design.method == "none":
        return _("None: the arms are described as they are.")
    measures = [_("hazard ratios")] if protocol.survival_endpoints else []
    if any(isinstance(plan, StudyResponse) for plan in protocol.endpoints.values()):
        measures.append(_("differences of rates"))
    return _("%(effect)s, of the treatment begun, as %(measures)s.") % {
        "effect": words[protocol.design.estimand],
        "measures": _(" and ").join(measures),
    }


def _analysis(protocol: StudyProtocol) -> str:
    variables = {covariate.name: covariate.reads for covariate in protocol.covariates}
    sentences = [design_sentence(protocol.design, variables=variables)]
    plan = protocol.immortal_time
    if protocol.defining is not None and plan is not None:
        ways = [_("time zero reset to the arm-defining event")] if plan.rezero else []
        ways += (
            [_("landmarks at %(months)s months") % {"months": _(", ").join(f"{m:g}" for m in plan.landmark_months)}]
            if plan.landmark_months
            else []
        )
        ways += [_("the arm as a time-dependent covariate")] if plan.time_dependent else []
        ways += [_("clone-censor-weight")] if plan.ccw is not None else []
        if ways:
            sentences.append(_("Against immortal time: %(ways)s.") % {"ways": _("; ").join(ways)})
    return _said(sentences)


def _said(sentences: Iterable[str]) -> str:
    """One after the other."""
    return ("" if is_chinese() else " ").join(sentences)
