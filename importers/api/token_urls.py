from django.urls import path

from importers.api import token_views

app_name = "tokens"
urlpatterns = [
    path("", token_views.reference, name="reference"),
    path("tokens/", token_views.tokens, name="tokens"),
    path("tokens/<str:key>/revoke/", token_views.revoke, name="revoke"),
]
