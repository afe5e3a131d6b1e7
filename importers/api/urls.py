"""The addresses for scripts. Those of version 1 stay as they are."""

from django.urls import path, re_path

from importers.api import headers, mappings, views
from importers.api.reference import Description

app_name = "api"
urlpatterns = [
    path("openapi.json", Description.as_view(), name="schema"),
    path("centers", views.Centers.as_view(), name="centers"),
    path("centers/<str:center>/template", views.Template.as_view(), name="template"),
    path("centers/<str:center>/headers", headers.Meanings.as_view(), name="meanings"),
    path("centers/<str:center>/mappings", mappings.Mappings.as_view(), name="mappings"),
    path("centers/<str:center>/mappings/<str:name>", mappings.OneMapping.as_view(), name="mapping"),
    path("uploads", views.Uploads.as_view(), name="uploads"),
    path("uploads/<int:upload_id>", views.OneUpload.as_view(), name="upload"),
    path("uploads/<int:upload_id>/preview", views.Preview.as_view(), name="preview"),
    path("uploads/<int:upload_id>/records", views.Records.as_view(), name="records"),
    path("uploads/<int:upload_id>/findings", views.Findings.as_view(), name="findings"),
    path("uploads/<int:upload_id>/annotated", views.Annotated.as_view(), name="annotated"),
    path("uploads/<int:upload_id>/headers", headers.Headers.as_view(), name="headers"),
    path("uploads/<int:upload_id>/mapping", mappings.UploadMapping.as_view(), name="map_upload"),
    path("uploads/<int:upload_id>/confirm", views.Confirm.as_view(), name="confirm"),
    path("uploads/<int:upload_id>/discard", views.Discard.as_view(), name="discard"),
    path("uploads/<int:upload_id>/again", views.Again.as_view(), name="again"),
    path("uploads/<int:upload_id>/cancel", views.Cancel.as_view(), name="cancel"),
    path("uploads/<int:upload_id>/undo", views.Undo.as_view(), name="undo"),
    re_path("", views.Nowhere.as_view()),
]
