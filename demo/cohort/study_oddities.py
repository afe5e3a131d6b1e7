"""What registries hold beside the plain case: a box left empty, nodules nobody counted, lesions told one by one.

Every patient of a study group whose number fits has one; each is clean in itself and has shown a fault of a derivation before.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from demo.cohort.records import Rows
from demo.cohort.study_lesions import listed
from demo.cohort.study_plans import StudyPlan
from demo.sheet_names import ADVERSE_EVENT, ASSESSMENT, IMAGING, LABORATORY

EVERY = 4  # patients of a group have one oddity
LOW_CREATININE, DOUBLED_CREATININE = 44.0, 92.0  # umol/L; both within normal limits
CONTROL_SECONDS = 12.0


def odd(plan: StudyPlan, *, rows: Rows) -> None:
    """Change the rows of every fourth patient by the next oddity that fits the patient."""
    if plan.place % EVERY:
        return
    fitting = [change for fits, change in ODDITIES.values() if fits(plan)]
    fitting[(plan.place // EVERY) % len(fitting)](plan, rows)


def _empty_box(_plan: StudyPlan, rows: Rows) -> None:
    """The type of the thrombus is told, the box of invasion left empty."""
    for visit in rows[ASSESSMENT]:
        if visit["pvtt_cheng"] != "0":
            visit["macrovascular_invasion"] = None


def _uncountable(_plan: StudyPlan, rows: Rows) -> None:
    for visit in rows[ASSESSMENT]:
        visit |= {"tumor_number": None, "tumor_number_uncountable": "1", "within_milan": None}


def _seconds(_plan: StudyPlan, rows: Rows) -> None:
    """Prothrombin time with its control instead of the INR."""
    for panel in rows[LABORATORY]:
        panel |= {"inr": None, "pt_control": CONTROL_SECONDS}


def _creatinine(_plan: StudyPlan, rows: Rows) -> None:
    """Doubled within normal limits: grade 2 by the baseline (CTCAE 5.0)."""
    baseline, *others = rows[LABORATORY]
    baseline["crea"] = LOW_CREATININE
    for panel in others:
        panel["crea"] = DOUBLED_CREATININE
        rows[ADVERSE_EVENT].append(
            {
                "ae_term": "Creatinine increased",
                "ctcae_version": "5.0",
                "ae_grade": "2",
                "ae_onset_date": panel["assessment_date"],
                "ae_resolution_date": None,
                "serious": "0",
                "outcome": "NOT",
            }
        )


def _list_lesions(plan: StudyPlan, rows: Rows) -> None:
    """A metastasis is then one of the regional nodes, which a list can measure."""
    rows[IMAGING][:] = listed(plan, scans=rows[IMAGING])
    for visit in rows[ASSESSMENT]:
        if visit["metastasis_sites"]:
            visit["metastasis_sites"] = ["LN_REG"]


Fits = Callable[[StudyPlan], bool]
Oddity = Callable[[StudyPlan, Rows], None]

ODDITIES: Mapping[str, tuple[Fits, Oddity]] = MappingProxyType(
    {
        "box of invasion empty": (lambda plan: plan.who.is_invaded and plan.resection_day is None, _empty_box),
        "nodules not counted": (
            lambda plan: (
                plan.who.person.number_before > 3 and plan.resection_day is None and not plan.group.is_adjuvant
            ),
            _uncountable,
        ),
        "seconds instead of INR": (lambda _plan: True, _seconds),
        "lesions told one by one": (
            lambda plan: not (plan.is_pseudoprogressive or plan.group.has_necrosis or plan.group.is_adjuvant),
            _list_lesions,
        ),
        "creatinine doubled": (lambda plan: plan.group.ctcae == "5.0", _creatinine),
    }
)
