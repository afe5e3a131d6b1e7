"""How the site looks and what its frame offers; read by settings as UNFOLD."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def stylesheet(request: HttpRequest) -> str:  # noqa: ARG001
    return static("caliper.css")


def script(request: HttpRequest) -> str:  # noqa: ARG001
    return static("caliper.js")


def search_script(request: HttpRequest) -> str:  # noqa: ARG001
    return static("search.js")


def icon(request: HttpRequest) -> str:  # noqa: ARG001
    return static("caliper.svg")


# A blue whose 600 on white and whose 400 on near-black both pass a contrast of 4.5.
PRIMARY = {
    "50": "oklch(97.7% .013 236.6)",
    "100": "oklch(95.1% .026 236.8)",
    "200": "oklch(90.1% .058 230.9)",
    "300": "oklch(82.8% .111 230.3)",
    "400": "oklch(74.6% .14 232.7)",
    "500": "oklch(62% .15 240)",
    "600": "oklch(50% .134 242.7)",
    "700": "oklch(44.3% .11 240.8)",
    "800": "oklch(39.1% .09 240.9)",
    "900": "oklch(33% .075 241.5)",
    "950": "oklch(26% .06 243.2)",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Caliper",
    "SITE_HEADER": "Caliper",
    "SITE_SUBHEADER": _("Liver cancer registry"),
    "SITE_SYMBOL": "straighten",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": icon}],
    "SITE_URL": "",
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": False,  # the header shows them; a switch in the user menu is not found
    "STYLES": [stylesheet],
    "SCRIPTS": [script, search_script],
    "COLORS": {"primary": PRIMARY},
    "SIDEBAR": {"show_search": False, "navigation": "config.home.navigation.sidebar"},
    "ACCOUNT": {
        "navigation": [
            {"title": _("My account"), "link": reverse_lazy("people:own")},
            {"title": _("Change password"), "link": reverse_lazy("account_change_password")},
            {"title": _("Two-factor authentication"), "link": reverse_lazy("mfa_index")},
        ]
    },
}
