"""A comparison in a few lines for the terminal."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from analytics.engine.agreement import SECOND_ENGINE
from analytics.engine.comparison import Comparison
from analytics.engine.outcomes.outcomes import EndpointResult
from analytics.engine.outcomes.safety import ANY
from analytics.messages import Message, p_in_words
from analytics.report.labels import in_language

ARM_UNKNOWN = "arm_unknown"  # the row of those outside both arms
_ADVERSE = Message("Patients with any adverse event,", "发生不良事件的患者，")


def summary_lines(comparison: Comparison) -> Iterator[str]:
    """Cohort per arm, pairs, hazard ratios, warnings; then the same of each further contrast."""
    yield f"{comparison.protocol.title} ({comparison.protocol.id})"
    yield from _of_two_arms(comparison, has_others=bool(comparison.contrasts))
    for one in comparison.contrasts:
        arms = one.protocol.arms
        yield ""
        yield _("Contrast: %(focal)s vs %(reference)s") % {"focal": arms.focal.label, "reference": arms.reference.label}
        yield from _of_two_arms(one, has_others=True)


def _of_two_arms(comparison: Comparison, *, has_others: bool) -> Iterator[str]:
    """Where there are further arms, whoever is in one of them is not unknown."""
    design = comparison.design
    for row in design.flow:
        arms = ", ".join(f"{label} {count}" for label, count in row.arms.items())
        removed = f"-{row.removed}, " if row.removed else ""
        is_elsewhere = has_others and row.id == ARM_UNKNOWN
        text = _("In another arm, in none, or unknown") if is_elsewhere else in_language(row.text)
        yield f"{text}: {removed}{row.remaining}" + (f" ({arms})" if arms else "")
    if design.matching is not None and design.matching.pairs is not None:
        yield _("matched pairs: %(pairs)d") % {"pairs": design.matching.pairs.count}
    for name, cohorts in comparison.outcomes.endpoints.items() if comparison.outcomes else ():
        for cohort, result in cohorts.items():
            yield _ratio_line(result, name=name, cohort=cohort, level=comparison.protocol.conventions.level)
    yield from _response_lines(comparison)
    yield from _safety_lines(comparison)
    for notice in comparison.warnings:
        yield _("warning: %(text)s") % {"text": in_language(notice.message)}
    yield from _check_lines(comparison)


def _check_lines(comparison: Comparison) -> Iterator[str]:
    """What the second engine says, and every self-check that failed."""
    for notice in comparison.checks:
        text = in_language(notice.message)
        if not notice.ok:
            yield _("check failed at %(where)s: %(text)s") % {"where": notice.where, "text": text}
        elif notice.code == SECOND_ENGINE:
            yield text


def _response_lines(comparison: Comparison) -> Iterator[str]:
    for name, cohorts in comparison.outcomes.responses.items() if comparison.outcomes else ():
        for cohort, result in cohorts.items():
            rates = ", ".join(
                f"{label} {arm.successes}/{arm.denominator}"
                + ("" if arm.proportion.rate is None else f" ({100 * arm.proportion.rate:.1f}%)")
                for label, arm in result.arms.items()
            )
            yield f"{name} {cohort}: {rates}{_p((result.paired or result.test).p)}"


def _safety_lines(comparison: Comparison) -> Iterator[str]:
    """All terms together."""
    for cohort, rows in comparison.outcomes.safety.items() if comparison.outcomes else ():
        patients = ", ".join(f"{label} {arm.patients[ANY]}/{arm.n}" for label, arm in rows[0].arms.items())
        yield f"{in_language(_ADVERSE)} {cohort}: {patients}{_p(rows[0].test.p)}"


def _p(value: float | None) -> str:
    return "" if value is None else f", {p_in_words(value)}"


def _ratio_line(result: EndpointResult, *, name: str, cohort: str, level: float) -> str:
    ratio = result.hazard_ratios[result.headline]
    medians = ", ".join(
        f"{label} {'–' if arm.median.value is None else format(arm.median.value, '.1f')}"
        for label, arm in result.arms.items()
    )
    if ratio.hr is None:
        return _("%(name)s %(cohort)s: median (months) %(medians)s; hazard ratio not estimable") % {
            "name": name,
            "cohort": cohort,
            "medians": medians,
        }
    return _(
        "%(name)s %(cohort)s: median (months) %(medians)s; hazard ratio %(hr).3f (%(level)g%% CI "
        "%(low).3f–%(high).3f), %(p)s"
    ) % {
        "name": name,
        "cohort": cohort,
        "medians": medians,
        "hr": ratio.hr,
        "level": 100 * level,
        "low": ratio.low,
        "high": ratio.high,
        "p": p_in_words(ratio.p),
    }
