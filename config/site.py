"""The admin's site: Unfold's, which asks for every page what few pages show."""

from functools import cache
from typing import Any

from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from unfold import sites

# Unfold merges its settings with ours anew each time it reads one of them, some forty times a page.
sites.get_config = cache(sites.get_config)


class Site(sites.UnfoldAdminSite):
    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """All models with what may be done with them: the side bar is our own, so no page but the index looks."""
        return SimpleLazyObject(lambda: super(Site, self).get_app_list(request, app_label))


class SiteAdminConfig(AdminConfig):
    default_site = "config.site.Site"
