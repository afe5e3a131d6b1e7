"""What a reader of the design must be told: who left, what the score could not use, what the effect is an effect in."""

from collections.abc import Sequence

from analytics.engine.design.adjustment import Adjusted
from analytics.engine.design.balance import BalanceRow
from analytics.engine.design.variables import Variable
from analytics.messages import Message, Notice
from analytics.protocol.plan import AnalysisPlan
from analytics.stats.event_times import Booleans, Floats
from analytics.stats.propensity.balance import Balance
from analytics.stats.propensity.common_support import within_support
from analytics.stats.propensity.score import Propensity
from analytics.stats.propensity.weighting import describe_weights

MISSING_SHARE = 0.05
IMBALANCE = 0.1
OUTSIDE_SHARE = 0.1
HEAVY = 10.0


def about_late_covariates(protocol: AnalysisPlan) -> list[Notice]:
    late = [c.name for c in protocol.covariates if c.measured == "after" and "score" in c.use]
    if not late:
        return []
    names = ", ".join(late)
    if protocol.design.allow_post_baseline:
        en = f"Measured after time zero but included in the propensity score, as the protocol allows: {names}."
        message = Message(en, f"以下协变量在时间零点之后测量，但按方案要求进入评分：{names}。")
    else:
        en = f"Measured after time zero and therefore not included in the propensity score: {names}."
        message = Message(en, f"以下协变量在时间零点之后测量，因此未进入评分：{names}。")
    return [Notice("post_baseline_covariate", message, where="propensity")]


def about_missing_covariates(is_missing: Booleans, *, focal: Booleans) -> list[Notice]:
    share, apart = is_missing.mean(), abs(is_missing[focal].mean() - is_missing[~focal].mean())
    if share <= MISSING_SHARE and apart <= MISSING_SHARE:
        return []
    count = int(is_missing.sum())
    en = f"{count} of {is_missing.size} rows ({share:.1%}) were excluded for missing covariates; the arms differ by {apart:.1%}."
    zh = f"{is_missing.size} 行中有 {count} 行（{share:.1%}）因协变量缺失被排除；两组相差 {apart:.1%}。"
    return [Notice("missing_covariate", Message(en, zh), where="flow.missing_covariate")]


def about_the_score(fit: Propensity) -> list[Notice]:
    found = []
    for code, names, en, zh in (
        ("constant_column", fit.constant, "constant and not included in the score", "为常数，未进入评分"),
        (
            "collinear_column",
            fit.collinear,
            "collinear with earlier columns and not included in the score",
            "由前面的列决定，未进入评分",
        ),
        (
            "separation",
            fit.separated,
            "complete separation of the arms; the score approaches 0 or 1",
            "可将两组完全分开，评分趋于 0 或 1",
        ),
    ):
        if names:
            listed = ", ".join(names)
            found.append(Notice(code, Message(f"{listed}: {en}.", f"{listed}：{zh}。"), where="propensity"))
    if not fit.has_converged:
        message = Message("The propensity score model did not converge in 25 iterations.", "评分模型在 25 步内未收敛。")
        found.append(Notice("not_converged", message, where="propensity"))
    return found


def about_idle_keys(protocol: AnalysisPlan) -> list[Notice]:
    idle, method = protocol.design.idle_keys, protocol.design.method
    if not idle:
        return []
    names = ", ".join(f"design.{key}" for key in idle)
    message = Message(f"Not used by the method {method}: {names}.", f"对方法 {method} 不起作用：{names}。")
    return [Notice("idle_design_key", message, where="protocol")]


def about_overlap(distance: Floats, *, focal: Booleans) -> list[Notice]:
    """Where many scores of one arm lie beyond all of the other's, the comparison rests on few."""
    shared = within_support(distance, treated=focal)
    outside, share = int((~shared).sum()), float((~shared).mean())
    if share <= OUTSIDE_SHARE:
        return []
    ours, theirs = int((~shared & focal).sum()), int((~shared & ~focal).sum())
    en = f"Poor overlap between the arms: {outside} of {distance.size} scores ({share:.1%}) are outside the range common to both arms ({ours} in the focal arm, {theirs} in the reference arm)."
    zh = f"两组评分重叠不足：{distance.size} 个评分中有 {outside} 个（{share:.1%}）超出两组共有的范围（目标组 {ours} 个，参照组 {theirs} 个）。"
    return [Notice("poor_overlap", Message(en, zh), where="propensity")]


