"""Whether treatment brought a tumor beyond the Milan criteria back within them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.clinical.staging.bclc import DiameterBasis, within_milan


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """Number and largest diameter (cm) of the tumors on one scan, and what they have invaded; None where not recorded."""

    scan_date: date
    tumor_number: int | None
    max_diameter_cm: float | None
    macrovascular: bool | None
    extrahepatic: bool | None

    def within_milan(self, basis: DiameterBasis) -> bool | None:
        return within_milan(
            self.tumor_number,
            max_diameter_cm=self.max_diameter_cm,
            macrovascular=self.macrovascular,
            extrahepatic=self.extrahepatic,
            basis=basis,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Downstaging:
    """`on` is the first scan that shows it. `is_successful` is None where a missing finding decides."""

    on: date | None
    is_successful: bool | None


def successful_downstaging(
    index: Burden | None, *, later: Iterable[Burden], tace_dates: Iterable[date], curative_date: date | None
) -> Downstaging:
    """The first scan after a TACE and before the curative procedure on which the viable tumor is within Milan.

    `index` is the burden of whole lesions at baseline and must lie outside Milan; `later` are viable burdens. A scan on the day
    of the first TACE or of the procedure does not count; None as `curative_date` means that none was done. No viable scan in
    between is no success. Source: An 2025; Milan as Mazzaferro et al. 1996.
    """
    begins_inside = None if index is None else index.within_milan("WHOLE")
    if begins_inside is None or begins_inside:
        return Downstaging(on=None, is_successful=None if begins_inside is None else False)
    first_tace = min(tace_dates, default=None)
    verdicts = [
        (burden.scan_date, burden.within_milan("VIABLE"))
        for burden in later
        if first_tace is not None
        and burden.scan_date > first_tace
        and (curative_date is None or burden.scan_date < curative_date)
    ]
    on = min((day for day, verdict in verdicts if verdict), default=None)
    if on is None and any(verdict is None for _day, verdict in verdicts):
        return Downstaging(on=None, is_successful=None)
    return Downstaging(on=on, is_successful=on is not None)
