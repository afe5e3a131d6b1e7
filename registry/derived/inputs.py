"""What the derived values of one assessment are computed from, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.clinical.codes import exceeds
from registry.clinical.dates import completed_years
from registry.clinical.laboratory.reference_limits import Limits
from registry.clinical.ranges import ANALYTE_RANGES, RANGES

Row = Mapping[str, Any]
AFP_LIMIT = 400  # ng/mL; exactly 400 is not above


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A measured analyte in its canonical unit."""

    value: float | None
    comparator: str = "="


NO_RESULT = Result(value=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """An assessment's variables, its measured analytes, its tumor burdens by diameter basis, and what is known of the patient."""

    assessment: Row
    laboratory: Mapping[str, Result] = field(default_factory=dict)
    burdens: Mapping[str, Row] = field(default_factory=dict)
    limits: Mapping[str, Limits] = field(default_factory=dict)
    sex: str | None = None
    birth_date: date | None = None
    index_date: date | None = None  # the age is that of this day, else of the assessment
    age_years: int | None = None  # as counted elsewhere, where the birth date is not shown
    edmondson_grade: str | None = None
    bclc_ps_strict: bool = False

    def measured(self, analyte: str) -> float | None:
        """None as well for what cannot be, which a form may hold before it is checked."""
        value = self.laboratory.get(analyte, NO_RESULT).value
        return value if value is not None and ANALYTE_RANGES[analyte].allows(value) else None

    def size(self, name: str) -> float | None:
        value = self.assessment.get(name)
        return value if value is not None and RANGES[name].allows(value) else None

    @property
    def age(self) -> int | None:
        if self.age_years is not None:
            return self.age_years
        return completed_years(self.birth_date, on=self.index_date or self.assessment.get("assessment_date"))

    @property
    def afp_gt_400(self) -> bool | None:
        afp = self.laboratory.get("afp", NO_RESULT)
        return exceeds(afp.value, limit=AFP_LIMIT, comparator=afp.comparator)
