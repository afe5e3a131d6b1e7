"""A rate at which everybody in both arms is a success: what was required to enter is no outcome."""

from collections.abc import Mapping

from analytics.engine.outcomes.response import ResponseResult
from analytics.messages import Message, Notice
from analytics.protocol.conditions import variables_of
from analytics.protocol.events import EventRule
from analytics.protocol.plan import AnalysisPlan
from analytics.protocol.population import Criterion, StudyProtocol


def about_constant_rates(found: Mapping[str, Mapping[str, ResponseResult]], *, protocol: AnalysisPlan) -> list[Notice]:
    """Told of the unmatched arms, from which the others are taken."""
    return [
        _notice(name, protocol=protocol)
        for name, cohorts in found.items()
        if all(0 < arm.denominator == arm.successes for arm in cohorts["unmatched"].arms.values())
    ]


def _notice(name: str, *, protocol: AnalysisPlan) -> Notice:
    en = f"{name}: every evaluable patient in both arms is a success, so this rate cannot tell the arms apart."
    zh = f"{name}：两组所有可评价的患者均为成功，该比率无法区分两组。"
    criterion = _criterion_on_response(protocol)
    if criterion is None:
        en += " Check whether it was required for inclusion."
        zh += "请核对其是否为入组条件。"
    else:
        en += f" It was required for inclusion ({criterion.text.en}) and is not an outcome."
        zh += f"它是入组条件（{criterion.text.zh}），不是结局。"
    return Notice("constant_rate", Message(en, zh), where=f"response.{name}")


def _criterion_on_response(protocol: AnalysisPlan) -> Criterion | None:
    """The row of the flow chart that rests on a response, of its own or of an event."""
    if not isinstance(protocol, StudyProtocol):
        return None
    events = protocol.population.events

    def is_on_response(variable: str) -> bool:
        name, _, rest = variable.partition(".")
        rule = events.get(name) if rest else None
        where = rule.where if isinstance(rule, EventRule) else None
        named = [variable.rpartition(".")[2], *(variables_of(where) if where is not None else ())]
        return any("response" in one for one in named)

    rows = protocol.population.eligibility
    return next((row for row in rows if any(map(is_on_response, variables_of(row.keep)))), None)
