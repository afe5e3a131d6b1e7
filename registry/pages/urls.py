from django.urls import path

from registry.pages import sign_offs, views

app_name = "queries"
urlpatterns = [
    path("queries/", views.queries, name="queries"),
    path("queries/<int:query_id>/", views.query, name="query"),
    path("queries/<int:query_id>/say/", views.act_on_query, name="say"),
    path("sign-offs/", sign_offs.sign_offs, name="sign_offs"),
    path("sign-offs/sign/", sign_offs.sign_all, name="sign_all"),
    path("sign-offs/<int:sign_off_id>/", sign_offs.signed, name="signed"),
    path("sweeps/", views.sweeps, name="sweeps"),
]
