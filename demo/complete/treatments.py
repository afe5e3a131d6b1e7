"""The treatments, in full: sessions through the artery, ablations with their lesions, resections, agents."""

from collections.abc import Iterator, Sequence

from demo.cohort.timetable import Row
from demo.complete.course import Case
from demo.complete.draw import joined
from demo.sheet_names import TRANSARTERIAL
from registry.clinical.sequence import HAIC_MODALITIES, TACE_MODALITIES

LINE, LATER_LINE = 1, 2
AGENTS = (1, 2, 3)
HOURS = {"OXALIPLATIN": 2.0, "FOLINATE_CA": 2.0}
SMALLEST_CM = 0.5
POWER_W = {"RFA": (60, 150), "MWA": (45, 80)}
CLAVIEN_DINDO = ("0", "I", "II", "IIIa", "IIIb", "IVa", "IVb", "V")
POSTOPERATIVE_DAYS = 90


def completed_sessions(case: Case) -> Iterator[Row]:
    cycles = sorted(row["start_date"] for row in case.of(TRANSARTERIAL) if row["modality"] in HAIC_MODALITIES)
    for row in case.of(TRANSARTERIAL):
        values = {**_any_session(case), **_embolization(case, row=row)}
        if row["modality"] in HAIC_MODALITIES:
            values |= _infusion(case, row=row, cycle=1 + cycles.index(row["start_date"]))
        yield joined(row, values)


def _any_session(case: Case) -> Row:
    draw, number = case.draw, case.baseline.get("tumor_number") or 1
    return {
        "line_no": LINE,
        "feeding_arteries": [draw.by_weight({"RHA": 60, "LHA": 20, "PHA": 20})],
        **draw.with_gaps(
            {
                "access_route": "FEM" if draw.chance(0.9) else "RAD",
                "target_lesions_treated": min(number, 10),
                "hospital_days": draw.whole(3, 8),
            }
        ),
    }


def _embolization(case: Case, *, row: Row) -> Row:
    """Of everything but an infusion alone."""
    draw, modality = case.draw, row["modality"]
    if modality not in TACE_MODALITIES | {"TAE", "TARE"}:
        return {}
    values: Row = {
        "selectivity": draw.by_weight({"SUPER": 25, "SEG": 45, "LOBAR": 30}),
        "post_embolization_syndrome": "1" if draw.chance(0.35) else "0",
    }
    if modality != "TARE":
        values |= {"embolization_endpoint": draw.by_weight({"STASIS": 50, "NEAR": 50})}
    if modality == "CTACE":
        values |= {"lipiodol_deposition": draw.by_weight({"COMPLETE": 30, "GOOD": 50, "POOR": 20})}
    if modality == "DEBTACE":
        values |= {"bead_size_um": draw.one(("100-300", "300-500")), "bead_volume_ml": draw.one((1.0, 2.0))}
    beads = {"embolic_agent": ["MICROSPHERE"]} if modality == "DEBTACE" else {}
    return draw.with_gaps(values) | beads


def _infusion(case: Case, *, row: Row, cycle: int) -> Row:
    draw = case.draw
    hours = {row.get(f"agent_{number}_code"): f"agent_{number}_duration_h" for number in AGENTS}
    reduced = {"dose_reduction_reason": draw.one(("TOX", "CTP"))} if row.get("dose_reduction_pct") else {}
    return {
        "cycle_no": cycle,
        "intraoperative_pain_mx": [draw.by_weight({"NONE": 60, "LIDO": 20, "SLOW": 10, "OPIOID": 10})],
        "non_main_vessel_embolized": "0",
        **reduced,
        **draw.with_gaps(
            {column: HOURS.get(agent, row["haic_infusion_hours"]) for agent, column in hours.items() if agent}
        ),
    }


