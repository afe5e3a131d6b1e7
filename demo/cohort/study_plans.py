"""What happens to a patient of a group, in days from the first treatment: treatments, progressions, the last contact."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import exp, log

from demo.cohort.margins import CUTOFF, scaled
from demo.cohort.patients import Person, Random, draw_afp, draw_labs, with_cirrhosis_where_shown
from demo.cohort.screening import Screened
from demo.cohort.study_groups import GROUPS, Days, Extent, Group, Line, Sessions
from demo.cohort.timetable import Row

DAYS_PER_MONTH = 30.4375
RESPONSE_DAYS = (43, 56)
SHORTEST_FOLLOWED_DAYS = 240  # between the first treatment and the cut-off
LAST_CONTACT_DAYS = 170
LATER_LINE_DAYS = 330  # followed at least from the first treatment, where there is a second line
AFTER_LAST_SESSION_DAYS = 50  # HAIC followed by agents later than 42 days is no sequence of rule S1
CONFIRMED_DAYS = 35
PER_CM = 0.04  # log hazard of a centimeter above 8
SITES = ("LUNG", "LN_REG", "BONE", "ADRENAL")
IN_STUDY_GROUPS = sum(group.total for group in GROUPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDay:
    day: int
    line_no: int
    kind: Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDay:
    code: str
    start: int
    line_no: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPlan:
    """`progressions` are ascending; `response_day` is of the last line, `first_response_day` of the first."""

    group: Group
    place: int
    who: Screened
    thrombus: str
    sessions: tuple[SessionDay, ...]
    agents: tuple[AgentDay, ...]
    progressions: tuple[int, ...]
    first_response_day: int
    response_day: int
    responds: bool
    responds_whole: bool
    last_day: int
    is_dead: bool
    resection_day: int | None = None
    is_complete_pathology: bool = False
    is_pseudoprogressive: bool = False

    @property
    def first_treatment_day(self) -> int:
        days = [each.day for each in self.sessions] + [each.start for each in self.agents]
        return min(days + ([0] if self.group.is_adjuvant else []))

    def on(self, day: int) -> date:
        return self.who.index_date + timedelta(days=day)


def draw_study_plans(total: int, *, random: Random) -> list[StudyPlan]:
    """`total` patients in the groups' proportions."""
    counts = scaled({group.name: group.total for group in GROUPS}, total=total)
    return [_plan(group, place=place, random=random) for group in GROUPS for place in range(counts[group.name])]


def _plan(group: Group, *, place: int, random: Random) -> StudyPlan:
    responds = bool(random.random() < group.responds)
    person, thrombus, sites = _person(group, responds=responds, random=random)
    index_date, contact = _followed(group, random=random)
    first, *later = group.lines
    sessions, agents = _given(first, line_no=1, start=0, random=random)
    begun = min([each.day for each in sessions] + [each.start for each in agents])
    first_response = response = (sessions[0].day if sessions else begun) + _between(RESPONSE_DAYS, random=random)
    progressions: tuple[int, ...] = ()
    if later:
        quiet = max([first_response, *(each.day + AFTER_LAST_SESSION_DAYS for each in sessions)])
        progressed = quiet + _wait(group.first_line_free, random=random, most=contact - quiet - 150)
        more_sessions, more_agents = _given(later[0], line_no=2, start=progressed, random=random)
        sessions, agents = sessions + more_sessions, agents + more_agents
        started = min([each.day for each in more_sessions] + [each.start for each in more_agents])
        progressions, response = (progressed,), started + _between(RESPONSE_DAYS, random=random)
    plan = StudyPlan(
        group=group,
        place=place,
        who=_screened(group, person=person, index_date=index_date, thrombus=thrombus, sites=sites, place=place),
        thrombus=thrombus,
        sessions=sessions,
        agents=agents,
        progressions=progressions,
        first_response_day=first_response,
        response_day=response,
        responds=responds,
        responds_whole=False,
        last_day=contact,
        is_dead=False,
    )
    return _with_outcome(plan, random=random)


def _with_outcome(plan: StudyPlan, *, random: Random) -> StudyPlan:
    group = plan.group
    hazard = exp(PER_CM * (plan.who.person.diameter_before_cm - 8))
    whole = 0.7 * group.responds if group.responds_whole is None else group.responds_whole
    responds_whole = plan.responds and random.random() < whole / max(group.responds, 0.01)
    is_pseudo = bool(random.random() < group.pseudoprogression)
    quiet = plan.response_day + (2 * CONFIRMED_DAYS if is_pseudo else 1)
    since = plan.progressions[-1] if plan.progressions else 0
    free = group.free - (plan.response_day - since) / DAYS_PER_MONTH
    progressed = quiet + _wait(max(free, 0.8) / hazard, random=random)
    died = quiet + 5 + _wait(max(group.survival - (quiet - since) / DAYS_PER_MONTH, 1.0) / hazard, random=random)
    resected = plan.response_day + int(random.integers(15, 35)) if random.random() < group.resected else None
    if resected is not None:
        progressed, died = max(progressed, resected + 120), max(died, resected + 240)
    last_day = max(min(plan.last_day, died), quiet + 2)
    told = (progressed,) if progressed < last_day else ()
    return replace(
        plan,
        responds=plan.responds or resected is not None,
        responds_whole=bool(responds_whole or resected is not None),
        progressions=plan.progressions + told,
        last_day=last_day,
        is_dead=died <= plan.last_day,
        resection_day=resected if resected is not None and resected < last_day - 40 else None,
        is_complete_pathology=bool(random.random() < group.complete_pathology),
        is_pseudoprogressive=is_pseudo,
    )


