"""Checks of ablation, resection and transplant against the sessions before them and the scans after them."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.clinical.codes import flag
from registry.clinical.sequence import TACE_MODALITIES
from registry.clinical.staging.bclc import within_milan
from registry.clinical.timeline import Event, Kind, Timeline
from registry.rules.check import Row, Severity
from registry.rules.patient_check import Hit, PatientCheck

DAY = date(2021, 6, 1)
EARLIER, LATER = DAY - timedelta(days=60), DAY + timedelta(days=30)
SCAN_AFTER_ABLATION_DAYS = (21, 60)
POSTOPERATIVE_SCAN_DAYS = 60
SOON_AFTER_TACE_DAYS = 14
LARGE_CM = 5.0
ENTITY_OF = {Kind.RESECTION: "resection", Kind.ABLATION: "ablationsession"}
UP_TO_IIIA = frozenset({"IA", "IB", "IIA", "IIB", "IIIA"})
UP_TO_FIRST_BRANCH = frozenset({"0", "I0", "I", "II"})  # Cheng
DOWNSTAGING = (Kind.TRANSARTERIAL, Kind.SYSTEMIC_START, Kind.RADIOTHERAPY)


def _days_after(event: Event, *, start: date) -> int:
    return (event.day - start).days


def _scans(timeline: Timeline, *, after: date, days: tuple[int, int]) -> list[Event]:
    low, high = days
    return [scan for scan in timeline.of(Kind.IMAGING) if low <= _days_after(scan, start=after) <= high]


def _lacks_scan(timeline: Timeline) -> Iterator[Hit]:
    """Asked once something is recorded that happened after the 60 days, so that it is not asked of yesterday's ablation."""
    low, high = SCAN_AFTER_ABLATION_DAYS
    last = timeline.events[-1].day if timeline.events else None
    for event in timeline.of(Kind.ABLATION):
        is_past = last is not None and (last - event.day).days > high
        if is_past and not _scans(timeline, after=event.day, days=(low, high)):
            yield Hit(records=(event.record,), values={"day": event.day})


def _soon_after_tace(kind: Kind) -> PatientCheck:
    entity = ENTITY_OF[kind]

    def hits(timeline: Timeline) -> Iterator[Hit]:
        tace = [e for e in timeline.of(Kind.TRANSARTERIAL) if e.record.get("modality") in TACE_MODALITIES]
        for event in timeline.of(kind):
            before = [session for session in tace if session.day <= event.day]
            if before and _days_after(event, start=before[-1].day) < SOON_AFTER_TACE_DAYS:
                values = {"days": _days_after(event, start=before[-1].day)}
                yield Hit(records=(event.record, before[-1].record), values=values)

    session = {"start_date": DAY, "modality": "CTACE"}
    return PatientCheck(
        code="V-D28",
        severity=Severity.QUERY,
        entity=entity,
        fields=("start_date",),
        message=_("This treatment is only {days} days after TACE. Check the dates."),
        hits=hits,
        passing={"transarterialsession": [session], entity: [{"start_date": DAY + timedelta(days=14)}]},
        failing={"transarterialsession": [session], entity: [{"start_date": DAY + timedelta(days=13)}]},
    )


def _residual_after_complete(timeline: Timeline) -> Iterator[Hit]:
    """Lesions keep their number, so those ablated are found again on the scan of the first month."""
    measured = timeline.rows("lesionmeasurement")
    for event in timeline.of(Kind.ABLATION):
        if event.record.get("complete_ablation_1m") != "1":
            continue
        days = {scan.day for scan in _scans(timeline, after=event.day, days=SCAN_AFTER_ABLATION_DAYS)}
        treated = {
            row.get("lesion_no") for row in timeline.rows("ablationlesion") if row.get("start_date") == event.day
        }
        left = [
            row
            for row in measured
            if row.get("imaging_date") in days and row.get("lesion_no") in treated and (row.get("viable_mm") or 0) > 0
        ]
        if left:
            values = {"lesion": left[0]["lesion_no"], "viable": left[0]["viable_mm"], "scan": left[0]["imaging_date"]}
            yield Hit(records=(event.record, *left), values=values)


def _large_ablated(timeline: Timeline) -> Iterator[Hit]:
    if timeline.first(Kind.RESECTION, Kind.TRANSPLANT) is not None:
        return
    for row in timeline.rows("ablationlesion"):
        if row.get("ablation_modality") in {"RFA", "MWA"} and (row.get("size_cm") or 0) > LARGE_CM:
            yield Hit(records=(row,), values={"size": row["size_cm"]})


def _viable_mm(record: Row) -> float:
    return max(record.get("sum_viable_mm") or 0.0, record.get("max_viable_diameter_mm") or 0.0)


