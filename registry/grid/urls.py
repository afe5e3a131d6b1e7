from django.urls import path

from registry.grid import pages

urlpatterns = [
    path("patients/<int:patient_id>/grid/<slug:name>/", pages.sheet_page, name="patient_grid"),
    path("patients/<int:patient_id>/grid/<slug:name>/preview/", pages.preview_page, name="patient_grid_preview"),
    path("patients/<int:patient_id>/grid/<slug:name>/store/", pages.store_page, name="patient_grid_store"),
    path("patients/<int:patient_id>/grid/<slug:name>/undo/", pages.undo_page, name="patient_grid_undo"),
]
