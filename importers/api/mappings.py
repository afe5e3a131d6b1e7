"""A center's own mappings for scripts: listed, fetched with their text, saved as versions, and used for an upload."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from importers.api import shapes as shapes
from importers.api.views import REFUSALS, View
from importers.mapping.refusals import MappingRefused
from importers.models import CenterMapping
from importers.services import map_upload
from importers.storage.center_mappings import mapping_named, mappings_of, save_mapping
from registry.errors import Refused
from registry.web.api import Answer, NotDone


class Mappings(View):
    @extend_schema(
        operation_id="mappings",
        description=_("List your center's workbook mappings in their latest versions."),
        responses={200: shapes.MappingAnswer(many=True), **REFUSALS},
    )
    def get(self, request: Request, center: str) -> Response:
        return Response([mapping_answer(one) for one in mappings_of(self.center(center).pk)])


class OneMapping(View):
    @extend_schema(
        operation_id="mapping",
        description=_("Get a workbook mapping with its YAML text, in its latest version unless another is named."),
        parameters=[shapes.Version],
        responses={200: shapes.MappingText, **REFUSALS},
    )
    def get(self, request: Request, center: str, name: str) -> Response:
        asked = self.given(shapes.Version, request.query_params)
        try:
            found = mapping_named(name, center=self.center(center).pk, version=asked.get("version"))
        except Refused:
            raise NotFound from None
        return Response({**mapping_answer(found), "text": found.text})

    @extend_schema(
        operation_id="save_mapping",
        description=_(
            "Save a workbook mapping as a new version. The name in the text must be the one in the address. "
            "Saving the same text again changes nothing."
        ),
        request=shapes.SavingMapping,
        responses={200: shapes.MappingText, **REFUSALS},
    )
    def put(self, request: Request, center: str, name: str) -> Response:
        known, given = self.center(center), self.given(shapes.SavingMapping, request.data)
        saved = saved_mapping(given["text"], name=name, center=known, by=request.user, note=given["note"])
        return Response({**mapping_answer(saved), "text": saved.text})


class UploadMapping(View):
    @extend_schema(
        operation_id="map_upload",
        description=_("Check an upload again, read by a mapping of its center in the latest version."),
        request=shapes.ChoosingMapping,
        responses={202: shapes.UploadAnswer, **REFUSALS},
    )
    def post(self, request: Request, upload_id: int) -> Response:
        found, given = self.upload(upload_id), self.given(shapes.ChoosingMapping, request.data)
        chosen = self.mapping(given["mapping"], center=found.center_id)
        return self.done(found, partial(map_upload, found, mapping=chosen, by=request.user))


def mapping_answer(saved: CenterMapping) -> dict[str, Any]:
    return {
        "name": saved.name,
        "version": saved.version,
        "note": saved.note,
        "saved_by": saved.saved_by.get_username(),
        "saved_at": saved.saved_at,
    }


def saved_mapping(text: str, *, name: str, center: Any, by: Any, note: str) -> CenterMapping:
    """Every key at fault is told, each as an error of its own."""
    try:
        return save_mapping(text, center=center.pk, by=by, note=note, name=name)
    except MappingRefused as refused:
        told = [Answer(code="mapping", en=one.en, zh=one.zh, field=one.path or "text") for one in refused.problems]
        raise NotDone(*told, status=status.HTTP_400_BAD_REQUEST) from None
