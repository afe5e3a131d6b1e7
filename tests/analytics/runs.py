"""A finished run with a result of the test's own: nothing is computed."""

import json
from typing import Any

from django.utils import timezone

from analytics.frame import sha256
from analytics.models import Run, RunResult, Study
from registry.access.scope import center_scope
from registry.models import Center
from tests.conftest import Cast


def make_run(
    study: Study, *, content: dict[str, Any], cast: Cast, is_accepted: bool = True, centers: list[Center] | None = None
) -> Run:
    places = [center.pk for center in centers or [cast.center, cast.other_center]]
    text = json.dumps(content)
    with center_scope(places, by=cast.statistician, reason="the tests"):
        run = Run.objects.create(
            study=study,
            requested_by=cast.statistician,
            center_ids=places,
            protocol_sha256=sha256(study.protocol),
            result_sha256=sha256(text),
            finished_at=timezone.now(),
            accepted_at=timezone.now() if is_accepted else None,
            accepted_by=cast.statistician if is_accepted else None,
        )
        RunResult.objects.create(run=run, center_ids=places, content=text)
    return run
