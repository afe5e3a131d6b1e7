"""Addresses of studies, runs and what can be downloaded of a run."""

from django.urls import path

from analytics.exports.views import export
from analytics.pages import views

app_name = "analytics"
urlpatterns = [
    path("studies/", views.studies, name="studies"),
    path("studies/take-up/", views.add_study, name="take_up"),
    path("studies/<int:study_id>/", views.study, name="study"),
    path("studies/<int:study_id>/run/", views.start_run, name="start_run"),
    path("studies/<int:study_id>/export/", export, name="export"),
    path("runs/<int:run_id>/", views.run, name="run"),
    path("runs/<int:run_id>/accept/", views.accept, name="accept"),
    path("runs/<int:run_id>/result.json", views.result_file, name="result"),
    path("runs/<int:run_id>/<slug:name>.svg", views.figure, name="figure"),
    path("runs/<int:run_id>/<slug:name>.csv", views.table, name="table"),
]
