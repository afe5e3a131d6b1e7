"""How kinds of numbers are declared: one alone, a count, a ratio with its limits, a test."""

from analytics.messages import Message
from analytics.result.rows.shapes import Block, Node, Statistic

SURVIVAL, TESTS, PROPENSITY = "analytics.stats.survival", "analytics.stats.tests", "analytics.stats.propensity"
COX, KAPLAN_MEIER = f"{SURVIVAL}.cox.hazard_ratio", f"{SURVIVAL}.kaplan_meier"
OF_ENDPOINT = "endpoints.{endpoint}.{cohort}.arms.{arm}"
SIZES = (f"{OF_ENDPOINT}.n", f"{OF_ENDPOINT}.events")


def statistic(en: str, zh: str, *, by: str, r: str = "", on: tuple[str, ...] = ()) -> Statistic:
    return Statistic(label=Message(en, zh), function=by, r=r, rests_on=on)


def count(en: str, zh: str, *, by: str, share_of: str = "") -> Statistic:
    return Statistic(label=Message(en, zh), function=by, r="base::sum", share_of=share_of)


def limited(statistic: Statistic, *, names: tuple[str, str] = ("low", "high")) -> dict[str, Statistic]:
    """The confidence limits of a number."""
    told = (("lower confidence limit", "置信下限"), ("upper confidence limit", "置信上限"))
    label = statistic.label
    return {
        name: Statistic(
            label=Message(f"{label.en}, {en}", f"{label.zh}，{zh}"),
            function=statistic.function,
            r=statistic.r,
            rests_on=statistic.rests_on,
        )
        for name, (en, zh) in zip(names, told, strict=True)
    }


def ratio(
    en: str = "Hazard ratio",
    zh: str = "风险比",
    *,
    by: str = COX,
    r: str = "survival::coxph",
    on: tuple[str, ...] = SIZES,
    key: str = "hr",
) -> dict[str, Node]:
    """A ratio with its limits, the error of its logarithm, P, and the degrees of freedom where there are any."""
    ratio = statistic(en, zh, by=by, r=r, on=on)
    lower_en = en[:1].lower() + en[1:]
    return {
        key: ratio,
        **limited(ratio),
        "se": statistic(f"Standard error of the log {lower_en}", f"{zh}对数的标准误", by=by, r=r, on=on),
        "p": statistic(f"P of the {lower_en}", f"{zh}的 P 值", by=by, r=r, on=on),
        "df": statistic("Degrees of freedom", "自由度", by=by, r=r, on=on),
    }


def hypothesis_test(by: str, *, r: str, on: tuple[str, ...] = ()) -> Block:
    return Block(
        {
            "statistic": statistic("Test statistic", "检验统计量", by=by, r=r, on=on),
            "df": statistic("Degrees of freedom", "自由度", by=by, r=r, on=on),
            "p": statistic("P", "P 值", by=by, r=r, on=on),
        },
        method="name",
    )
