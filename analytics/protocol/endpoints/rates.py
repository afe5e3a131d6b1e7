"""The endpoints that are a value per patient: a response, a complication, yes or no. Each is found by a rule of the cohort."""

from analytics.messages import Message
from analytics.protocol.endpoints.declaration import RateEndpoint, Rule
from analytics.protocol.events import Noun
from registry.clinical.response.best_response import RESPONSE_TO_TACE_DAYS

OF_RESPONSES = frozenset({"since", "criteria", "response"})
SPREAD = {
    Noun.ASSESSMENT: frozenset(
        f"{basis}_{found}"
        for basis in ("whole", "viable")
        for found in ("macrovascular_invasion", "extrahepatic_metastasis", "number_class")
    )
}

RATE_ENDPOINTS = (
    RateEndpoint(
        code="BEST_RESPONSE",
        label=Message("Best overall response", "最佳总体疗效"),
        definition=Message(
            "best {criteria} response up to progression or a new treatment, {confirmation}; "
            "counted as a success: {success}.",
            "至进展或新治疗前按 {criteria} 的最佳疗效（{confirmation}）；计入：{success}。",
        ),
        names={"ORR": Message("Objective response", "客观缓解"), "DCR": Message("Disease control", "疾病控制")},
        value=Rule(name="best_response", nouns=frozenset({Noun.IMAGING})),
        options=OF_RESPONSES | {"until", "confirmed"},
        readings="ORR: `success: [CR, PR]`; DCR: with SD (at least 42 days); `denominator: evaluable` or `all`; `criteria:`",
    ),
    RateEndpoint(
        code="RESPONSE_TO_TACE",
        label=Message("Response within 8 weeks of TACE", "TACE 后八周内疗效"),
        definition=Message(
            "best {criteria} response on imaging 1 to {days} days after any TACE; counted as a success: {success}.",
            "任一次 TACE 后 1–{days} 天内影像按 {criteria} 的最佳疗效；计入：{success}。",
        ),
        value=Rule(name="response_to_tace", nouns=frozenset({Noun.IMAGING, Noun.TRANSARTERIAL})),
        options=OF_RESPONSES | {"until", "within_days"},
        within_days=RESPONSE_TO_TACE_DAYS,
        readings="of a TACE on or after `since`, on imaging up to `until`; 56 days, or `within_days`",
    ),
    RateEndpoint(
        code="RESPONSE_AT_ASSESSMENT",
        label=Message("Response at assessment", "评估时疗效"),
        definition=Message(
            "{criteria} response on the scan nearest to day {nearest}, within days {window} after {event}; "
            "counted as a success: {success}.",
            "{event}后第 {window} 天内最接近第 {nearest} 天的影像按 {criteria} 的疗效；计入：{success}。",
        ),
        value=Rule(name="response_in_window", nouns=frozenset({Noun.IMAGING})),
        options=OF_RESPONSES | {"window_days", "nearest_day"},
        readings="6 to 8 weeks after the first TACE of a combination: `since:`, `window_days: [42, 56]`, `nearest_day: 49`",
    ),
    RateEndpoint(
        code="COMPLICATION",
        label=Message("Complications", "并发症"),
        definition=Message(
            "worst complication within {days} days of {event}, major (SIR C to F) or minor (A, B); "
            "counted as an event: {success}.",
            "自{event}起 {days} 天内的最重并发症，严重（SIR C–F）或轻微（A、B）；计入：{success}。",
        ),
        value=Rule(name="worst_complication", nouns=frozenset({Noun.ADVERSE_EVENT})),
        options=frozenset({"since", "within_days"}),
        within_days=30,
        readings="An: `since:` the curative procedure; no recorded complication counts as none",
    ),
    RateEndpoint(
        code="CONVERSION",
        label=Message("Conversion to resection", "转化切除"),
        definition=Message(
            "resection after treatment of an initially unresectable tumor.", "不可切除肿瘤经治疗后切除。"
        ),
        value=Rule(name="converted", nouns=frozenset({Noun.RESECTION, Noun.TRANSARTERIAL, Noun.SYSTEMIC})),
        options=frozenset({"among"}),
        among=("unresectable", "all"),
        readings="among patients unresectable at index, or `among: all`",
    ),
    RateEndpoint(
        code="PCR",
        label=Message("Pathological complete response", "病理完全缓解"),
        definition=Message("no viable tumor in the resected specimen.", "切除标本中无存活肿瘤。"),
        value=Rule(name="without_viable_tumor", nouns=frozenset({Noun.RESECTION})),
        options=frozenset({"among"}),
        among=("resected", "all"),
        readings="among resected patients, or `among: all`",
    ),
    RateEndpoint(
        code="MPR",
        label=Message("Major pathological response", "主要病理缓解"),
        definition=Message(
            "at most {pct}% viable tumor in the resected specimen.", "切除肿瘤中存活肿瘤不超过 {pct}%。"
        ),
        value=Rule(name="with_little_viable_tumor", nouns=frozenset({Noun.RESECTION})),
        options=frozenset({"among", "most_viable_pct"}),
        among=("resected", "all"),
        readings="among resected patients, or `among: all`; 10% viable, or `most_viable_pct: 30`",
    ),
    RateEndpoint(
        code="DOWNSTAGING",
        label=Message("Downstaging to within the Milan criteria", "降期至米兰标准内"),
        definition=Message(
            "within the Milan criteria by viable tumor after TACE, among patients beyond the criteria at time zero.",
            "时间零点超出米兰标准者中，TACE 后按存活肿瘤符合米兰标准。",
        ),
        value=Rule(name="downstaged", nouns=frozenset({Noun.ASSESSMENT, Noun.TRANSARTERIAL}), variables=SPREAD),
        options=frozenset({"until"}),
        readings="`until:` the curative procedure",
    ),
    RateEndpoint(
        code="COMPLETE_ABLATION",
        label=Message("Complete ablation at 1 month", "1 个月完全消融"),
        definition=Message(
            "complete ablation at one month, among patients who underwent ablation.", "消融患者中 1 个月完全消融。"
        ),
        value=Rule(
            name="ablated_completely",
            nouns=frozenset({Noun.ABLATION}),
            variables={Noun.ABLATION: frozenset({"complete_ablation_1m"})},
        ),
        options=frozenset({"since"}),
        readings="among patients ablated on or after `since` (or time zero); all sessions on the day count",
    ),
)