def completed_ablation(case: Case, *, row: Row, segments: Sequence[str]) -> Iterator[Row]:
    """One row per lesion, the session's variables on the first alone."""
    draw, count = case.draw, row["lesions_ablated"]
    session = draw.with_gaps(
        {
            "guidance": draw.by_weight({"US": 60, "CEUS": 15, "CT": 20, "FUSION": 5}),
            "approach": "PERC",
            "anesthesia": draw.by_weight({"GA": 50, "SED": 35, "LOCAL": 15}),
            "hydrodissection": "1" if draw.chance(0.08) else "0",
            "artificial_ascites": "1" if draw.chance(0.08) else "0",
        }
    )
    first = joined(row, {"line_no": LINE, "treatment_intent": "NR", **session})
    again = {name: row[name] for name in ("local_id", "start_date", "ablation_modality")}
    for number in range(1, count + 1):
        lesion = _lesion(case, row=row, number=number, segment=segments[(number - 1) % len(segments)])
        yield {**(first if number == 1 else again), "lesion_no": number, **lesion}


def _lesion(case: Case, *, row: Row, number: int, segment: str) -> Row:
    draw, after = case.draw, case.after
    size = after["max_diameter_cm"] if number == 1 else after.get("second_diameter_cm")
    is_left = row["complete_ablation_1m"] == "0" and number == 1
    return {
        "segment": segment,
        "size_cm": max(SMALLEST_CM, size or SMALLEST_CM),
        "high_risk_location": [draw.by_weight({"NONE": 70, "VESSEL": 12, "DIAPH": 10, "GB": 8})],
        **draw.with_gaps(
            {
                "power_w": draw.whole(*POWER_W[row["ablation_modality"]]),
                "time_min": draw.between(5, 18),
                "applicator_count": draw.whole(1, 2),
                "ablation_margin_mm": 0.0 if is_left else draw.between(3, 10),
                "lesion_complete": "0" if is_left else "1",
            }
        ),
    }


def completed_resection(case: Case, *, row: Row, complications: Sequence[Row]) -> Row:
    draw, after = case.draw, case.after
    bled, is_free = draw.skewed(260, spread=0.6, limits=(40, 1800), decimals=0), row["resection_margin"] == "R0"
    values = {
        "anatomic": "0" if row["extent"] == "WEDGE" else "1",
        "margin_mm": draw.between(3, 18, decimals=0) if is_free else 0.0,
        "blood_loss_ml": int(bled),
        "transfusion_ml": 400 if bled > 800 else 0,
        "pringle_min": draw.whole(10, 45),
        "operation_min": draw.whole(110, 320),
        "path_tumor_number": after["tumor_number"] or 1,
        "path_max_diameter_cm": after["max_diameter_cm"],
        "viable_tumor_pct": draw.whole(5, 80),
        "microvascular_invasion": draw.by_weight({"M0": 60, "M1": 30, "M2": 10}),
        "satellite_path": "1" if draw.chance(0.15) else "0",
        "capsule": draw.by_weight({"COMPLETE": 45, "INCOMPLETE": 35, "NONE": 20}),
        "posthepatectomy_liver_failure": "A" if draw.chance(0.06) else "0",
    }
    worst = _worst(row, complications=complications)
    return joined(
        row, {"line_no": LINE, "treatment_intent": "NR", "clavien_dindo_max": worst, **draw.with_gaps(values)}
    )


def _worst(row: Row, *, complications: Sequence[Row]) -> str:
    days = {event["ae_onset_date"]: event.get("clavien_dindo") or "0" for event in complications}
    start = row["start_date"]
    near = [grade for day, grade in days.items() if 0 <= (day - start).days <= POSTOPERATIVE_DAYS]
    return max(near, key=CLAVIEN_DINDO.index, default="0")


def completed_agent(case: Case, *, row: Row) -> Row:
    draw = case.draw
    is_changed = row["dose_unit"] == "mg" and row["schedule"] in {"QD", "BID"} and draw.chance(0.15)
    return joined(
        row,
        {
            "treatment_intent": "CONV" if row.get("stop_reason") == "CONV" else "PALL",
            "dose_modified": "1" if is_changed else "0",
            "modification_reason": "TOX" if is_changed else None,
        },
    )
