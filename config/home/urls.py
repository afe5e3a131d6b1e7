from django.urls import path
from django.views.generic import RedirectView

from config.home.views import home

urlpatterns = [
    path("", home, name="home"),
    path("admin/", RedirectView.as_view(pattern_name="home")),  # one start page, not two
]