def _given(
    line: Line, *, line_no: int, start: int, random: Random
) -> tuple[tuple[SessionDay, ...], tuple[AgentDay, ...]]:
    sessions: list[SessionDay] = []
    if line.sessions is not None:
        day, gap = start + _between(line.sessions.begin, random=random), _between(line.sessions.gap, random=random)
        for number in range(_between(line.sessions.count, random=random)):
            sessions.append(SessionDay(day=day + number * gap, line_no=line_no, kind=line.sessions))
    agents = [
        AgentDay(
            code=str(random.choice(agent.codes)), start=start + _between(agent.begin, random=random), line_no=line_no
        )
        for agent in line.agents
    ]
    return tuple(sessions), tuple(agents)


def _followed(group: Group, *, random: Random) -> tuple[date, int]:
    """The first treatment, and the days to the last contact were there no death before it."""
    first = date(group.years[0], 1, 1)
    latest = CUTOFF - timedelta(days=LATER_LINE_DAYS + LAST_CONTACT_DAYS if group.lines[1:] else SHORTEST_FOLLOWED_DAYS)
    last = min(date(group.years[1], 12, 31), latest)
    index_date = first + timedelta(days=int(random.integers((last - first).days)))
    return index_date, (CUTOFF - index_date).days - int(random.integers(0, LAST_CONTACT_DAYS))


def _screened(
    group: Group, *, person: Person, index_date: date, thrombus: str, sites: tuple[str, ...], place: int
) -> Screened:
    patient: Row = {"resectability_index": "UNRES_ONC" if person.bclc_stage == "C" else "UNRES_TECH"}
    patient |= group.patient or {}
    if group.prior and place % 2:
        patient["prior_hcc_treatment"] = [*group.prior]
    return Screened(
        person=person,
        outcome=group.name,
        index_date=index_date,
        reaches_curative=False,
        patient=patient,
        is_invaded=thrombus != "0",
        sites=sites,
        is_unwell_by_tumor=person.bclc_stage == "C",
    )


def _person(group: Group, *, responds: bool, random: Random) -> tuple[Person, str, tuple[str, ...]]:
    """A person with Child-Pugh A, the type of thrombus, and the sites of metastases."""
    labs = {name: float(values[0]) for name, values in draw_labs("ablation", total=1, random=random).items()}
    extent = group.extent
    stage = _one_of(extent.stages, random=random)
    number, diameter = _tumor(stage, extent=extent, random=random)
    thrombus = _one_of(extent.thrombus or {"0": 1}, random=random) if stage == "C" else "0"
    has_metastasis = stage == "C" and (thrombus == "0" or random.random() < extent.metastasis)
    left = float(random.uniform(0.3, 0.62) if responds else random.uniform(0.86, 1.0))
    person = Person(
        arm="ablation",
        sex="M" if random.random() < 0.87 else "F",
        age_years=int(random.integers(34, 75)),
        smoking_status="CUR" if random.random() < 0.3 else "NEV",
        alcohol_status="CUR" if random.random() < 0.2 else "NEV",
        ecog_ps="1" if stage == "C" and random.random() < 0.4 else "0",
        comorbidity="1" if random.random() < 0.15 else "0",
        hbv_status="POS" if random.random() < 0.85 else "NEG",
        cirrhosis="1" if random.random() < 0.8 else "0",
        ascites_grade="0",
        bclc_stage=stage,
        number_before=number,
        diameter_before_cm=diameter,
        number_after=number,
        diameter_after_cm=round(diameter * left, 1),
        afp=float(draw_afp(random.random(1) < 0.45, random=random)[0]),
        ablation_modality="",
        labs=labs,
    )
    sites = (SITES[int(random.integers(len(SITES)))],) if has_metastasis else ()
    return with_cirrhosis_where_shown(person), thrombus, sites


def _tumor(stage: str, *, extent: Extent, random: Random) -> tuple[int, float]:
    """A single tumor above 5 cm; several, of which more than three in stage B; either in stage C."""
    diameter = round(float(random.uniform(*extent.diameter_cm)), 1)
    if stage == "A":
        return 1, diameter
    return int(random.integers(4, 9)) if stage == "B" or random.random() < 0.6 else 1, diameter


def _wait(median_months: float, *, random: Random, most: int | None = None) -> int:
    days = int(random.exponential(median_months * DAYS_PER_MONTH / log(2)))
    return days if most is None else min(days, max(most, 5))


def _between(days: Days, *, random: Random) -> int:
    return int(random.integers(days[0], days[1] + 1))


def _one_of(shares: object, *, random: Random) -> str:
    weights = dict(shares)  # type: ignore[call-overload]
    total = sum(weights.values())
    return str(random.choice(list(weights), p=[weight / total for weight in weights.values()]))


def pseudoprogressions(plans: list[StudyPlan]) -> Iterator[StudyPlan]:
    return (plan for plan in plans if plan.is_pseudoprogressive)
