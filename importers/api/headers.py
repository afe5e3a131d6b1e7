"""What the headers of a center's own workbooks mean, said by its script: once, for all uploads to come."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from importers.api import shapes as shapes
from importers.api.views import REFUSALS, View
from importers.pages.mapping import answer_headers
from importers.storage.mapping import Meaning, header_mapping_of, remember_meanings


class Meanings(View):
    """Of a center: what was said before, and what is said now."""

    @extend_schema(
        operation_id="meanings",
        description=_("List your center's header mappings: for each sheet, the column that each header maps to."),
        responses={200: shapes.Meaning(many=True), **REFUSALS},
    )
    def get(self, request: Request, center: str) -> Response:
        return Response(_meanings(self.center(center).pk))

    @extend_schema(
        operation_id="remember",
        description=_("Map headers to columns. This replaces any earlier mapping and applies to all future uploads."),
        request=shapes.Saying,
        responses={200: shapes.Meaning(many=True), **REFUSALS},
    )
    def post(self, request: Request, center: str) -> Response:
        known, said = self.center(center), _said(self.given(shapes.Saying, request.data))
        self.act(partial(remember_meanings, known.pk, said=said, by=request.user))
        return Response(_meanings(known.pk))


class Headers(View):
    """Of an upload: what it asks."""

    @extend_schema(
        operation_id="headers",
        description=_("List the headers in this upload that match no column, with the most likely columns."),
        responses={200: shapes.HeaderAnswer(many=True), **REFUSALS},
    )
    def get(self, request: Request, upload_id: int) -> Response:
        return Response((self.previewed(upload_id).report or {}).get("unmatched", []))

    @extend_schema(
        operation_id="answer",
        description=_("Map headers to columns, as for the center, and check the file again with the new mapping."),
        request=shapes.Saying,
        responses={202: shapes.UploadAnswer, **REFUSALS},
    )
    def post(self, request: Request, upload_id: int) -> Response:
        found, said = self.upload(upload_id), _said(self.given(shapes.Saying, request.data))
        return self.done(found, partial(answer_headers, found, said=said, by=request.user))


def _said(given: dict[str, Any]) -> list[Meaning]:
    return [Meaning(**one) for one in given["headers"]]


def _meanings(center: int) -> list[dict[str, str]]:
    return [
        {"sheet": sheet, "header": header, "column": column}
        for sheet, headers in header_mapping_of(center).items()
        for header, column in headers.items()
    ]
