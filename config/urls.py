"""Every address of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language
from knox.models import AuthToken

from registry.jobs import views
from registry.pages.accounts import entrance

admin.autodiscover()
admin.site.unregister(AuthToken)  # a token is its owner's: the page Tokens makes and ends it
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("config.home.urls")),
    path("admin/", admin.site.urls),
    path("accounts/password/reset/", entrance.forgotten_password),  # before allauth's own, which need mail
    path("accounts/email/", entrance.addresses),
    path("accounts/", include("allauth.urls")),
    path("favicon.ico", RedirectView.as_view(url=static("caliper.svg"))),
    path("language/", set_language, name="set_language"),
    path("records/", include("registry.admin.urls")),
    path("", include("registry.lists.urls")),
    path("", include("registry.board.urls")),
    path("", include("registry.grid.urls")),
    path("", include("registry.pages.urls")),
    path("", include("registry.pages.accounts.urls")),
    path("", include("registry.casebook.urls")),
    path("uploads/", include("importers.pages.urls")),
    path("api/", include("importers.api.token_urls")),
    path("api/v1/", include("analytics.api.urls")),
    path("api/v1/", include("importers.api.urls")),  # its last answers whatever is left
    path("", include("analytics.pages.urls")),
    path("jobs/<int:job_id>.json", views.job_status, name="job_status"),
    path("jobs/<int:job_id>/cancel/", views.cancel_job, name="cancel_job"),
]
