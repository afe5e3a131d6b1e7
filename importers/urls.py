from django.urls import path

from importers import views

app_name = "importers"
urlpatterns = [
    path("", views.uploads, name="uploads"),
    path("template/<int:center_id>/", views.template, name="template"),
    path("<int:upload_id>/", views.upload, name="upload"),
    path("<int:upload_id>/again/", views.again, name="again"),
    path("<int:upload_id>/findings.csv", views.findings_csv, name="findings_csv"),
    path("<int:upload_id>/findings.json", views.findings_json, name="findings_json"),
]