def _residual_after_r0(timeline: Timeline) -> Iterator[Hit]:
    for event in timeline.of(Kind.RESECTION):
        scans = _scans(timeline, after=event.day, days=(1, POSTOPERATIVE_SCAN_DAYS))
        if event.record.get("resection_margin") != "R0" or not scans or _viable_mm(scans[0].record) == 0:
            continue
        if all(recurrence.day < event.day for recurrence in timeline.of(Kind.PROGRESSION)):
            values = {"scan": scans[0].day, "viable": _viable_mm(scans[0].record)}
            yield Hit(records=(event.record, scans[0].record), values=values)


def _is_guideline_care(timeline: Timeline, *, visit: Row) -> bool:
    """Up to CNLC IIIa, with a thrombus of at most a left or right portal branch, resection is first-line care in China.

    Guideline for the diagnosis and treatment of primary liver cancer, National Health Commission, 2022 and 2024 editions.
    """
    there = [
        row
        for row in timeline.rows("tumorburden")
        if row.get("assessment_date") == visit.get("assessment_date") and row.get("diameter_basis") != "VIABLE"
    ]
    seen = {name: {row.get(name) for row in there} for name in ("extrahepatic_metastasis", "pvtt_cheng", "hvtt_vv")}
    if "1" in seen["extrahepatic_metastasis"] or seen["pvtt_cheng"] & {"III", "IV"} or seen["hvtt_vv"] & {"VV2", "VV3"}:
        return False
    return visit.get("cnlc_stage") in UP_TO_IIIA or bool(seen["pvtt_cheng"] & UP_TO_FIRST_BRANCH)


def _resected_in_stage_c(timeline: Timeline) -> Iterator[Hit]:
    for event in timeline.of(Kind.RESECTION):
        before = [visit for visit in timeline.of(Kind.ASSESSMENT) if visit.day <= event.day]
        staged = [visit for visit in before if visit.record.get("bclc_stage") is not None]
        was_treated = any(earlier.day < event.day for earlier in timeline.of(*DOWNSTAGING))
        if not staged or staged[-1].record["bclc_stage"] != "C" or was_treated:
            continue
        if not _is_guideline_care(timeline, visit=staged[-1].record):
            yield Hit(records=(event.record, staged[-1].record), values={"visit": staged[-1].day})


def _tace_after_transplant(timeline: Timeline) -> Iterator[Hit]:
    first = timeline.first(Kind.TRANSPLANT)
    for event in timeline.of(Kind.TRANSARTERIAL) if first else ():
        if first and event.day > first.day and event.record.get("modality") in TACE_MODALITIES:
            yield Hit(records=(event.record, first.record), values={"transplant": first.day})


def is_within_milan(burden: Row) -> bool | None:
    return within_milan(
        burden.get("tumor_number"),
        max_diameter_cm=burden.get("max_diameter_cm"),
        macrovascular=flag(burden.get("macrovascular_invasion")),
        extrahepatic=flag(burden.get("extrahepatic_metastasis")),
        basis=burden.get("diameter_basis") or "WHOLE",
    )


def burdens(timeline: Timeline, *, basis: str, first: date, last: date) -> Iterable[Row]:
    """The tumor burdens of this basis from one day to another, by day."""
    rows = [row for row in timeline.rows("tumorburden") if row.get("diameter_basis") == basis]
    dated = [row for row in rows if row.get("assessment_date") and first <= row["assessment_date"] <= last]
    return sorted(dated, key=lambda row: row["assessment_date"])


def _never_within_milan(kind: Kind) -> PatientCheck:
    """Beyond Milan before the first TACE, a curative treatment later, and no viable tumor within Milan between."""
    entity = ENTITY_OF[kind]

    def hits(timeline: Timeline) -> Iterator[Hit]:
        tace = [e.day for e in timeline.of(Kind.TRANSARTERIAL) if e.record.get("modality") in TACE_MODALITIES]
        for event in timeline.of(kind):
            if not tace or tace[0] >= event.day:
                continue
            index = [*burdens(timeline, basis="WHOLE", first=date.min, last=tace[0])]
            between = burdens(timeline, basis="VIABLE", first=tace[0], last=event.day)
            if index and is_within_milan(index[-1]) is False and not any(map(is_within_milan, between)):
                yield Hit(records=(event.record, index[-1]), values={"index": index[-1]["assessment_date"]})

    whole = {"assessment_date": EARLIER, "diameter_basis": "WHOLE", "tumor_number": 1, "max_diameter_cm": 8.0}
    no_spread = {"macrovascular_invasion": "0", "extrahepatic_metastasis": "0"}
    viable = {"assessment_date": DAY, "diameter_basis": "VIABLE", "tumor_number": 1, "max_diameter_cm": 3.0}
    course: dict[str, list[Row]] = {
        "transarterialsession": [{"start_date": EARLIER, "modality": "CTACE"}],
        entity: [{"start_date": LATER}],
    }
    return PatientCheck(
        code="V-R12",
        severity=Severity.QUERY,
        entity=entity,
        fields=("start_date",),
        message=_(
            "The tumor was beyond the Milan criteria on {index}, and no viable tumor within the "
            "Milan criteria is recorded before this treatment. Is a scan missing?"
        ),
        hits=hits,
        passing={**course, "tumorburden": [{**whole, **no_spread}, {**viable, **no_spread}]},
        failing={**course, "tumorburden": [{**whole, **no_spread}, {**viable, **no_spread, "max_diameter_cm": 6.6}]},
    )


