"""The page side of an export: the download."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from analytics.errors import AnalysisError
from analytics.exports.forms import ExportForm
from analytics.exports.services import export_dataset
from analytics.formats import ExportFormat
from analytics.models import Study
from analytics.report.labels import in_language
from analytics.studies.readers import centers_to_analyze


@require_POST
@never_cache
def export(request: HttpRequest, study_id: int) -> HttpResponse:
    if not centers_to_analyze(request.user):
        raise PermissionDenied
    study = get_object_or_404(Study, pk=study_id)
    form = ExportForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was exported. Choose a format and state what the data will be used for."))
        return redirect(study)
    file_format, user = ExportFormat(form.cleaned_data["file_format"]), _user(request)
    try:
        exported = export_dataset(study, file_format=file_format, by=user, reason=form.cleaned_data["reason"])
    except AnalysisError as error:
        for message in error.messages:
            messages.error(request, in_language(message))
        return redirect(study)
    disposition = {"Content-Disposition": f'attachment; filename="{exported.filename}"'}
    return HttpResponse(exported.content, content_type="application/zip", headers=disposition)


def _user(request: HttpRequest) -> Any:
    return request.user
