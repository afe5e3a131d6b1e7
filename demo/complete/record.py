"""One patient's rows, completed sheet by sheet in the order in which a sheet needs to know another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from demo.cohort.timetable import Row
from demo.complete.contacts import completed_contacts
from demo.complete.course import Case
from demo.complete.draw import Draw
from demo.complete.events import completed_events
from demo.complete.other_treatments import more_treatments
from demo.complete.panel import completed_panel
from demo.complete.person import completed_patient
from demo.complete.scans import completed_scans
from demo.complete.treatments import completed_ablation, completed_agent, completed_resection, completed_sessions
from demo.complete.visits import completed_visit, draw_place
from demo.sheet_names import (
    ABLATION,
    ADVERSE_EVENT,
    ASSESSMENT,
    FOLLOW_UP,
    IMAGING,
    LABORATORY,
    PATIENT,
    RESECTION,
    SYSTEMIC,
    TRANSARTERIAL,
)


def complete(
    rows: Mapping[str, Sequence[Row]], *, seed: tuple[object, ...], outside_for: str | None
) -> dict[str, list[Row]]:
    """`seed` names the patient; `outside_for` the reason for being in no arm, None of those in one."""
    case = Case(rows=rows, draw=Draw(*seed), outside_for=outside_for)
    added = more_treatments(case)
    case = replace(case, rows={sheet: [*rows.get(sheet, ()), *added.get(sheet, ())] for sheet in {**rows, **added}})
    labs, place = case.of(LABORATORY)[0], draw_place(case)
    patient = completed_patient(case, labs=labs)
    events = [*completed_events(case)]
    ablations = [completed_ablation(case, row=row, segments=place.segments) for row in case.of(ABLATION)]
    return {
        **{sheet: [*found] for sheet, found in case.rows.items()},
        PATIENT: [patient],
        ASSESSMENT: [completed_visit(case, visit=visit, labs=labs, place=place) for visit in case.of(ASSESSMENT)],
        LABORATORY: [completed_panel(case, panel=panel, patient=patient) for panel in case.of(LABORATORY)],
        TRANSARTERIAL: [*completed_sessions(case)],
        ABLATION: [row for rows_of_session in ablations for row in rows_of_session],
        RESECTION: [completed_resection(case, row=row, complications=events) for row in case.of(RESECTION)],
        SYSTEMIC: [completed_agent(case, row=row) for row in case.of(SYSTEMIC)],
        IMAGING: [*completed_scans(case, labs=labs)],
        FOLLOW_UP: [*completed_contacts(case)],
        ADVERSE_EVENT: events,
    }
