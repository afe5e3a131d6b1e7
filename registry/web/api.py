"""What every address for scripts shares: who asks, known by a token, and a refusal as JSON in both languages.

The user of a token is known before the scope opens, so a script sees the rows of its user's centers and no others.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from registry.languages import in_both
from registry.web.authentication import ByToken

ROOT = "/api/v1/"
log = logging.getLogger("django.request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Why something asked for is not done. `field` names the part of the request that is meant, if one is."""

    code: str
    en: str
    zh: str
    field: str = ""

    def as_json(self) -> dict[str, Any]:
        about = {"field": self.field} if self.field else {}
        return {"code": self.code, **about, "message": {"en": self.en, "zh": self.zh}}


class NotDone(Exception):  # it is an answer
    """For views: ends the request with these answers, and undoes what it wrote."""

    def __init__(self, *answers: Answer, status: int = status.HTTP_409_CONFLICT) -> None:
        self.answers, self.status = answers, status
        super().__init__(*(answer.code for answer in answers))


# By HTTP status, for what ends a request before or outside a view.
SENTENCES: Mapping[int, tuple[str, str | Promise]] = {
    400: ("not-readable", _("The request could not be read. Send JSON, or a form with the workbook as a file.")),
    401: (
        "no-token",
        _("No valid token was provided. Create one on the API tokens page and send it as: Authorization: Token …"),
    ),
    403: ("not-allowed", _("Your roles do not allow this action in this center. Contact your administrator.")),
    404: ("not-found", _("Not found, or not in one of your centers.")),
    405: ("wrong-method", _("This method is not supported at this address. See the reference at /api/.")),
    406: ("not-acceptable", _("Responses are available only as JSON. Request application/json.")),
    413: ("too-large", _("The request exceeds the maximum size.")),
    415: (
        "wrong-type",
        _("Unsupported content type. Send JSON, or a form with the workbook as a file (multipart/form-data)."),
    ),
    429: ("too-many", _("Too many requests. Wait the number of seconds given in the Retry-After header.")),
    500: (
        "failed",
        _("The request failed and nothing was changed. Try again; if it fails again, contact your administrator."),
    ),
}
# By the code that a serializer gives to what it refuses.
FIELDS: Mapping[str, str | Promise] = {
    "required": _("The field {field} is missing. Include it in the request."),
    "null": _("The field {field} is empty. Provide a value."),
    "blank": _("The field {field} is empty. Provide a value."),
    "empty": _("The file in the field {field} is empty. Upload the workbook again."),
    "invalid_choice": _(
        "The value of {field} is not one of the allowed values. They are listed in the reference at /api/."
    ),
    "max_length": _("The value of {field} is too long. The maximum length is given in the reference at /api/."),
}
UNREADABLE: str | Promise = _(
    "The value of {field} could not be read. The expected format is given in the reference at /api/."
)


class TokenMiddleware:
    """Stands before the scope. Under its address only a token counts; the session of a browser is nobody there."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        if not request.path.startswith(ROOT):
            return self.get_response(request)
        request.user = user_of_token(request)
        request.source = "api"  # type: ignore[attr-defined]
        response = self.get_response(request)
        is_page = response.status_code >= 400 and not response.get("Content-Type", "").startswith("application/")
        return (
            JsonResponse(_errors([_known(response.status_code)]), status=response.status_code) if is_page else response
        )


def user_of_token(request: HttpRequest) -> Any:
    try:
        found = ByToken().authenticate(request)
    except exceptions.AuthenticationFailed:  # answered by the view, which asks again
        return AnonymousUser()
    return found[0] if found else AnonymousUser()


def answer_to(error: Exception, context: Mapping[str, Any]) -> Response:
    """Every exception of a view as JSON; what was written goes back."""
    set_rollback()
    if isinstance(error, NotDone):
        return Response(_errors(list(error.answers)), status=error.status)
    if isinstance(error, exceptions.ValidationError):
        return Response(_errors(_invalid(error.get_codes())), status=error.status_code)
    number = _status_of(error)
    if number == status.HTTP_500_INTERNAL_SERVER_ERROR:
        log.error("Failed: %s", type(context["view"]).__name__, exc_info=error)
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if number == status.HTTP_401_UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Token"
    return Response(_errors([_known(number)]), status=number, headers=headers)


def answer(code: str, *, text: str | Promise, **values: Any) -> Answer:
    en, zh = in_both(text)
    return Answer(code=code, en=en.format(**values), zh=zh.format(**values), field=str(values.get("field", "")))


def _status_of(error: Exception) -> int:
    if isinstance(error, exceptions.APIException):
        return error.status_code
    if isinstance(error, Http404):
        return status.HTTP_404_NOT_FOUND
    return status.HTTP_403_FORBIDDEN if isinstance(error, PermissionDenied) else status.HTTP_500_INTERNAL_SERVER_ERROR


def _known(number: int) -> Answer:
    code, text = SENTENCES.get(number, SENTENCES[500 if number >= 500 else 400])
    return answer(code, text=text)


def _invalid(codes: Any, *, field: str = "") -> Iterator[Answer]:
    if isinstance(codes, Mapping):
        for name, inner in codes.items():
            yield from _invalid(inner, field=field if name == "non_field_errors" else f"{field}.{name}".lstrip("."))
    elif isinstance(codes, list):
        for inner in codes:
            yield from _invalid(inner, field=field)
    else:
        yield answer(f"field-{str(codes).replace('_', '-')}", text=FIELDS.get(codes, UNREADABLE), field=field)


def _errors(answers: Iterable[Answer]) -> dict[str, Any]:
    return {"errors": [answer.as_json() for answer in answers]}
