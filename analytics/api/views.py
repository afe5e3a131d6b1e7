"""Runs for a statistician's own script: each address is one act of the services, with the permissions of the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.errors import AnalysisError
from analytics.models import Run, RunRepetition
from analytics.studies.readers import centers_to_analyze
from analytics.studies.repetitions import request_repetition
from registry.web.api import Answer, NotDone


class RepetitionAnswer(serializers.Serializer):
    """What became of a repetition; `is_equal` is null until it is over, and where it could not be done."""

    repetition = serializers.IntegerField()
    run = serializers.IntegerField()
    is_over = serializers.BooleanField()
    is_equal = serializers.BooleanField(allow_null=True)
    differences = serializers.IntegerField(allow_null=True)
    software = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    errors = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))


class View(APIView):
    @property
    def throttle_scope(self) -> str:
        return "read" if self.request.method in SAFE_METHODS else "write"

    @property
    def centers(self) -> list[int]:
        found = centers_to_analyze(self.request.user)
        if not found:
            raise PermissionDenied
        return found


class Repetitions(View):
    @extend_schema(
        operation_id="repeat_run",
        description=_(
            "Compute a finished run again on the records it read. The work is queued; ask for the repetition until it is over."
        ),
        request=None,
        responses={201: RepetitionAnswer},
    )
    def post(self, request: Request, run_id: int) -> Response:
        runs = Run.objects.filter(center_ids__contained_by=self.centers).select_related("study")
        try:
            asked = request_repetition(get_object_or_404(runs, pk=run_id), by=request.user)
        except AnalysisError as error:
            raise NotDone(*(Answer(code="refused", en=one.en, zh=one.zh) for one in error.messages)) from None
        return Response(_answer(asked), status=status.HTTP_201_CREATED)


class OneRepetition(View):
    @extend_schema(
        operation_id="repetition",
        description=_("Tell whether a repetition is over, and whether its result is equal to the letter."),
        responses={200: RepetitionAnswer},
    )
    def get(self, _request: Request, repetition_id: int) -> Response:
        found = RunRepetition.objects.filter(center_ids__contained_by=self.centers)
        return Response(_answer(get_object_or_404(found, pk=repetition_id)))


def _answer(repetition: RunRepetition) -> dict[str, Any]:
    told = repetition.found or {}
    return {
        "repetition": repetition.pk,
        "run": repetition.run_id,
        "is_over": repetition.finished_at is not None,
        "is_equal": repetition.is_equal,
        "differences": told.get("count"),
        "software": told.get("software", {}),
        "errors": repetition.failure,
    }
