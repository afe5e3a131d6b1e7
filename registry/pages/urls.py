from django.urls import path

from registry.pages import views

app_name = "queries"
urlpatterns = [
    path("queries/", views.queries, name="queries"),
    path("queries.csv", views.queries_csv, name="csv"),
    path("queries/<int:query_id>/", views.query, name="query"),
    path("queries/<int:query_id>/say/", views.act_on_query, name="say"),
    path("sign-offs/", views.sign_offs, name="sign_offs"),
    path("sweeps/", views.sweeps, name="sweeps"),
]
