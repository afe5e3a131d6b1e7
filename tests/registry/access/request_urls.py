"""Views that misbehave, for tests of the request's transaction."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views.i18n import set_language

from registry.models import Patient


def _write() -> None:
    Patient.objects.update(sex="F")


def write_then_raise(request: HttpRequest) -> HttpResponse:
    _write()
    raise RuntimeError("after a write")


def write_then_404(request: HttpRequest) -> HttpResponse:
    _write()
    raise Http404


def write_then_503(request: HttpRequest) -> HttpResponse:
    _write()
    return HttpResponse(status=503)


def write(request: HttpRequest) -> HttpResponse:
    _write()
    return HttpResponse("written")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    patients = Patient.objects.order_by("local_id").values_list("local_id", flat=True)
    return StreamingHttpResponse(f"{local_id}\n" for local_id in patients.iterator())


urlpatterns = [
    path("", write, name="home"),  # the error pages lead there
    path("language/", set_language, name="set_language"),
    path("raise/", write_then_raise),
    path("404/", write_then_404),
    path("503/", write_then_503),
    path("write/", write),
    path("stream/", stream),
]
