"""What a reader of the design must be told: who left, what the score could not use, what the effect is an effect in."""

from analytics.messages import Message, Notice
from analytics.protocol import AnalysisPlan, Arms
from analytics.similarity import BalanceRow
from analytics.stats.event_times import Booleans
from analytics.stats.matching import Pairs
from analytics.stats.propensity import Propensity

MISSING_SHARE = 0.05
IMBALANCE = 0.1


def about_late_covariates(protocol: AnalysisPlan) -> list[Notice]:
    late = [c.name for c in protocol.covariates if c.measured == "after" and "score" in c.use]
    if not late:
        return []
    names = ", ".join(late)
    if protocol.design.allow_post_baseline:
        en = f"Measured after time zero and yet in the score, as the protocol allows: {names}."
        message = Message(en, f"以下协变量在时间零点之后测量，但按方案要求进入评分：{names}。")
    else:
        en = f"Measured after time zero and therefore kept out of the score: {names}."
        message = Message(en, f"以下协变量在时间零点之后测量，因此未进入评分：{names}。")
    return [Notice("post_baseline_covariate", message, where="propensity")]


def about_missing_covariates(is_missing: Booleans, *, focal: Booleans) -> list[Notice]:
    share, apart = is_missing.mean(), abs(is_missing[focal].mean() - is_missing[~focal].mean())
    if share <= MISSING_SHARE and apart <= MISSING_SHARE:
        return []
    count = int(is_missing.sum())
    en = f"{count} of {is_missing.size} rows ({share:.1%}) leave for a missing covariate; the arms differ by {apart:.1%}."
    zh = f"{is_missing.size} 行中有 {count} 行（{share:.1%}）因协变量缺失被排除；两组相差 {apart:.1%}。"
    return [Notice("missing_covariate", Message(en, zh), where="flow.missing_covariate")]


def about_the_score(fit: Propensity) -> list[Notice]:
    found = []
    for code, names, en, zh in (
        ("constant_column", fit.constant, "constant and left out of the score", "为常数，未进入评分"),
        (
            "collinear_column",
            fit.collinear,
            "determined by earlier columns and left out of the score",
            "由前面的列决定，未进入评分",
        ),
        (
            "separation",
            fit.separated,
            "telling the arms apart for certain; the score goes to 0 or 1 there",
            "可将两组完全分开，评分趋于 0 或 1",
        ),
    ):
        if names:
            listed = ", ".join(names)
            found.append(Notice(code, Message(f"{listed}: {en}.", f"{listed}：{zh}。"), where="propensity"))
    if not fit.has_converged:
        message = Message("The score model did not converge in 25 steps.", "评分模型在 25 步内未收敛。")
        found.append(Notice("not_converged", message, where="propensity"))
    return found


def about_the_estimand(matched: Pairs, *, focal: Booleans, arms: Arms) -> list[Notice]:
    ours, theirs = arms.focal.label, arms.reference.label
    count, others, pairs = int(focal.sum()), int((~focal).sum()), matched.count
    found = []
    if not pairs:
        message = Message("No pair lies within the caliper: nothing is matched.", "卡钳范围内没有任何配对。")
        found.append(Notice("no_pairs", message, where="matching"))
    if count > others:
        en = f"{ours} is the focal arm and outnumbers {theirs} ({count} to {others}): at most {others} of it can be matched, so the effect is that in the matched {ours}, not in all of it."
        zh = f"{ours} 为目标组，人数多于 {theirs}（{count} 对 {others}）：最多只能匹配 {others} 人，因此效应只代表已匹配的 {ours} 患者。"
        found.append(Notice("focal_outnumbers", Message(en, zh), where="matching"))
    if pairs < count and matched.caliper_width is not None:
        en = f"The caliper leaves {count - pairs} of {count} in {ours} without a partner: the effect is that in the {pairs} matched."
        zh = f"卡钳使 {ours} 的 {count} 人中有 {count - pairs} 人未能匹配：效应只代表已匹配的 {pairs} 人。"
        found.append(Notice("caliper_changes_estimand", Message(en, zh), where="matching"))
    return found


def about_balance(balance: tuple[BalanceRow, ...]) -> list[Notice]:
    rows = [row for row in balance if row.after is not None and abs(row.after.smd or 0.0) > IMBALANCE]
    if not rows:
        return []
    listed = ", ".join(row.covariate if row.level is None else f"{row.covariate}={row.level}" for row in rows)
    en = f"After matching the standardized difference is above {IMBALANCE} for {listed}."
    return [Notice("imbalance", Message(en, f"匹配后标准化差异大于 {IMBALANCE}：{listed}。"), where="balance")]
