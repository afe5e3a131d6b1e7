"""What every page outside the record forms needs to look like the rest: side bar, language, theme."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import Promise

from registry.models import Patient
from registry.pages.patient_header import patient_header


def page_context(
    request: HttpRequest, *, title: str | Promise, patient: Patient | None = None, part: str = ""
) -> dict[str, Any]:
    """A page of one patient says whose it is, and to which part of the patient's record it belongs."""
    head = {"patient_header": patient_header(patient, current=part)} if patient else {}
    return {**admin.site.each_context(request), "title": title, **head}
