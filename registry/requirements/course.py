"""When a variable of imaging, progression, follow-up or an adverse event is required: sections 6 to 8 of the data dictionary.

A condition on what was given before reads `course`, the patient's CourseFacts; without it the variable is not asked for.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy as _

from registry.choices import DiseaseStatus, ImagingCriteria, ImagingRole, LesionOrgan, TumorResponse, VitalStatus, YesNo
from registry.requirements.base import Predicate, Requirement, Row, always, required
from registry.requirements.course_facts import ICI, CourseFacts

IMAGING, LESION, PROGRESSION, FOLLOW_UP = "imagingassessment", "lesionmeasurement", "progressionevent", "followup"
EVENT = "adverseevent"

OTHER_TERM = "other, specify"
RELATED = ("tat", "abl", "sr", "rt", "tki", "vegf", "ici", "chemo")
# A complication is one of the procedure so many days after it
COMPLICATION_DAYS = {"tat": 30, "abl": 30, "sr": 90}
SURGERY = ("sr", "lt")


def _equals(name: str, code: str) -> Predicate:
    return lambda row: row.get(name) == code


def _holds(row: Row, *, name: str, code: str) -> bool:
    return code in (row.get(name) or ())


def _by_criteria(code: ImagingCriteria) -> Predicate:
    return partial(_holds, name="criteria", code=code.value)


def _course(row: Row) -> CourseFacts | None:
    known = row.get("course")
    return known if isinstance(known, CourseFacts) else None


def _had(row: Row, *, therapy: str, day: str) -> bool:
    known = _course(row)
    return known is not None and known.had(therapy, by=row.get(day))


def _had_any_of(row: Row, *, days: str, day: str) -> bool:
    known, when = _course(row), row.get(day)
    return known is not None and isinstance(when, date) and any(given <= when for given in getattr(known, days))


_is_response = _equals("imaging_role", ImagingRole.RESPONSE)


def _readers_differ(row: Row) -> bool:
    first, second = row.get("reader_1_response"), row.get("reader_2_response")
    return first is not None and second is not None and first != second


def _progressed_under_ici(row: Row) -> bool:
    read = (row.get("response_mrecist"), row.get("response_recist11"))
    return TumorResponse.PROGRESSIVE in read and _had(row, therapy=ICI, day="imaging_date")


def _imaging() -> Iterator[Requirement]:
    response, of_response = _("at response assessments"), _is_response
    yield from always(IMAGING, "imaging_date", "imaging_modality", "imaging_role")
    yield from required(
        IMAGING,
        *("reader_1_response", "reader_2_response", "reader_blinded", "criteria", "non_target_response", "new_lesion"),
        when=response,
        applies=of_response,
    )
    yield from required(IMAGING, "adjudicated_response", when=_("if the two readers disagree"), applies=_readers_differ)
    for code, variables in (
        (ImagingCriteria.MRECIST, ("sum_viable_mm", "response_mrecist")),
        (ImagingCriteria.RECIST11, ("sum_whole_mm", "response_recist11")),
        (ImagingCriteria.RECICL, ("necrosis_pct", "response_recicl")),
    ):
        yield from required(IMAGING, *variables, when=_("if assessed by these criteria"), applies=_by_criteria(code))
    yield from required(
        IMAGING,
        "max_viable_diameter_mm",
        when=_("after TACE"),
        applies=partial(_had_any_of, days="tace", day="imaging_date"),
    )
    yield from required(
        IMAGING,
        "pseudoprogression_suspected",
        when=_("if disease progressed on a checkpoint inhibitor"),
        applies=_progressed_under_ici,
    )
    yield from required(
        IMAGING,
        "response_irecist",
        when=_("if pseudoprogression is suspected"),
        applies=_equals("pseudoprogression_suspected", YesNo.YES),
    )
    yield from required(
        IMAGING, "afp_at_imaging", when=_("at follow-up"), applies=_equals("imaging_role", ImagingRole.FOLLOW_UP)
    )


def _lesions() -> Iterator[Requirement]:
    in_liver = _equals("organ", LesionOrgan.LIVER)
    yield from always(LESION, "lesion_no", "organ", "is_target", "whole_mm", "is_new")
    yield from required(
        LESION,
        "viable_mm",
        when=_("for liver lesions assessed by mRECIST"),
        applies=lambda row: in_liver(row) and _by_criteria(ImagingCriteria.MRECIST)(row),
    )
    yield from required(LESION, "enhancement", when=_("for liver lesions"), applies=in_liver)
    nodes = {LesionOrgan.NODE, LesionOrgan.PORTAL_NODE}
    yield from required(
        LESION, "short_axis_mm", when=_("for lymph node lesions"), applies=lambda row: row.get("organ") in nodes
    )


def _progression() -> Iterator[Requirement]:
    day = "progression_date"
    yield from always(PROGRESSION, day, "progression_criteria", "progression_type", "post_progression_therapy")
    yield from required(
        PROGRESSION,
        "progression_site",
        when=_("if progression is extrahepatic"),
        applies=lambda row: any(code.startswith("EXTRA_") for code in row.get("progression_type") or ()),
    )
    yield from required(
        PROGRESSION,
        "progression_confirmed",
        when=_("for patients treated with a checkpoint inhibitor"),
        applies=partial(_had, therapy=ICI, day=day),
    )
    yield from required(
        PROGRESSION, "untaceable", when=_("after TACE"), applies=partial(_had_any_of, days="tace", day=day)
    )
    yield from required(
        PROGRESSION,
        "untaceable_reason",
        when=_("if untreatable by TACE"),
        applies=_equals("untaceable", YesNo.YES),
    )
    yield from required(
        PROGRESSION,
        "recurrence_type",
        when=_("after curative treatment"),
        applies=partial(_had_any_of, days="curative", day=day),
    )


def _follow_up() -> Iterator[Requirement]:
    yield from always(FOLLOW_UP, "follow_up_date", "vital_status", "last_known_alive_date", "contact_mode")
    yield from always(FOLLOW_UP, "disease_status", "subsequent_therapy")
    yield from required(
        FOLLOW_UP,
        "recurrence_site",
        when=_("if the disease has recurred"),
        applies=_equals("disease_status", DiseaseStatus.RECURRENCE),
    )
    yield from required(
        FOLLOW_UP,
        *("death_date", "death_cause"),
        when=_("if the patient has died"),
        applies=_equals("vital_status", VitalStatus.DEAD),
    )


def _is_complication(row: Row) -> bool:
    known, onset = _course(row), row.get("ae_onset_date")
    return known is not None and any(
        known.had_within(therapy, days=days, before=onset) for therapy, days in COMPLICATION_DAYS.items()
    )


def _after_surgery(row: Row) -> bool:
    return any(_had(row, therapy=therapy, day="ae_onset_date") for therapy in SURGERY)


def _adverse_events() -> Iterator[Requirement]:
    yield from always(EVENT, "ae_term_verbatim", "ae_term", "ctcae_version", "ae_grade", "ae_onset_date")
    yield from always(EVENT, "serious", "action_taken", "outcome")
    yield from required(
        EVENT,
        "ae_resolution_date",
        when=_("unless ongoing"),
        applies=lambda row: row.get("ae_ongoing") != YesNo.YES,
    )
    yield from required(
        EVENT,
        "ae_other_specify",
        when=_("if the term is an “Other, specify” term"),
        applies=lambda row: (row.get("ae_term") or "").lower().endswith(OTHER_TERM),
    )
    for therapy in RELATED:
        yield from required(
            EVENT,
            f"related_{therapy}",
            when=_("if this therapy was given earlier"),
            applies=partial(_had, therapy=therapy, day="ae_onset_date"),
        )
    yield from required(
        EVENT,
        "immune_related",
        when=_("for patients treated with a checkpoint inhibitor"),
        applies=partial(_had, therapy=ICI, day="ae_onset_date"),
    )
    yield from required(EVENT, "serious_criteria", when=_("if serious"), applies=_equals("serious", YesNo.YES))
    yield from required(
        EVENT,
        "sir_class",
        when=_("within 30 days after transarterial treatment or ablation, or 90 days after resection"),
        applies=_is_complication,
    )
    yield from required(EVENT, "clavien_dindo", when=_("after surgery"), applies=_after_surgery)


COURSE_REQUIREMENTS: tuple[Requirement, ...] = (
    *_imaging(),
    *_lesions(),
    *_progression(),
    *_follow_up(),
    *_adverse_events(),
)
