"""What a person may see of a run: whole, or in classes that show no single patient. Every view of a run reads its result here."""

from typing import Any

from django.conf import settings

from analytics.models import Run
from analytics.result.comparison import json_text
from analytics.result.disclosure.classes import as_published
from analytics.result.disclosure.result import restricted
from analytics.studies.acceptance import failed_checks
from analytics.studies.readers import Reader, sees_patients
from analytics.studies.services import shown_result, stored_result

Json = dict[str, Any]


def result_for(run: Run, *, by: Reader) -> Json:
    """Its outcomes only once the design is accepted; single patients only for those who may see them."""
    return as_seen(shown_result(run), run=run, by=by)


def as_seen(result: Json, *, run: Run, by: Reader) -> Json:
    if sees_patients(by, center_ids=run.center_ids):
        return result
    return restricted(result, below=settings.SMALLEST_CELL)


def result_text_for(run: Run, *, by: Reader) -> str:
    """The file that scripts read: to the letter as it was stored, for those who may see all of it."""
    if run.shows_outcomes and sees_patients(by, center_ids=run.center_ids):
        return run.result.content
    return json_text(as_published(result_for(run, by=by)))


def failed_checks_for(run: Run, *, by: Reader) -> list[Json]:
    """Those of outcomes as well, which may not be seen yet: a failed one keeps them closed."""
    return failed_checks(as_seen(stored_result(run), run=run, by=by))
