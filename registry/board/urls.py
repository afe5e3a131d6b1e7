from django.urls import path

from registry.board import views

urlpatterns = [
    path("grid/", views.grid_page, name="status_grid"),
    path("grid.csv", views.grid_file, name="status_grid_file"),
    path("patients/<int:patient_id>/timeline/", views.timeline_page, name="patient_timeline"),
]
