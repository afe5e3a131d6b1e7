from django.urls import path

from registry.pages.accounts import delegation_log, entrance, views

app_name = "people"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite_page, name="invite"),
    path("people/<int:person_id>/", views.person_page, name="person"),
    path("people/<int:person_id>/<slug:name>/", views.act_on_person, name="act"),
    path("people/roles/<int:membership_id>/", views.act_on_role, name="role"),
    path("delegation/", delegation_log.delegation_page, name="delegation"),
    path("delegation.csv", delegation_log.delegation_file, name="delegation_file"),
    path("account/", views.own_page, name="own"),
    path("welcome/", entrance.first_password, name="first_password"),
    path("welcome/<str:token>/", entrance.open_link, name="open_link"),
]