ABLATED = {"start_date": DAY, "ablation_modality": "MWA"}
COMPLETE = {**ABLATED, "complete_ablation_1m": "1"}
LESION = {**ABLATED, "lesion_no": 1, "size_cm": 5.1}
SCAN = {"imaging_date": LATER}

PATIENT_CHECKS = (
    PatientCheck(
        code="V-D22",
        severity=Severity.WARNING,
        entity="ablationsession",
        fields=("start_date",),
        message=_(
            "No scan is recorded 21 to 60 days after the ablation on {day}. Record the scan if one was performed."
        ),
        hits=_lacks_scan,
        passing={"ablationsession": [ABLATED], "imagingassessment": [SCAN, {"imaging_date": DAY + timedelta(days=90)}]},
        failing={"ablationsession": [ABLATED], "imagingassessment": [{"imaging_date": DAY + timedelta(days=61)}]},
    ),
    _soon_after_tace(Kind.RESECTION),
    _soon_after_tace(Kind.ABLATION),
    PatientCheck(
        code="V-T12",
        severity=Severity.ERROR,
        entity="ablationsession",
        fields=("complete_ablation_1m",),
        message=_(
            "Complete ablation is inconsistent with a viable diameter of {viable} mm in "
            "lesion {lesion} on {scan}. Correct one of them."
        ),
        hits=_residual_after_complete,
        passing={
            "ablationsession": [COMPLETE],
            "ablationlesion": [LESION],
            "imagingassessment": [SCAN],
            "lesionmeasurement": [{**SCAN, "lesion_no": 1, "viable_mm": 0.0}],
        },
        failing={
            "ablationsession": [COMPLETE],
            "ablationlesion": [LESION],
            "imagingassessment": [SCAN],
            "lesionmeasurement": [{**SCAN, "lesion_no": 1, "viable_mm": 4.0}],
        },
    ),
    PatientCheck(
        code="V-T13",
        severity=Severity.WARNING,
        entity="ablationlesion",
        fields=("size_cm",),
        message=_(
            "Ablation of a {size} cm lesion is the only curative treatment. Is this the size of the viable part?"
        ),
        hits=_large_ablated,
        passing={"ablationlesion": [LESION], "resection": [{"start_date": LATER}]},
        failing={"ablationlesion": [LESION]},
    ),
    PatientCheck(
        code="V-T15",
        severity=Severity.QUERY,
        entity="resection",
        fields=("resection_margin",),
        message=_(
            "R0 is inconsistent with {viable} mm of viable tumor on {scan} and no recorded recurrence. Check both."
        ),
        hits=_residual_after_r0,
        passing={
            "resection": [{"start_date": DAY, "resection_margin": "R0"}],
            "imagingassessment": [{**SCAN, "sum_viable_mm": 0.0}],
        },
        failing={
            "resection": [{"start_date": DAY, "resection_margin": "R0"}],
            "imagingassessment": [{**SCAN, "sum_viable_mm": 12.0}],
        },
    ),
    PatientCheck(
        code="V-T17",
        severity=Severity.WARNING,
        entity="resection",
        fields=("start_date",),
        message=_(
            "Resection was performed in BCLC C (assessed on {visit}) with no prior downstaging treatment. Check both."
        ),
        hits=_resected_in_stage_c,
        passing={
            "assessment": [{"assessment_date": EARLIER, "bclc_stage": "C"}],
            "transarterialsession": [{"start_date": EARLIER, "modality": "HAIC"}],
            "resection": [{"start_date": DAY}],
        },
        failing={
            "assessment": [{"assessment_date": EARLIER, "bclc_stage": "C"}],
            "resection": [{"start_date": DAY}],
        },
    ),
    PatientCheck(
        code="V-T27",
        severity=Severity.QUERY,
        entity="transarterialsession",
        fields=("start_date",),
        message=_("TACE was given after the transplant on {transplant}. Did the tumor recur in the graft?"),
        hits=_tace_after_transplant,
        passing={
            "transplant": [{"start_date": DAY}],
            "transarterialsession": [{"start_date": EARLIER, "modality": "CTACE"}],
        },
        failing={
            "transplant": [{"start_date": DAY}],
            "transarterialsession": [{"start_date": LATER, "modality": "CTACE"}],
        },
    ),
    _never_within_milan(Kind.RESECTION),
    _never_within_milan(Kind.ABLATION),
)
