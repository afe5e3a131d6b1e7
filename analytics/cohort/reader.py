"""The de-identified records of some centers → the analysis frame of a study."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.cohort.adverse_events import adverse_events
from analytics.cohort.derivation import derived_columns
from analytics.cohort.extract import Extract, read_extract
from analytics.cohort.histories import histories
from analytics.cohort.outcomes import LAST_CONTACT, about_records, outcome_columns
from analytics.cohort.records import Registry, Source, arrange
from analytics.cohort.tables import sources, tables_of, with_what_they_rest_on
from analytics.cohort.variables import Wanted, rests_on, variables_named, without_underived
from analytics.errors import ProtocolError
from analytics.frame import AnalysisFrame, FlowRow, fingerprint
from analytics.messages import Message, Notice
from analytics.protocol.conditions import variables_of
from analytics.protocol.events import Noun
from analytics.protocol.plan import Covariate, token_text
from analytics.protocol.population import Selection, Step, StudyProtocol, select
from registry.access import deidentified_views
from registry.access.scope import center_scope
from registry.choices import ConsentStatus
from registry.models import Center


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """What the engine needs of a study: the frame, the flow that led to it, and warnings about its records."""

    frame: AnalysisFrame
    flow: tuple[FlowRow, ...]
    warnings: tuple[Notice, ...]


def read_cohort(protocol: StudyProtocol, *, center_ids: Iterable[int]) -> Cohort:
    """The cohort of these centers as they are now."""
    return cohort_of(read_extract(center_ids, entities=entities_of(protocol)), protocol=protocol)


def entities_of(protocol: StudyProtocol) -> Mapping[str, Sequence[str]]:
    """What the protocol reads."""
    return entities_for(_nouns(protocol))


def entities_for(nouns: frozenset[Noun]) -> Mapping[str, Sequence[str]]:
    """Each table with the columns needed of it, none named where that is all of them."""
    dates = {source.table: ("id", "patient_id", source.date) for source in _contacts(nouns)}
    return {**dates, **dict.fromkeys(tables_of(nouns), ())}


def cohort_of(extract: Extract, *, protocol: StudyProtocol) -> Cohort:
    """The cohort among these records; they are left as they are, and hold at least what `entities_of` names."""
    return cohort_in(registry_for(extract, protocol=protocol), protocol=protocol)


def registry_for(extract: Extract, *, protocol: StudyProtocol) -> Registry:
    """The records as the protocol asks for them."""
    wanted, nouns = variables_named(protocol), _nouns(protocol)
    return registry_of(extract, nouns=nouns, wanted=wanted, cutoff=protocol.cutoff)


def cohort_in(registry: Registry, *, protocol: StudyProtocol) -> Cohort:
    """As `cohort_of`, of records that are arranged already."""
    selection = select(registry.patients, records=registry.records, protocol=protocol)
    return Cohort(
        frame=_frame(selection, protocol=protocol, rows=len(registry.patients)),
        flow=tuple(_flow_row(step) for step in selection.steps),
        warnings=about_records(selection, protocol=protocol),
    )


def registry_of(extract: Extract, *, nouns: frozenset[Noun], wanted: Wanted, cutoff: pd.Timestamp) -> Registry:
    """The records of these nouns as of the cut-off, with what is derived for them."""
    tables = {name: extract.tables[name] for name in tables_of(nouns)}
    return arrange(
        without_underived(tables, wanted=wanted),
        sources=sources(),
        contacts=[extract.tables[of.table][["patient_id", of.date]] for of in _contacts(nouns)],
        centers=extract.centers,
        derived=derived_columns(tables, wanted=wanted, cutoff=cutoff),
        cutoff=cutoff,
    )


def _nouns(protocol: StudyProtocol) -> frozenset[Noun]:
    return with_what_they_rest_on(protocol.nouns, entities=rests_on(variables_named(protocol)))


def _contacts(nouns: Collection[Noun]) -> list[Source]:
    """The kinds of record of which nothing but the date is read: it shows that the patient was alive."""
    return [source for noun, source in sources().items() if noun not in nouns and not source.above]


def without_losses(protocol: StudyProtocol) -> StudyProtocol | None:
    """The protocol that leaves nobody out as lost to follow-up; None where none of its rows does."""
    rows = protocol.population.eligibility
    kept = tuple(row for row in rows if LAST_CONTACT not in variables_of(row.keep))
    if len(kept) == len(rows):
        return None
    population = protocol.population.model_copy(update={"eligibility": kept})
    return protocol.model_copy(update={"population": population})


def consenting(center_ids: Iterable[int]) -> frozenset[str]:
    """Registry identifiers of those whose data may leave the registry: consent given or waived, not withdrawn or pending."""
    with center_scope(center_ids):
        patients = deidentified_views.read("patient", columns=["registry_id", "consent_status"])
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
        **outcome_columns(selection, protocol=protocol),
    }
    for covariate in protocol.covariates:
        columns[covariate.name] = _encode(covariate, patients=patients)
    table = pd.DataFrame(columns)
    return AnalysisFrame(
        table=table,
        source="registry",
        sha256=fingerprint(table),
        rows=rows,
        adverse_events=adverse_events(selection, protocol=protocol),
        histories=histories(selection, protocol=protocol),
        years=_years(patients[f"{protocol.time_zero}.date"]),
    )


def _years(dates: pd.Series) -> dict[str, int]:
    return {str(who): int(date.year) for who, date in dates.dropna().items()}


def _encode(covariate: Covariate, *, patients: pd.DataFrame) -> list[float] | list[str | None]:
    if covariate.reads not in patients:
        raise ProtocolError(
            Message(
                en=f"The covariate {covariate.reads} is not a variable of the registry. Correct its name.",
                zh=f"协变量 {covariate.reads} 不是登记库中的变量，请更正名称。",
            )
        )
    values = patients[covariate.reads]
    if covariate.type == "continuous":
        return _numbers(values, covariate=covariate)
    is_claim = pd.api.types.is_bool_dtype(values)
    texts = [None if pd.isna(value) else token_text(bool(value) if is_claim else value) for value in values]
    if covariate.type == "categorical":
        return _levels(texts, covariate=covariate)
    positive = token_text(covariate.positive)
    return [float("nan") if text is None else float(text == positive) for text in texts]


def _numbers(values: pd.Series, *, covariate: Covariate) -> list[float]:
    if not pd.api.types.is_numeric_dtype(values):
        raise ProtocolError(
            Message(
                en=f"The covariate {covariate.name} contains codes, not numbers. Make it binary or categorical.",
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
                en=f"The covariate {covariate.name} also has the levels {found}. List them, or exclude those patients.",
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
