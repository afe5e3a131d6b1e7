from django.urls import path
from django.views.generic import RedirectView

from config.home.dashboard import dashboard_file, dashboard_page
from config.home.views import first_hour, home, keys, search

urlpatterns = [
    path("", home, name="home"),
    path("first-hour/", first_hour, name="first_hour"),
    path("keys/", keys, name="keys"),
    path("search.json", search, name="search"),
    path("dashboard/", dashboard_page, name="dashboard"),
    path("dashboard.csv", dashboard_file, name="dashboard_file"),
    path("admin/", RedirectView.as_view(pattern_name="home")),  # one start page, not two
]
