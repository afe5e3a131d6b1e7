"""The endpoints that are a time to an event. A new one made of known facts is one entry here."""

from analytics.messages import Message
from analytics.protocol.conditions import AnyOf, Comparison, Operator
from analytics.protocol.endpoints.declaration import (
    FIRST_EXTRAHEPATIC_PROGRESSION,
    FIRST_PROGRESSION,
    PROCEDURE,
    PROGRESSION,
    RESPONSE,
    FirstRecord,
    Rule,
    TimeEndpoint,
)
from analytics.protocol.events import Noun

# Kudo 2020 (TACTICS). What is worse than before is judged by a rule; what a record of progression states, by its codes.
UNTREATABLE_BY_TACE = (
    Rule(
        name="worse_than_baseline",
        nouns=frozenset({Noun.ASSESSMENT, Noun.TRANSARTERIAL}),
        variables={
            Noun.ASSESSMENT: frozenset({"whole_macrovascular_invasion", "whole_extrahepatic_metastasis", "ctp_class"})
        },
    ),
    FirstRecord(
        noun=Noun.PROGRESSION,
        since="start",
        where=AnyOf(
            any=(
                Comparison(variable="progression_type", operator=Operator.CONTAINS, value="VASC_NEW"),
                Comparison(variable="progression_type", operator=Operator.CONTAINS, value="EXTRA_NEW"),
                Comparison(variable="untaceable", operator=Operator.EQUALS, value="1"),
            )
        ),
    ),
)

OF_PROGRESSION = frozenset({"events", "progression", "criteria", "confirmed"})

TIME_ENDPOINTS = (
    TimeEndpoint(
        code="OS",
        label=Message("Overall survival", "总生存期"),
        definition=Message("time to death from any cause", "至任何原因死亡"),
        readings="An: from the first TACE; Cao: from the first HAIC; set by the study's `time_zero`",
    ),
    TimeEndpoint(
        code="PFS",
        label=Message("Progression-free survival", "无进展生存期"),
        definition=Message("time to first progression", "至首次进展"),
        event=(FIRST_PROGRESSION,),
        options=OF_PROGRESSION,
        readings=(
            "An: `death: censored`, last contact; others count death as an event; `assessment: imaging`; "
            "`progression:` records, scans or either; `criteria:`; `confirmed: true` with iRECIST on scans; "
            "`events: ever` for the first progression ever, whenever it was"
        ),
    ),
    TimeEndpoint(
        code="TTP",
        label=Message("Time to progression", "至进展时间"),
        definition=Message("time to first progression", "至首次进展"),
        event=(FIRST_PROGRESSION,),
        options=OF_PROGRESSION,
        death="censored",
        readings="or `death: competing`",
    ),
    TimeEndpoint(
        code="EPFS",
        label=Message("Extrahepatic progression-free survival", "肝外无进展生存期"),
        definition=Message("time to first extrahepatic progression", "至首次肝外进展"),
        event=(FIRST_EXTRAHEPATIC_PROGRESSION,),
        options=frozenset({"events", "criteria"}),
        readings="or `death: censored`; intrahepatic progression does not end follow-up",
    ),
    TimeEndpoint(
        code="PPS",
        label=Message("Post-progression survival", "进展后生存期"),
        definition=Message(
            "time from first progression to death from any cause, among patients with progression",
            "进展患者自首次进展至任何原因死亡",
        ),
        start=PROGRESSION,
        options=OF_PROGRESSION,
    ),
    TimeEndpoint(
        code="TTUP",
        label=Message("Time to TACE-untreatable progression", "至不可 TACE 进展时间"),
        definition=Message("time to TACE-untreatable progression", "至不可 TACE 进展"),
        event=UNTREATABLE_BY_TACE,
        options=frozenset({"growth_pct"}),
        death="censored",
        readings=(
            "Kudo 2020: growth of 25% (`growth_pct`), Child-Pugh C after a TACE, new vascular invasion or metastasis, "
            "or recorded as untreatable by TACE"
        ),
    ),
    TimeEndpoint(
        code="TACE_PFS",
        label=Message("TACE-specific progression-free survival", "TACE 特异性无进展生存期"),
        definition=Message("time to TACE-untreatable progression", "至不可 TACE 进展"),
        event=UNTREATABLE_BY_TACE,
        options=frozenset({"growth_pct"}),
        readings="Kudo 2020: as TTUP, with death as an event",
    ),
    TimeEndpoint(
        code="RFS",
        label=Message("Recurrence-free survival", "无复发生存期"),
        definition=Message("time from the curative procedure to recurrence", "自根治性治疗至复发"),
        event=(FirstRecord(noun=Noun.PROGRESSION),),
        start=PROCEDURE,
        readings="name the curative procedure in `since`",
    ),
    TimeEndpoint(
        code="DOR",
        label=Message("Duration of response", "缓解持续时间"),
        definition=Message("time from first response to progression, among responders", "缓解患者自首次缓解至进展"),
        event=(FIRST_PROGRESSION,),
        options=OF_PROGRESSION,
        start=RESPONSE,
        readings="from the first CR or PR by `criteria` (mRECIST); `confirmed: true` for one confirmed 28 days later",
    ),
    TimeEndpoint(
        code="LTP",
        label=Message("Time to local tumor progression", "至局部肿瘤进展时间"),
        definition=Message("time from ablation to local tumor progression", "自消融至局部进展"),
        event=(
            FirstRecord(
                noun=Noun.PROGRESSION,
                where=Comparison(variable="recurrence_type", operator=Operator.CONTAINS, value="LTP"),
            ),
        ),
        start=PROCEDURE,
        death="competing",
        readings="name the ablation in `since`",
    ),
)
