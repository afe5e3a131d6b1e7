"""How a page follows the long work that its reader asked for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from registry.jobs import queue
from registry.models import Job


@require_GET
@login_required
def job_status(request: HttpRequest, job_id: int) -> JsonResponse:
    job = get_object_or_404(Job, pk=job_id, requested_by=request.user)
    return JsonResponse(
        {
            "state": job.state,
            "state_label": job.get_state_display(),
            "percent": job.percent,
            "message": gettext(job.message) if job.message else "",
            "result_url": job.result_url,
            "is_over": job.is_over,
        }
    )


@require_POST
@login_required
def cancel_job(request: HttpRequest, job_id: int) -> JsonResponse:
    queue.cancel(get_object_or_404(Job, pk=job_id, requested_by=request.user))
    return JsonResponse({"cancel_requested": True})
