"""What Ctrl+K finds: patients of one's centers by how their numbers begin, their records, and the pages of the side bar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.home.navigation import sidebar
from registry.access.permissions import centers_where
from registry.admin.record_links import page_of
from registry.models import Patient, PatientIdentity
from registry.models.hierarchy import patient_models

MOST_PATIENTS = 8
MOST_RECORDS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    label: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HitGroup:
    title: str
    hits: tuple[Hit, ...]


def found(request: HttpRequest, *, words: Sequence[str]) -> list[HitGroup]:
    """The first word names a patient; with one patient left, the further words narrow down the records."""
    patients = _patients(request, number=words[0]) if words else []
    of_patients = HitGroup(title=_("Patients"), hits=tuple(map(_patient_hit, patients)))
    of_records = HitGroup(title=_("Records"), hits=tuple(_record_hits(patients, words=words[1:])))
    of_pages = HitGroup(title=_("Pages"), hits=tuple(_page_hits(request, words=words)))
    asks_for_a_record = len(words) > 1
    groups = (of_records, of_patients, of_pages) if asks_for_a_record else (of_patients, of_records, of_pages)
    return [group for group in groups if group.hits]


def _patients(request: HttpRequest, *, number: str) -> list[Patient]:
    """Of each center the first that begin so, in the order of its index: a letter that all begin with costs no more than a number."""
    centers = centers_where(request.user, may="read_records")
    if not centers:
        return []
    begins: list[Any] = []
    for center in centers:
        own = Patient.objects.filter(center_id=center).values_list("pk", flat=True)
        begins.append(own.filter(local_id__prefix=number).order_by("local_id")[:MOST_PATIENTS])
        begins.append(own.filter(registry_id__prefix=number).order_by("registry_id")[:MOST_PATIENTS])
    found = Patient.objects.filter(pk__in=set(begins[0].union(*begins[1:], all=True))).select_related("center")
    numbers = (number, number.upper())
    return sorted(found, key=lambda each: (not {each.local_id, each.registry_id} & {*numbers}, each.local_id))[
        :MOST_PATIENTS
    ]


def _patient_hit(patient: Patient) -> Hit:
    url = reverse("admin:registry_patient_change", args=[patient.pk])
    return Hit(label=patient.local_id, detail=f"{patient.registry_id} · {patient.center}", url=url)


def _record_hits(patients: Sequence[Patient], *, words: Sequence[str]) -> Iterator[Hit]:
    if len(patients) != 1 and not (patients and words):
        return
    number = 0
    for label, record in _records(patients[0]):
        if number < MOST_RECORDS and _holds(f"{label} {record}", words=words):
            number += 1
            yield Hit(label=str(record), detail=label, url=page_of(record))


def _records(patient: Patient) -> Iterator[tuple[str, Any]]:
    """Those that a person opens by themselves: what hangs below a visit or a session is found there."""
    for model in patient_models():
        if model not in (Patient, PatientIdentity) and model.natural_key[:1] == ("patient",):
            label = capfirst(str(model._meta.verbose_name))
            yield from ((label, record) for record in model.objects.filter(patient=patient))


def _page_hits(request: HttpRequest, *, words: Sequence[str]) -> Iterator[Hit]:
    for group in sidebar(request):
        for item in group["items"]:
            if _holds(str(item["title"]), words=words):
                yield Hit(label=str(item["title"]), detail=str(group["title"] or ""), url=str(item["link"]))


def _holds(text: str, *, words: Sequence[str]) -> bool:
    return all(word.casefold() in text.casefold() for word in words)
