"""Faults of what was done and what followed: sessions, procedures, agents, scans, contacts and adverse events."""

from demo.fault import any_row, cell, query, row_with, warning
from demo.faults import places as at
from demo.faults.dates import lives
from demo.faults.patients import changed
from demo.sheet_names import ABLATION, ADVERSE_EVENT, FOLLOW_UP, IMAGING, RESECTION, SYSTEMIC, TRANSARTERIAL
from registry.clinical.dosing.agents import is_pd1_or_pdl1

DEBTACE = row_with(modality="DEBTACE")

SESSIONS = (
    changed(
        "cycles too close together",
        TRANSARTERIAL,
        at.after_session(10, place=0),
        query("V-D16"),
        at="start_date",
        where=at.between_cycles,
    ),
    changed(
        "cycles far apart",
        TRANSARTERIAL,
        at.after_session(44, place=0),
        warning("V-D17"),
        at="start_date",
        where=at.second_cycle,
    ),
    changed(
        "two embolizations a few days apart",
        TRANSARTERIAL,
        at.after_session(10, place=0),
        warning("V-D18"),
        at="start_date",
        where=at.second_tace,
    ),
    cell("cycles out of order", TRANSARTERIAL, "cycle_no", 1, query("V-D14"), where=at.third_cycle),
    changed(
        "TACE between cycles",
        TRANSARTERIAL,
        {"modality": "CTACE", "lipiodol_ml": 8.0},
        query("V-T11"),
        at="modality",
        where=at.between_cycles,
    ),
    cell(
        "radioembolization without an isotope",
        TRANSARTERIAL,
        "modality",
        "TARE",
        query("V-T05"),
        where=DEBTACE,
    ).found_at("isotope"),
    changed(
        "a dose above the standard",
        TRANSARTERIAL,
        at.times(1.25, "agent_1_dose_mg"),
        warning("V-T08"),
        at="agent_1_dose_mg",
        where=at.first_cycle,
    ),
    changed(
        "an unnamed regimen variant",
        TRANSARTERIAL,
        at.fohaic,
        warning("V-T09"),
        at="agent_1_dose_mg",
        where=at.first_cycle,
    ),
    changed(
        "half the folinate dose",
        TRANSARTERIAL,
        at.times(0.5, "agent_2_dose_mg"),
        query("V-T10"),
        at="agent_2_code",
        where=at.first_cycle,
    ),
)

PROCEDURES = (
    changed(
        "ablation without a follow-up scan",
        ABLATION,
        at.earlier(35),
        warning("V-D22"),
        at="start_date",
        where=at.seen_a_month_after,
    ),
    changed(
        "resection days after TACE",
        RESECTION,
        at.after_session(5, place=-1),
        query("V-D28"),
        at="start_date",
        where=any_row,
    ),
    changed(
        "ablation before downstaging",
        ABLATION,
        at.day_before_visit,
        query("V-R12"),
        at="start_date",
        where=at.beyond_milan,
    ),
    cell("ablation of a large lesion", ABLATION, "size_cm", 6.0, warning("V-T13"), where=at.one_lesion),
    cell("ablation lasting hours", ABLATION, "time_min", 400.0, "V-T14", where=at.one_lesion),
    changed(
        "viable tumor after R0 resection",
        RESECTION,
        at.before_response,
        query("V-T15"),
        at="resection_margin",
        where=at.cured_and_free,
    ),
    cell("an implausible blood loss", RESECTION, "blood_loss_ml", 6000, query("V-T18")),
    cell("Clavien-Dindo V in a living patient", RESECTION, "clavien_dindo_max", "V", "V-T19", where=lives),
    cell(
        "residual tumor with curative intent",
        RESECTION,
        "resection_margin",
        "R2",
        query("V-T29"),
        where=row_with(treatment_intent="CUR"),
    ).found_at("treatment_intent"),
)

AGENTS = (
    cell("a dose inconsistent with weight", SYSTEMIC, "dose", 8.0, warning("V-T22"), where=at.weighed),
    changed(
        "two kinase inhibitors at once",
        SYSTEMIC,
        {"agent_code": "SORAFENIB", "dose": 400, "schedule": "BID"},
        warning("V-T23"),
        at="agent_start_date",
        where=at.beside_lenvatinib,
    ),
    cell(
        "a reduced antibody dose",
        SYSTEMIC,
        "dose_modified",
        "1",
        query("V-T24"),
        where=lambda row, _: bool(is_pd1_or_pdl1(row["agent_code"])),
    ),
    cell(
        "an agent without a stop date after death",
        SYSTEMIC,
        "agent_stop_date",
        None,
        query("V-D20"),
        where=lambda row, person: not lives(row, person),
    ),
)

