"""Addresses of studies, runs and what can be downloaded of a run."""

from django.urls import path

from analytics.editor import views as editor
from analytics.exports.views import export
from analytics.pages import (
    audit_views,
    change_views,
    design_views,
    patient_views,
    repeat_views,
    result_views,
    row_views,
    views,
)

app_name = "analytics"
urlpatterns = [
    path("studies/", views.studies, name="studies"),
    path("studies/take-up/", views.add_study, name="take_up"),
    path("studies/new/", editor.start, name="new_study"),
    path("studies/drafts/<int:draft_id>/", editor.draft, name="draft"),
    path("studies/drafts/<int:draft_id>/live/", editor.live, name="draft_live"),
    path("studies/drafts/<int:draft_id>/names/", editor.names, name="draft_names"),
    path("studies/drafts/<int:draft_id>/records/", editor.records, name="draft_records"),
    path("studies/drafts/<int:draft_id>/study.yaml", editor.draft_yaml, name="draft_yaml"),
    path("studies/drafts/<int:draft_id>/freeze/", editor.freeze, name="freeze"),
    path("studies/drafts/<int:draft_id>/discard/", editor.discard, name="discard"),
    path("studies/<int:study_id>/edit/", editor.from_study, name="edit_study"),
    path("studies/<int:study_id>/lock/", editor.lock, name="lock_study"),
    path("studies/<int:study_id>/study.yaml", views.study_yaml, name="study_yaml"),
    path("studies/<int:study_id>/plan/", views.plan, name="plan"),
    path("studies/<int:study_id>/plan.pdf", views.plan_pdf, name="plan_pdf"),
    path("studies/<int:study_id>/", views.study, name="study"),
    path("studies/<int:study_id>/run/", views.start_run, name="start_run"),
    path("studies/<int:study_id>/export/", export, name="export"),
    path("studies/check-table/", audit_views.check_table, name="check_table"),
    path("runs/", result_views.results, name="results"),
    path("runs/compare/", result_views.side_by_side, name="side_by_side"),
    path("runs/<int:run_id>/", views.run, name="run"),
    path("runs/<int:run_id>/patients/", patient_views.patients, name="patients"),
    path("runs/<int:run_id>/accept/", design_views.accept, name="accept"),
    path("runs/<int:run_id>/revoke/", design_views.revoke, name="revoke"),
    path("runs/<int:run_id>/designs/", design_views.try_one, name="try_design"),
    path("runs/<int:run_id>/repeat/", repeat_views.repeat, name="repeat"),
    path("repetitions/<int:repetition_id>/", repeat_views.repetition, name="repetition"),
    path("designs/<int:try_id>/", design_views.design_try, name="design_try"),
    path("designs/<int:try_id>/take/", design_views.take, name="take_design"),
    path("runs/<int:run_id>/changes/", change_views.ask_change, name="ask_change"),
    path("changes/<int:change_id>/", change_views.change, name="change"),
    path("changes/<int:change_id>/<slug:name>.csv", change_views.change_table, name="change_table"),
    path("runs/<int:run_id>/rows/", row_views.rows, name="rows"),
    path("runs/<int:run_id>/rows.json", row_views.rows_file, name="rows_file"),
    path("runs/<int:run_id>/result.json", views.result_file, name="result"),
    path("runs/<int:run_id>/<slug:name>.svg", views.figure, name="figure"),
    path("runs/<int:run_id>/<slug:name>.csv", views.table, name="table"),
]
