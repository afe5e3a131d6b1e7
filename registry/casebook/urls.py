from django.urls import path

from registry.casebook import views

app_name = "casebook"
urlpatterns = [
    path("forms/", views.forms_page, name="forms"),
    path("forms.pdf", views.forms_file, name="forms_file"),
    path("casebooks/<int:patient_id>.pdf", views.casebook_file, name="casebook"),
    path("casebooks/<slug:entity>/<int:record_id>.pdf", views.record_file, name="record"),
]
