"""The addresses for scripts. Those of version 1 stay as they are."""

from django.urls import path, re_path

from importers import api, api_headers
from importers.reference import Description

app_name = "api"
urlpatterns = [
    path("openapi.json", Description.as_view(), name="schema"),
    path("centers", api.Centers.as_view(), name="centers"),
    path("centers/<str:center>/template", api.Template.as_view(), name="template"),
    path("centers/<str:center>/headers", api_headers.Meanings.as_view(), name="meanings"),
    path("uploads", api.Uploads.as_view(), name="uploads"),
    path("uploads/<int:upload_id>", api.OneUpload.as_view(), name="upload"),
    path("uploads/<int:upload_id>/preview", api.Preview.as_view(), name="preview"),
    path("uploads/<int:upload_id>/records", api.Records.as_view(), name="records"),
    path("uploads/<int:upload_id>/findings", api.Findings.as_view(), name="findings"),
    path("uploads/<int:upload_id>/annotated", api.Annotated.as_view(), name="annotated"),
    path("uploads/<int:upload_id>/headers", api_headers.Headers.as_view(), name="headers"),
    path("uploads/<int:upload_id>/confirm", api.Confirm.as_view(), name="confirm"),
    path("uploads/<int:upload_id>/discard", api.Discard.as_view(), name="discard"),
    path("uploads/<int:upload_id>/again", api.Again.as_view(), name="again"),
    path("uploads/<int:upload_id>/cancel", api.Cancel.as_view(), name="cancel"),
    path("uploads/<int:upload_id>/undo", api.Undo.as_view(), name="undo"),
    re_path("", api.Nowhere.as_view()),
]
