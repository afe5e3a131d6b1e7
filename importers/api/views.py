"""Uploads for a hospital's own script: each address is one act of importers.services, as the pages and commands have them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from importers.api import shapes as shapes
from importers.api.records import records_answer
from importers.files.workbook import WorkbookRefused, contents
from importers.models import CenterMapping, Upload, UploadQuerySet
from importers.pages.views import XLSX
from importers.services import cancel_work, confirm_upload, discard_upload, send_upload, start_check, start_undo
from importers.storage.center_mappings import mapping_named
from importers.workbooks.feedback import annotated_upload
from importers.workbooks.filled_template import template_of
from registry.access.permissions import centers_where
from registry.errors import Refused
from registry.web.api import Answer, NotDone
from registry.workbook.stored_keys import centers_with

PER_PAGE = 100
REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 429), shapes.Troubles)
WORKBOOK = {(200, XLSX): OpenApiTypes.BINARY}


class Xlsx(BaseRenderer):
    """So that a script may ask for a workbook by its type; the view writes it."""

    media_type, format, charset, render_style = XLSX, "xlsx", None, "binary"


class View(APIView):
    renderer_classes = [JSONRenderer, Xlsx]

    @property
    def throttle_scope(self) -> str:
        return "read" if self.request.method in SAFE_METHODS else "write"

    @property
    def centers(self) -> list[int]:
        found = centers_where(self.request.user, may="upload_workbooks")
        if not found:
            raise PermissionDenied
        return found

    def center(self, code: str) -> Any:
        for center in centers_with(self.centers):
            if center.center_code == code.strip().upper():
                return center
        raise PermissionDenied

    def uploads(self) -> UploadQuerySet:
        found = Upload.objects.filter(center_id__in=self.centers)
        return found.defer("original").select_related("center", "uploaded_by", "job", "mapping")

    def upload(self, upload_id: int) -> Upload:
        return get_object_or_404(self.uploads(), pk=upload_id)

    def previewed(self, upload_id: int) -> Upload:
        """One whose check has come to an end."""
        found = self.upload(upload_id)
        if found.report is None:
            raise NotFound
        return found

    def mapping(self, name: str, *, center: int) -> CenterMapping | None:
        """The last version of a mapping of the center; none where none is named."""
        found: list[CenterMapping] = []
        if name:
            self.act(lambda: found.append(mapping_named(name, center=center)))
        return found[0] if found else None

    def given(self, shape: type[Serializer], data: Any, **context: Any) -> dict[str, Any]:
        read = shape(data=data, context=context)
        read.is_valid(raise_exception=True)
        return dict(read.validated_data)

    def done(self, upload: Upload, act: Callable[[], None]) -> Response:
        """The act, and what stands then."""
        self.act(act)
        return Response(shapes.upload_answer(self.upload(upload.pk)), status=status.HTTP_202_ACCEPTED)

    def act(self, act: Callable[[], None]) -> None:
        """Why it is refused is asked in both languages: nothing has been written yet."""
        try:
            with translation.override("en"):
                act()
        except Refused as english:
            chinese: Exception = english
            try:
                with translation.override("zh-hans"):
                    act()
            except Refused as refused:
                chinese = refused
            raise NotDone(Answer(code="refused", en=str(english), zh=str(chinese))) from None


class Centers(View):
    @extend_schema(
        operation_id="centers",
        description=_("List the centers you can upload for."),
        responses={200: shapes.CenterAnswer(many=True), **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        return Response([shapes.center_answer(center) for center in centers_with(self.centers)])


class Template(View):
    @extend_schema(
        operation_id="template",
        description=_(
            "Download the template workbook, either empty or prefilled with stored data. "
            "Uploading the prefilled template unmodified changes nothing."
        ),
        parameters=[shapes.Filling],
        responses={**WORKBOOK, **REFUSALS},
    )
    def get(self, request: Request, center: str) -> HttpResponse:
        filling, known = self.given(shapes.Filling, request.query_params), self.center(center)
        return HttpResponse(template_of(known, filled=filling["filled"]), content_type=XLSX)


class Uploads(View):
    @extend_schema(
        operation_id="uploads",
        description=_("List the 100 most recent uploads."),
        responses={200: shapes.UploadAnswer(many=True), **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        return Response([shapes.upload_answer(upload) for upload in self.uploads()[:PER_PAGE]])

    @extend_schema(
        operation_id="send",
        request={"multipart/form-data": shapes.Sending},
        responses={200: shapes.UploadAnswer, 201: shapes.UploadAnswer, **REFUSALS},
        description=_(
            "Upload a workbook to be checked. Nothing is stored yet. Sending the same file again "
            "returns the existing upload (200). A workbook that is not the template is read by a mapping of the center."
        ),
    )
    def post(self, request: Request) -> Response:
        given = self.given(shapes.Sending, request.data)
        center, file = self.center(given["center"]), given["file"]
        about: dict[str, Any] = {"center": center.pk, "mapping": self.mapping(given["mapping"], center=center.pk)}
        upload, is_new = send_upload(_content_of(file), filename=file.name, by=request.user, **about)
        number = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(shapes.upload_answer(self.upload(upload.pk)), status=number)


class OneUpload(View):
    @extend_schema(
        operation_id="upload",
        description=_("Get the status and progress of an upload. Poll until is_over is true."),
        responses={200: shapes.UploadAnswer, **REFUSALS},
    )
    def get(self, request: Request, upload_id: int) -> Response:
        return Response(shapes.upload_answer(self.upload(upload_id)))


class Preview(View):
    @extend_schema(
        operation_id="preview",
        description=_("Get the number of records that confirming would change."),
        responses={200: shapes.PreviewAnswer, **REFUSALS},
    )
    def get(self, request: Request, upload_id: int) -> Response:
        found = self.previewed(upload_id)
        empty = {"records": {}, "held_back": 0, "questions": 0, "verified_or_signed": 0}
        sheets = (found.report or {})["sheets"]
        return Response(
            {"upload": found.pk, "state": found.state_now, **empty, **(found.preview or {}), "sheets": sheets}
        )


class Records(View):
    @extend_schema(
        operation_id="records",
        parameters=[shapes.Searching],
        responses={200: shapes.RecordsAnswer, **REFUSALS},
        description=_("List the records in a preview with a given outcome, 100 per page: old → new value by variable."),
    )
    def get(self, request: Request, upload_id: int) -> Response:
        asked, found = self.given(shapes.Searching, request.query_params), self.previewed(upload_id)
        lines = records_answer(found, fate=asked["fate"], entity=asked.get("entity", ""))
        page = Paginator(lines, PER_PAGE).get_page(asked["page"])
        pages, total = page.paginator.num_pages, page.paginator.count
        return Response({"page": page.number, "pages": pages, "total": total, "records": list(page)})


class Findings(View):
    @extend_schema(
        operation_id="findings",
        description=_("List all findings with their locations, in English and Chinese."),
        responses={200: shapes.FindingsAnswer, **REFUSALS},
    )
    def get(self, request: Request, upload_id: int) -> Response:
        report = self.previewed(upload_id).report or {}
        return Response({name: report[name] for name in ("counts", "rules", "findings")})


class Annotated(View):
    @extend_schema(
        operation_id="annotated",
        description=_(
            "Download the annotated workbook: the rows that need attention, with the "
            "findings marked on each cell. Correct it and upload it again."
        ),
        responses={**WORKBOOK, **REFUSALS},
    )
    def get(self, request: Request, upload_id: int) -> HttpResponse:
        return HttpResponse(annotated_upload(self.previewed(upload_id)), content_type=XLSX)


class Confirm(View):
    @extend_schema(
        operation_id="confirm",
        description=_(
            "Store the previewed data. If blanks has changed since the preview, the preview is regenerated first."
        ),
        request=shapes.Confirming,
        responses={202: shapes.UploadAnswer, **REFUSALS},
    )
    def post(self, request: Request, upload_id: int) -> Response:
        found = self.upload(upload_id)
        given = self.given(shapes.Confirming, request.data, upload=found)
        return self.done(found, partial(confirm_upload, found, by=request.user, **given))


class Discard(View):
    @extend_schema(
        operation_id="discard",
        description=_("Discard the preview. Nothing is stored."),
        request=None,
        responses={202: shapes.UploadAnswer, **REFUSALS},
    )
    def post(self, request: Request, upload_id: int) -> Response:
        found = self.upload(upload_id)
        return self.done(found, partial(discard_upload, found, by=request.user))


class Again(View):
    @extend_schema(
        operation_id="again",
        description=_("Check the retained file again, for example when its state is STALE."),
        request=None,
        responses={202: shapes.UploadAnswer, **REFUSALS},
    )
    def post(self, request: Request, upload_id: int) -> Response:
        found = self.upload(upload_id)
        if found.can_be_checked_again:
            start_check(found, by=request.user)
        return Response(shapes.upload_answer(self.upload(found.pk)), status=status.HTTP_202_ACCEPTED)


class Cancel(View):
    @extend_schema(
        operation_id="cancel",
        description=_("Cancel the running job. No partial changes are kept."),
        request=None,
        responses={202: shapes.UploadAnswer, **REFUSALS},
    )
    def post(self, request: Request, upload_id: int) -> Response:
        found = self.upload(upload_id)
        return self.done(found, partial(cancel_work, found, by=request.user))


class Undo(View):
    @extend_schema(
        operation_id="undo",
        description=_("Undo the whole upload (most recent first)."),
        request=shapes.Undoing,
        responses={202: shapes.UploadAnswer, **REFUSALS},
    )
    def post(self, request: Request, upload_id: int) -> Response:
        found = self.upload(upload_id)
        given = self.given(shapes.Undoing, request.data)
        return self.done(found, partial(start_undo, found, by=request.user, reason=given["reason"]))


class Nowhere(View):
    @extend_schema(exclude=True)
    def get(self, request: Request, **where: Any) -> Response:
        raise NotFound

    post = put = patch = delete = get


def _content_of(file: Any) -> bytes:
    try:
        return contents(file.read())
    except WorkbookRefused as refused:
        problem = refused.problem
        answer = Answer(code=problem.code, en=problem.en, zh=problem.zh, field="file")
        raise NotDone(answer, status=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE) from None
