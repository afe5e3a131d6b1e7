"""Checks of what is said of hepatitis and cirrhosis against the laboratory and the signs of portal hypertension."""

from collections.abc import Callable, Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from registry.clinical.codes import grade
from registry.clinical.timeline import Timeline
from registry.rules.check import Label, Row, Severity
from registry.rules.patient_check import Hit, PatientCheck, Records

DAY = date(2021, 6, 1)
VISIT = {"assessment_date": DAY, "assessment_type": "BASE"}
VARICES = frozenset({"MILD", "MOD", "SEV"})
LOW_PLATELETS = 100  # 10*9/L
BELOW = frozenset({"<", "<="})
HBSAG_POSITIVE_IU = 0.05


def _is_detected(row: Row, *, above: float = 0.0) -> bool:
    """Found positive, or measured and not merely below a limit of detection."""
    if row.get("value_code") is not None:
        return row["value_code"] != "NEG"
    return row.get("value") is not None and row["value"] > above and row.get("comparator") not in BELOW


def _results(timeline: Timeline, *, analyte: str) -> list[Row]:
    return [row for row in timeline.rows("labresult") if row.get("analyte_code") == analyte]


def _signs_of_hepatitis_b(timeline: Timeline) -> list[Row]:
    antigen = [row for row in _results(timeline, analyte="hbsag_q") if _is_detected(row)]
    amount = [row for row in _results(timeline, analyte="hbsag_iu") if _is_detected(row, above=HBSAG_POSITIVE_IU)]
    return [*antigen, *amount, *(row for row in _results(timeline, analyte="hbv_dna") if _is_detected(row))]


def _negative_though_found(timeline: Timeline) -> Iterator[Hit]:
    yield from _with(timeline, name="hbv_status", code="NEG", against=_signs_of_hepatitis_b)


def _positive_though_absent(timeline: Timeline) -> Iterator[Hit]:
    """A surface antigen that later turns negative contradicts nothing: the first result counts."""

    def against(timeline: Timeline) -> list[Row]:
        tested = sorted(_results(timeline, analyte="hbsag_q"), key=lambda row: row.get("assessment_date") or date.max)
        return [row for row in tested[:1] if row.get("value_code") == "NEG"]

    yield from _with(timeline, name="hbv_status", code="POS", against=against)


def _with(timeline: Timeline, *, name: str, code: str, against: Callable[[Timeline], list[Row]]) -> Iterator[Hit]:
    for patient in timeline.rows("patient"):
        if patient.get(name) == code and (found := against(timeline)):
            yield Hit(records=(patient, *found))


def _rna_though_negative(timeline: Timeline) -> Iterator[Hit]:
    def against(timeline: Timeline) -> list[Row]:
        return [row for row in _results(timeline, analyte="hcv_rna") if _is_detected(row)]

    yield from _with(timeline, name="hcv_status", code="NEG", against=against)


def _portal_hypertension(timeline: Timeline) -> list[Row]:
    """At baseline: later ascites and few platelets have other causes as well."""
    platelets = [
        row
        for row in _results(timeline, analyte="plt")
        if row.get("assessment_type") == "BASE" and row.get("value") is not None and row["value"] < LOW_PLATELETS
    ]
    visits = [row for row in timeline.rows("assessment") if row.get("assessment_type") == "BASE"]
    return [*platelets, *(row for row in visits if (grade(row.get("ascites_grade")) or 0) >= 1)]


def _no_cirrhosis_though_signs(timeline: Timeline) -> Iterator[Hit]:
    for patient in timeline.rows("patient"):
        if patient.get("cirrhosis") != "0":
            continue
        signs = _portal_hypertension(timeline)
        if signs or patient.get("varices") in VARICES:
            yield Hit(records=(patient, *signs))


def _query(
    code: str,
    *,
    name: str,
    message: Label,
    hits: Callable[[Timeline], Iterator[Hit]],
    examples: tuple[Records, Records],
) -> PatientCheck:
    return PatientCheck(
        code=code,
        severity=Severity.QUERY,
        entity="patient",
        fields=(name,),
        message=message,
        hits=hits,
        passing=examples[0],
        failing=examples[1],
    )


def _patient(**values: object) -> dict[str, list[Row]]:
    return {"patient": [{"diagnosis_date": DAY, **values}]}


def _result(analyte: str, **values: object) -> dict[str, list[Row]]:
    return {"labresult": [{**VISIT, "analyte_code": analyte, **values}]}


PATIENT_CHECKS = (
    _query(
        "V-P11",
        name="hbv_status",
        message=_("Hepatitis B is recorded as negative, but surface antigen or HBV DNA was detected. Check both."),
        hits=_negative_though_found,
        examples=(
            {**_patient(hbv_status="NEG"), **_result("hbv_dna", value=20.0, comparator="<")},
            {**_patient(hbv_status="NEG"), **_result("hbv_dna", value=2000.0, comparator="=")},
        ),
    ),
    _query(
        "V-P11",
        name="hbv_status",
        message=_("Hepatitis B is recorded as positive, but the surface antigen is negative. Check both."),
        hits=_positive_though_absent,
        examples=(
            {**_patient(hbv_status="POS"), **_result("hbsag_q", value_code="POS")},
            {**_patient(hbv_status="POS"), **_result("hbsag_q", value_code="NEG")},
        ),
    ),
    _query(
        "V-P12",
        name="hcv_status",
        message=_("Hepatitis C is recorded as negative, but HCV RNA was detected. Check both."),
        hits=_rna_though_negative,
        examples=(
            {**_patient(hcv_status="NEG"), **_result("hcv_rna", value=15.0, comparator="<")},
            {**_patient(hcv_status="NEG"), **_result("hcv_rna", value=15000.0, comparator="=")},
        ),
    ),
    _query(
        "V-P14",
        name="cirrhosis",
        message=_("“No cirrhosis” is inconsistent with varices, ascites or platelets below 100. Check these values."),
        hits=_no_cirrhosis_though_signs,
        examples=(
            {**_patient(cirrhosis="0"), **_result("plt", value=100.0)},
            {**_patient(cirrhosis="0"), **_result("plt", value=99.0)},
        ),
    ),
)
