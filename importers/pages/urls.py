from django.urls import path

from importers.pages import mapping_views, preview_views, views
from importers.pages.guide.views import guide

app_name = "importers"
urlpatterns = [
    path("", views.uploads, name="uploads"),
    path("mappings/", mapping_views.mappings, name="mappings"),
    path("mappings/<int:mapping_id>.yaml", mapping_views.mapping_file, name="mapping_file"),
    path("template/<int:center_id>/", views.template, name="template"),
    path("<int:upload_id>/", views.upload, name="upload"),
    path("<int:upload_id>/again/", views.again, name="again"),
    path("<int:upload_id>/confirm/", views.confirm, name="confirm"),
    path("<int:upload_id>/mapping/", views.mapping, name="mapping"),
    path("<int:upload_id>/map-with/", mapping_views.map_with, name="map_with"),
    path("<int:upload_id>/map/", guide, name="guide"),
    path("<int:upload_id>/map/<str:step>/", guide, name="guide"),
    path("<int:upload_id>/discard/", views.discard, name="discard"),
    path("<int:upload_id>/undo/", views.undo, name="undo"),
    path("<int:upload_id>/records/<str:fate>/", preview_views.records, name="records"),
    path("<int:upload_id>/held-back/", preview_views.held_back, name="held_back"),
    path("<int:upload_id>/cell/<str:entity>/<int:row>/", preview_views.cell, name="row"),
    path("<int:upload_id>/cell/<str:entity>/<int:row>/<str:column>/", preview_views.cell, name="cell"),
    path("<int:upload_id>/findings.xlsx", views.annotated, name="annotated"),
    path("<int:upload_id>/findings.csv", views.findings_csv, name="findings_csv"),
    path("<int:upload_id>/findings.json", views.findings_json, name="findings_json"),
]
