"""What every page outside the record forms needs to look like the rest: side bar, language, theme."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import Promise


def page_context(request: HttpRequest, *, title: str | Promise) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title}
