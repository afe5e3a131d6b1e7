"""The addresses for scripts about runs. They stand before those of uploads, of which the last answers whatever is left."""

from django.urls import path

from analytics.api import views

urlpatterns = [
    path("runs/<int:run_id>/repetitions", views.Repetitions.as_view(), name="repetitions"),
    path("repetitions/<int:repetition_id>", views.OneRepetition.as_view(), name="one_repetition"),
]
app_name = "analytics_api"