SCANS = (
    cell(
        "viable diameter above whole diameter",
        IMAGING,
        "viable_mm",
        240.0,
        "V-R02",
        where=row_with(lesion_no=1, imaging_role="BASE"),
    ),
    cell(
        "a response inconsistent with the course",
        IMAGING,
        "response_mrecist",
        "SD",
        query("V-R03"),
        where=row_with(imaging_role="RESP", response_mrecist="PR"),
    ),
    cell(
        "a progression missing from follow-up",
        IMAGING,
        "response_mrecist",
        "PD",
        query("V-R05"),
        where=at.unread,
    ).found_at("imaging_date"),
    cell(
        "confirmed before suspected", IMAGING, "response_irecist", "iCPD", "V-R07", where=row_with(imaging_role="PROG")
    ),
    cell(
        "suspected pseudoprogression never resolved",
        IMAGING,
        "pseudoprogression_suspected",
        "1",
        warning("V-R08"),
        where=at.last_scan_of_long_follow_up,
    ),
    changed(
        "reader disagreement without adjudication",
        IMAGING,
        {"reader_1_response": "PR", "reader_2_response": "SD", "adjudicated_response": None},
        warning("V-R16"),
        at="reader_1_response",
        where=row_with(imaging_role="RESP", lesion_no=1),
    ),
)

CONTACTS = (
    changed(
        "no contact for months",
        FOLLOW_UP,
        at.later(66),
        warning("V-D21"),
        at="follow_up_date",
        where=at.last_of_the_living,
    ),
    changed(
        "last contact before the last scan",
        FOLLOW_UP,
        at.soon_after_start,
        "V-D24",
        at="last_known_alive_date",
        where=at.only_contact,
    ),
    changed(
        "a progression without a type",
        FOLLOW_UP,
        {"progression_criteria": None, "progression_type": None},
        query("V-R06"),
        at="progression_criteria",
        where=lambda row, _: row.get("progression_date") is not None,
    ),
    cell(
        "a death without a known day",
        FOLLOW_UP,
        "death_date_precision",
        "M",
        warning("V-D29"),
        where=lambda row, _: row.get("death_date") is not None,
    ).found_at("death_date"),
    cell(
        "follow-up after loss to follow-up",
        FOLLOW_UP,
        "vital_status",
        "LTFU",
        query("V-R15"),
        where=at.followed_further,
    ),
)

EVENTS = (
    changed(
        "an event before treatment",
        ADVERSE_EVENT,
        at.before_treatment,
        warning("V-D27"),
        at="ae_onset_date",
        where=at.no_agents,
    ),
    changed(
        "an unspecified event",
        ADVERSE_EVENT,
        {"ae_term": "Gastrointestinal disorders - Other, specify", "ae_term_verbatim": None},
        "V-E04",
        at="ae_term",
        where=row_with(ctcae_version="4.0"),
    ),
    changed(
        "seriousness criteria for a non-serious event",
        ADVERSE_EVENT,
        {"serious_criteria": ["HOSP"]},
        "V-E05",
        at="serious",
        where=row_with(serious="0"),
    ),
    changed(
        "a grade inconsistent with the laboratory value",
        ADVERSE_EVENT,
        at.graded_apart,
        query("V-E06"),
        at="ae_grade",
        where=at.few_platelets,
    ),
    cell(
        "related to radiotherapy never given", ADVERSE_EVENT, "related_rt", "4", query("V-E08"), where=at.never_operated
    ),
    cell(
        "immune-related without immunotherapy",
        ADVERSE_EVENT,
        "immune_related",
        "1",
        query("V-E09"),
        where=at.never_immune,
    ),
    cell(
        "a surgical complication without surgery",
        ADVERSE_EVENT,
        "clavien_dindo",
        "II",
        "V-E13",
        where=at.never_operated,
    ),
    changed("a duplicate event", ADVERSE_EVENT, at.again, warning("V-E14"), at="ae_onset_date", where=at.later_of_two),
    cell("an event of the opposite sex", ADVERSE_EVENT, "ae_term", "Vaginal hemorrhage", "V-P07", where=at.of_men),
)

COURSES = (*AGENTS, *SESSIONS, *PROCEDURES, *SCANS, *CONTACTS, *EVENTS)