def about_the_estimand(adjusted: Adjusted, *, focal: Booleans, protocol: AnalysisPlan) -> list[Notice]:
    """In whom the effect is estimated, where that is not the whole arm the protocol asks about."""
    plan, arms = protocol.design, protocol.arms
    if plan.method == "weighting":
        return _about_weights(adjusted, focal=focal)
    served, others = (~focal, focal) if plan.estimand == "ATC" else (focal, ~focal)
    ours, theirs = arms.focal.label, arms.reference.label
    if plan.estimand == "ATC":
        ours, theirs = theirs, ours
    inside = adjusted.weights > 0
    count, rest, kept = int(served.sum()), int(others.sum()), int((served & inside).sum())
    found = []
    if not inside.any():
        message = Message("No pair is within the caliper; no patients were matched.", "卡钳范围内没有任何配对。")
        if adjusted.strata is not None:
            message = Message(
                "No stratum contains both arms; no patients were matched.", "没有任何层同时包含两组：未匹配任何患者。"
            )
        found.append(Notice("no_pairs", message, where="matching"))
    if count > rest and adjusted.pairs is not None and not plan.replace:
        en = f"The focal arm {ours} is larger than {theirs} ({count} vs {rest}). At most {rest} of its patients can be matched, so the effect applies to the matched {ours} patients, not to all of them."
        zh = f"{ours} 为目标组，人数多于 {theirs}（{count} 对 {rest}）：最多只能匹配 {rest} 人，因此效应只代表已匹配的 {ours} 患者。"
        found.append(Notice("focal_outnumbers", Message(en, zh), where="matching"))
    if kept < count:
        found += _about_the_left_out(adjusted, label=ours, count=count, kept=kept)
    return found


def _about_the_left_out(adjusted: Adjusted, *, label: str, count: int, kept: int) -> list[Notice]:
    left = count - kept
    if adjusted.pairs is not None and adjusted.pairs.caliper_width is not None:
        en = f"With this caliper, {left} of {count} patients in {label} are unmatched. The effect applies to the {kept} matched patients."
        zh = f"卡钳使 {label} 的 {count} 人中有 {left} 人未能匹配：效应只代表已匹配的 {kept} 人。"
        return [Notice("caliper_changes_estimand", Message(en, zh), where="matching")]
    en = f"The design excludes {left} of {count} patients in {label}. The effect applies to the {kept} remaining patients."
    zh = f"设计使 {label} 的 {count} 人中有 {left} 人被排除：效应只代表其余 {kept} 人。"
    return [Notice("design_changes_estimand", Message(en, zh), where="matching")]


def _about_weights(adjusted: Adjusted, *, focal: Booleans) -> list[Notice]:
    for arm in (focal, ~focal):
        weights = adjusted.weights[arm & (adjusted.weights > 0)]
        if are_heavy(weights):
            spread = describe_weights(weights)
            en = f"Some weights are large: the largest is {spread.max / spread.mean:.1f} times the mean, and the effective sample size of {weights.size} patients is {spread.ess:.0f}. Robust standard errors may be too small. Use corrected standard errors (cox.errors: corrected), or consider truncation (truncate) or overlap weights."
            zh = f"部分权重过大：最大权重为均值的 {spread.max / spread.mean:.1f} 倍，{weights.size} 人的有效样本量为 {spread.ess:.0f}；稳健标准误可能偏小。请采用校正标准误（cox.errors: corrected），或考虑截断（truncate）或重叠权重。"
            return [Notice("heavy_weights", Message(en, zh), where="propensity.weights")]
    return []


def are_heavy(weights: Floats) -> bool:
    """Of one arm, all above zero: a few large ones, or an arm that is worth less than half of its persons."""
    spread = describe_weights(weights)
    return spread.max > HEAVY * spread.mean or spread.ess < weights.size / 2


def about_balance(balance: tuple[BalanceRow, ...]) -> list[Notice]:
    rows = [row for row in balance if row.after is not None and _differ(row.after)]
    if not rows:
        return []
    listed = ", ".join(row.covariate if row.level is None else f"{row.covariate}={row.level}" for row in rows)
    en = f"After matching or weighting, the absolute standardized mean difference is still above {IMBALANCE} for {listed}."
    return [Notice("imbalance", Message(en, f"采用设计后标准化差异仍大于 {IMBALANCE}：{listed}。"), where="balance")]


def _differ(balance: Balance) -> bool:
    """Arms in each of which all are alike have no standard deviation to divide by, however far apart they are."""
    if balance.smd is None:
        return (balance.ks or 0.0) > IMBALANCE
    return abs(balance.smd) > IMBALANCE


def about_empty_covariates(variables: Sequence[Variable]) -> list[Notice]:
    names = [variable.name for variable in variables if variable.values.size and variable.missing.all()]
    if not names:
        return []
    listed = ", ".join(names)
    en = f"No patient has a value, so nothing is shown or adjusted for: {listed}."
    return [
        Notice("empty_covariate", Message(en, f"以下协变量无任何已知值，不予显示或校正：{listed}。"), where="baseline")
    ]


def about_arms_apart(distance: Floats, *, focal: Booleans) -> list[Notice]:
    if not are_apart(distance, focal=focal):
        return []
    en = (
        "The scores of the arms do not overlap at all: the covariates separate the arms completely, so no patient has a "
        "counterpart in the other arm. The balance and the hazard ratio after matching or weighting must not be interpreted."
    )
    zh = "两组评分完全不重叠：协变量将两组完全分开，任何患者在另一组都没有可比者。匹配或加权后的均衡性和风险比均不可解读。"
    return [Notice("arms_apart", Message(en, zh), where="propensity")]


def are_apart(distance: Floats, *, focal: Booleans) -> bool:
    """Whether all scores of one arm lie above all of the other's."""
    ours, theirs = distance[focal], distance[~focal]
    return bool(ours.min() > theirs.max() or theirs.min() > ours.max())
