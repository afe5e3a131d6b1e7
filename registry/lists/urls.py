from django.urls import path

from registry.lists import views

app_name = "lists"
urlpatterns = [
    path("lists/columns/", views.columns, name="columns"),
    path("lists/filters/", views.save, name="save_filter"),
    path("lists/filters/<int:filter_id>/", views.saved_filter, name="saved_filter"),
    path("lists/filters/<int:filter_id>/delete/", views.delete, name="delete_filter"),
]
