"""What the page of a run shows of the judgment of its design: the decisions, the designs tried so far, the form for another."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from analytics.models import DesignTry, Run
from analytics.pages.design_form import DesignForm
from analytics.pages.design_list import TRY_LIST
from analytics.protocol.population import read_study_protocol
from analytics.studies.readers import centers_to_analyze
from analytics.studies.versions import outcomes_opened
from registry.lists.listing import ShownList, list_page


def judgment_context(request: HttpRequest, *, run: Run) -> dict[str, Any] | HttpResponseBase:
    """What is shown beside a finished run; or the file of the list."""
    found: dict[str, Any] = {"decisions": run.decisions.select_related("decided_by")}
    if not _may_judge(request, run=run):
        return found
    tries = DesignTry.objects.readable_by(request.user).filter(run__study__name=run.study.name)
    listed = list_page(request, TRY_LIST, rows=tries.select_related("run__study", "tried_by"))
    if not isinstance(listed, ShownList):
        return listed
    return found | {
        "may_judge": True,
        "tries": listed,
        "design_form": DesignForm(read_study_protocol(run.study.protocol)),
        "outcomes_opened": outcomes_opened(run.study.name),
        "repetitions": run.repetitions.select_related("requested_by"),
    }


def _may_judge(request: HttpRequest, *, run: Run) -> bool:
    return set(run.center_ids) <= set(centers_to_analyze(request.user))
