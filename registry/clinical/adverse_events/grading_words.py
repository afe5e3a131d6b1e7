"""Why a grade is suggested, in words of both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.clinical.adverse_events.grading_steps import Direction, Reference, Step
from registry.clinical.messages import Message

REFERENCES: Mapping[Reference, Message] = MappingProxyType(
    {
        "ULN": Message("the upper limit of normal", "正常值上限"),
        "LLN": Message("the lower limit of normal", "正常值下限"),
        "BASELINE": Message("the baseline", "基线值"),
    }
)
# (upward, start included)
COMPARED: Mapping[tuple[bool, bool], Message] = MappingProxyType(
    {
        (True, False): Message("above", "高于"),
        (True, True): Message("at or above", "不低于"),
        (False, False): Message("below", "低于"),
        (False, True): Message("at or below", "不高于"),
    }
)


WITHOUT_BASELINE = Message("no baseline is known", "基线值未知")


def without_baseline(why: Message) -> Message:
    """Such as "600 is above 5 × the upper limit of normal (50); no baseline is known"."""
    return Message(f"{why.en}; {WITHOUT_BASELINE.en}", f"{why.zh}；{WITHOUT_BASELINE.zh}")


def in_words(step: Step, *, measured: float, measure: str, reference: float, direction: Direction) -> Message:
    """Such as "160 is above 3 × the upper limit of normal (50)"; of a fall from baseline its percentage."""
    if measure == "FALL_PCT":
        word = "at least" if step.inclusive else "more than"
        zh_word = "达到或超过" if step.inclusive else "超过"
        return Message(
            f"{measured:.4g}% below baseline, {word} {step.start:g}%",
            f"较基线下降 {measured:.4g}%，{zh_word} {step.start:g}%",
        )
    compared = COMPARED[direction == "UP", step.inclusive]
    if step.of == "UNIT":
        return Message(
            f"{measured:.6g} is {compared.en} {step.start:g}", f"{measured:.6g} {compared.zh} {step.start:g}"
        )
    of = REFERENCES[step.of]
    times = "" if step.start == 1 else f"{step.start:g} × "
    return Message(
        f"{measured:.6g} is {compared.en} {times}{of.en} ({reference:g})",
        f"{measured:.6g} {compared.zh} {times}{of.zh}（{reference:g}）",
    )


def in_words_of_code(code: str) -> Message:
    """Such as "the result is 2+"."""
    return Message(f"the result is {code}", f"结果为 {code}")
