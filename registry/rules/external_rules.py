"""The rules of the dictionary that no check of a record can ask: where they are asked instead, for the list of all rules.

Their words stand where they are asked. `name` is how they are called there.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from registry.rules.check import Label, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalRule:
    code: str
    severity: Severity
    entity: str
    scope: str
    place: str
    name: str
    about: Label


def _upload(code: str, *, name: str, about: Label, severity: Severity = Severity.ERROR) -> ExternalRule:
    return ExternalRule(
        code=code,
        severity=severity,
        entity="batch",
        scope="batch",
        place="importers.files.messages",
        name=name,
        about=about,
    )


def _study(code: str, *, severity: Severity, place: str, name: str, about: Label) -> ExternalRule:
    return ExternalRule(
        code=code, severity=severity, entity="study", scope="study", place=place, name=name, about=about
    )


EXTERNAL_RULES = (
    _upload(
        "V-B01", name="MISSING_COLUMN", about=_("A required column is missing, or the template version does not match")
    ),
    _upload("V-B02", name="NO_PATIENT", about=_("A row with an unknown patient, assessment or session")),
    _upload("V-B03", name="DUPLICATE_ROW", about=_("Two rows with the same key")),
    _upload("V-B04", name="UNKNOWN_CODE", about=_("A code that is not in the code list")),
    _upload(
        "V-B13",
        name="LIKE_IDENTIFIER",
        severity=Severity.WARNING,
        about=_("A patient identifier that differs from another only in case, spaces or leading zeros"),
    ),
    _upload("V-B14", name="NOT_A_RECORD", about=_("A row that is no record but a total, a heading or a note")),
    _upload(
        "V-B15",
        name="OLDER_TEMPLATE",
        severity=Severity.WARNING,
        about=_("A workbook made from an older version of the template"),
    ),
    _upload(
        "V-B16",
        name="OTHER_PERSON",
        severity=Severity.WARNING,
        about=_("A stored patient whose sex, birth date or diagnosis date differs in the file"),
    ),
    _upload("V-B17", name="NAMES_OTHER_CENTER", about=_("A row that names another center")),
    _upload("V-U13", name="NOT_A_NUMBER", about=_("A laboratory value that cannot be read as a number")),
    _upload("V-U23", name="UNKNOWN_UNIT", about=_("A unit that is not recognized for the analyte")),
    _study(
        "V-P09",
        severity=Severity.ERROR,
        place="analytics.exports.services",
        name="_without_withheld",
        about=_("Patients who withdrew consent or have not yet consented are excluded from every export"),
    ),
    _study(
        "V-P10",
        severity=Severity.QUERY,
        place="analytics.cohort.outcomes",
        name="other_tumor_type",
        about=_("A tumor other than hepatocellular carcinoma in a study cohort"),
    ),
    _study(
        "V-E11",
        severity=Severity.WARNING,
        place="analytics.cohort.adverse_events",
        name="other_ctcae_version",
        about=_("Adverse events in one study graded by different CTCAE versions"),
    ),
    _study(
        "V-B07",
        severity=Severity.ERROR,
        place="analytics.engine.self_checks",
        name="matched_within_unmatched",
        about=_("A category with more patients after matching than before"),
    ),
    _study(
        "V-B08",
        severity=Severity.ERROR,
        place="analytics.engine.self_checks",
        name="levels_sum",
        about=_("Category and missing counts that do not add up to the arm total"),
    ),
    _study(
        "V-B09",
        severity=Severity.WARNING,
        place="analytics.engine.design.notices",
        name="imbalance",
        about=_("A covariate with a standardized difference above 0.1 after matching"),
    ),
    _study(
        "V-B10",
        severity=Severity.WARNING,
        place="analytics.engine.outcomes.regression",
        name="too_few_events",
        about=_("Too few patients in an arm, or too few events, to fit the model"),
    ),
    _study(
        "V-B11",
        severity=Severity.ERROR,
        place="analytics.protocol.population",
        name="match two arms",
        about=_("A patient in two mutually exclusive arms"),
    ),
    _study(
        "V-B12",
        severity=Severity.WARNING,
        place="analytics.cohort.outcomes",
        name="lost_to_follow_up",
        # xgettext:no-python-format  # noqa: ERA001
        about=_("More than 5% of an arm lost to follow-up for over 6 months"),
    ),
)
