"""The only reader of the registry: the de-identified records of some centers → the analysis frame of a study."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan

import pandas as pd

from analytics.endpoints import DAYS_PER_MONTH, Dates, Outcome, overall_survival, progression_free_survival
from analytics.errors import ProtocolError
from analytics.frame import AnalysisFrame, FlowRow
from analytics.messages import Message, Notice
from analytics.population import Selection, Step, StudyEndpoint, StudyProtocol, select
from analytics.protocol import Covariate, token_text
from analytics.records import TABLES, arrange
from registry import deidentified
from registry.choices import ConsentStatus
from registry.models import Center
from registry.scope import center_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """What the engine needs of a study: the frame, the flow that led to it, and warnings about its dates."""

    frame: AnalysisFrame
    flow: tuple[FlowRow, ...]
    warnings: tuple[Notice, ...]


def read_cohort(protocol: StudyProtocol, *, center_ids: Iterable[int]) -> Cohort:
    """The cohort of these centers, read as the statistics role: nothing that names a person is ever seen."""
    with center_scope(center_ids):
        tables = {name: deidentified.read(name) for name in TABLES}
        codes = dict(Center.objects.values_list("pk", "center_code"))
    registry = arrange(tables, centers=codes, cutoff=protocol.cutoff)
    selection = select(registry.patients, records=registry.records, protocol=protocol)
    return Cohort(
        frame=_frame(selection, protocol=protocol, rows=len(registry.patients)),
        flow=tuple(_flow_row(step) for step in selection.steps),
        warnings=_immortal_time(selection, protocol=protocol),
    )


def consenting(center_ids: Iterable[int]) -> frozenset[str]:
    """Registry identifiers of those whose data may leave the registry: consent given or waived, not withdrawn or pending."""
    with center_scope(center_ids):
        patients = deidentified.read("patient", columns=["registry_id", "consent_status"])
    may_leave = patients["consent_status"].isin([ConsentStatus.OBTAINED, ConsentStatus.WAIVED])
    return frozenset(patients.loc[may_leave, "registry_id"])


def center_codes(center_ids: Iterable[int]) -> list[str]:
    codes = Center.objects.filter(pk__in=list(center_ids)).order_by("center_code")
    return list(codes.values_list("center_code", flat=True))


def active_centers() -> list[int]:
    return list(Center.objects.filter(is_active=True).values_list("pk", flat=True))


def _frame(selection: Selection, *, protocol: StudyProtocol, rows: int) -> AnalysisFrame:
    patients = selection.patients
    columns: dict[str, object] = {
        "id": patients.index.to_list(),
        **{name: patients[name].to_list() for name in ("arm", "center")},
    }
    for name, endpoint in protocol.endpoints.items():
        outcome = _outcome(endpoint, patients=patients, protocol=protocol)
        columns[f"{name}_time"], columns[f"{name}_event"] = outcome.months.to_numpy(), outcome.event.to_numpy()
    for covariate in protocol.covariates:
        columns[covariate.name] = _encode(covariate, patients=patients)
    table = pd.DataFrame(columns)
    return AnalysisFrame(table=table, source="registry", sha256=fingerprint(table), rows=rows)


def fingerprint(table: pd.DataFrame) -> str:
    """SHA-256 of the table as CSV text with every digit: equal for equal data, whoever reads them and when."""
    return hashlib.sha256(table.to_csv(index=False, lineterminator="\n").encode()).hexdigest()


def _outcome(endpoint: StudyEndpoint, *, patients: pd.DataFrame, protocol: StudyProtocol) -> Outcome:
    dates = Dates(
        time_zero=patients[f"{protocol.time_zero}.date"],
        progression=patients["progression_date"],
        death=patients["death_date"],
        died=patients["died"].astype(bool),
        last_contact=patients["last_contact_date"],
    )
    if endpoint.kind == "OS":
        return overall_survival(dates, cutoff=protocol.cutoff)
    return progression_free_survival(dates, cutoff=protocol.cutoff, is_death_an_event=endpoint.death == "event")


def _encode(covariate: Covariate, *, patients: pd.DataFrame) -> list[float] | list[str | None]:
    if covariate.name not in patients:
        raise ProtocolError(
            Message(
                en=f"The covariate {covariate.name} is no variable of the registry. Correct its name.",
                zh=f"协变量 {covariate.name} 不是登记库中的变量，请更正名称。",
            )
        )
    values = patients[covariate.name]
    if covariate.type == "continuous":
        return _numbers(values, covariate=covariate)
    texts = [None if pd.isna(value) else token_text(value) for value in values]
    if covariate.type == "categorical":
        return _levels(texts, covariate=covariate)
    positive = token_text(covariate.positive)
    return [float("nan") if text is None else float(text == positive) for text in texts]


def _numbers(values: pd.Series, *, covariate: Covariate) -> list[float]:
    if not pd.api.types.is_numeric_dtype(values):
        raise ProtocolError(
            Message(
                en=f"The covariate {covariate.name} holds codes, not numbers: make it binary or categorical.",
                zh=f"协变量 {covariate.name} 为编码而非数值：请设为 binary 或 categorical。",
            )
        )
    return values.astype(float).to_list()


def _levels(texts: list[str | None], *, covariate: Covariate) -> list[str | None]:
    unknown = sorted({text for text in texts if text is not None} - {token_text(level) for level in covariate.levels})
    if unknown and covariate.levels:
        found = ", ".join(unknown)
        raise ProtocolError(
            Message(
                en=f"The covariate {covariate.name} also has the levels {found}: name them, or exclude those patients.",
                zh=f"协变量 {covariate.name} 还有水平 {found}：请列出，或排除这些患者。",
            )
        )
    return texts


def _flow_row(step: Step) -> FlowRow:
    return FlowRow(
        id=step.id,
        text=step.text,
        removed=step.removed,
        remaining=step.remaining,
        arms=dict(step.arms),
        centers=step.centers,
        detail={"missing": {"removed": step.missing}} if step.missing else None,
    )


def _immortal_time(selection: Selection, *, protocol: StudyProtocol) -> tuple[Notice, ...]:
    """An arm that only those reach who live until its defining date makes that time free of events."""
    if protocol.defining is None:
        return ()
    patients = selection.patients
    days = (patients[f"{protocol.defining}.date"] - patients[f"{protocol.time_zero}.date"]).dt.days
    if not (days > 0).any():
        return ()
    waits = [
        (arm, days[patients["arm"] == arm.label].median() / DAYS_PER_MONTH)
        for arm in (protocol.arms.focal, protocol.arms.reference)
    ]
    shown_en = ", ".join(f"{arm.label} {wait:.1f} months" for arm, wait in waits if not isnan(wait))
    shown_zh = "，".join(f"{arm.label_zh or arm.label} {wait:.1f} 个月" for arm, wait in waits if not isnan(wait))
    message = Message(
        en=f"Immortal time: an arm is known only after time zero, and until then nobody in it could die (median: {shown_en}).",
        zh=f"永恒时间偏倚：分组在时间零点之后才确定，此前组内患者不可能死亡（中位数：{shown_zh}）。",
    )
    return (Notice(code="immortal_time", message=message, where="endpoints"),)
