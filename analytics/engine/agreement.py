"""What the second engine makes of the headline, and whether it agrees: a disagreement is a failed self-check."""

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.messages import Message, Notice
from analytics.stats.survival.second_engine import NAME

AGREED, NEAR_ZERO = 1e-5, 1e-9
SECOND_ENGINE = "second_engine"
MEDIAN, RATIO, ERROR = "median", "hazard_ratio", "se"


@dataclass(frozen=True)
class Quantity:
    """One number of the headline and what the second engine makes of it; a median is of an `arm`, None where not reached."""

    endpoint: str
    cohort: str
    name: str
    arm: str | None
    value: float | None
    second: float | None

    @property
    def agrees(self) -> bool:
        if self.value is None or self.second is None:
            return self.value is self.second
        return abs(self.value - self.second) <= max(AGREED * abs(self.value), NEAR_ZERO)


@dataclass(frozen=True)
class NotCompared:
    """`why` is corrected_error (the second engine has none; the error it corrects is compared), or as in `CannotFitError`."""

    endpoint: str
    cohort: str
    name: str
    why: str


@dataclass(frozen=True)
class Verification:
    version: str
    quantities: tuple[Quantity, ...]
    not_compared: tuple[NotCompared, ...]


def verification_checks(found: Verification) -> Iterator[Notice]:
    """One that failed for each endpoint and cohort with a disagreement, or one for all."""
    wrong: dict[str, list[Quantity]] = {}
    for one in found.quantities:
        if not one.agrees:
            wrong.setdefault(f"endpoints.{one.endpoint}.{one.cohort}", []).append(one)
    for where, quantities in wrong.items():
        yield Notice(SECOND_ENGINE, message=_disagreement(quantities, version=found.version), where=where)
    if found.quantities and not wrong:
        yield Notice(SECOND_ENGINE, message=_agreement(found), where="endpoints", ok=True)


_WITHIN = f"{AGREED:.0e}".replace("e-0", "e-")
_NAMES = {
    MEDIAN: Message("median", "中位数"),
    RATIO: Message("hazard ratio", "风险比"),
    ERROR: Message("standard error", "标准误"),
}
_REASONS = {
    "corrected_error": Message(
        "standard errors corrected for small samples, of which the uncorrected ones were compared",
        "小样本校正标准误（已比较未校正的标准误）",
    ),
    "delayed_entry": Message("endpoints with delayed entry", "延迟进入的终点"),
    "too_many_rows": Message(
        f"standard errors of cohorts too large for {NAME}", f"因队列过大而 {NAME} 无法计算的标准误"
    ),
    "no_convergence": Message(f"hazard ratios for which {NAME} does not converge", f"{NAME} 未能收敛的风险比"),
}


def _agreement(found: Verification) -> Message:
    count = len(found.quantities)
    en = (
        f"Verified with {NAME} {found.version}: {count} quantities (medians, hazard ratios and their standard errors) "
        f"agree within {_WITHIN}."
    )
    zh = f"已用 {NAME} {found.version} 复核：{count} 个数值（中位数、风险比及其标准误）在 {_WITHIN} 内一致。"
    reasons = [_REASONS[why] for why in dict.fromkeys(one.why for one in found.not_compared)]
    if not reasons:
        return Message(en, zh)
    return Message(
        f"{en} Not compared: {'; '.join(reason.en for reason in reasons)}.",
        f"{zh}未比较：{'；'.join(reason.zh for reason in reasons)}。",
    )


def _disagreement(quantities: list[Quantity], *, version: str) -> Message:
    """Without the numbers, which are closed until the design is accepted; the JSON has them."""
    names = [(_NAMES[one.name], f" ({one.arm})" if one.arm else "") for one in quantities]
    en, zh = ("; ".join(name.en + arm for name, arm in names), "；".join(name.zh + arm for name, arm in names))
    return Message(
        f"{NAME} {version} does not agree within {_WITHIN}: {en}.",
        f"{NAME} {version} 的结果与此相差超过 {_WITHIN}：{zh}。",
    )
