"""A patient with visits, and what the script of the grid would ask for them."""

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.models import Assessment, LabResult, Patient
from registry.records.laboratory_values import read_value
from registry.records.writes import record_laboratory_panel
from tests.conftest import Cast

SHOWN = ["assessment_type", "alb", "tbil", "alt", "ast", "inr", "plt", "crea", "afp"]
ANALYTES = SHOWN[1:]


@pytest.fixture
def entering(cast: Cast, client: Client) -> Client:
    """A browser in which the data manager of C01 is signed in."""
    client.force_login(cast.data_manager)
    return client


@pytest.fixture
def visited(cast: Cast, make_patient: Callable[..., Patient]) -> Callable[..., Patient]:
    """A patient with visits a month apart, and the results of the first of them."""

    def make(count: int = 2, *, status: str = "SUBMITTED", **results: str) -> Patient:
        patient = make_patient()
        of = {"patient": patient, "center": cast.center, "record_status": status}
        with center_scope([cast.center.pk], by=cast.data_manager, reason="visits of the tests"):
            visits = [
                Assessment.objects.create(
                    **of, assessment_date=datetime.date(2015 + number // 12, 1 + number % 12, 10), assessment_type="FU"
                )
                for number in range(count)
            ]
            values = {code: read_value(text, analyte=code) for code, text in results.items()}
            record_laboratory_panel(visits[0], values=values)
        return patient

    return make


class Grid:
    """The grid of a patient as one browser has it open: what it shows, and what is done in it."""

    def __init__(self, client: Client, patient: Patient, *, kind: str = "visits") -> None:
        self.client, self.address = client, f"/patients/{patient.pk}/grid/{kind}/"
        self.told = client.get(self.address).context["told"]
        self.lines = [line["id"] for line in self.told["lines"]]
        self.seen = {line["id"]: line["texts"] for line in self.told["lines"]}

    def edit(self, column: str, text: str, *, line: str | None = None) -> dict[str, str]:
        line = line or self.lines[0]
        return {"line": line, "column": column, "text": text, "seen": self.seen.get(line, {}).get(column, "")}

    def ask(self, *edits: dict[str, str], **asked: Any) -> dict[str, Any]:
        return self.post("preview", *edits, **asked).json()

    def paste(self, block: str, *, column: str = "alb", line: str | None = None, **asked: Any) -> dict[str, Any]:
        view = {"lines": self.lines, "columns": SHOWN, "seen": self.seen, **asked}
        return self.ask(block=block, column=column, line=line or (self.lines or [""])[0], **view)

    def post(self, act: str, *edits: dict[str, str], **asked: Any) -> Any:
        body = json.dumps({"edits": list(edits), **asked})
        return self.client.post(f"{self.address}{act}/", {"asked": body})

    def store(self, preview: dict[str, Any], **why: str) -> Any:
        return self.post("store", *preview["edits"], digest=preview["digest"], **why)

    def undo(self, *, code: str = "TRANSCR") -> list[str]:
        """What the page says after it."""
        act = self.client.get(self.address).context["act"]
        posted = {"context": act.context if act else "", "_reason_code": code}
        return [str(each) for each in self.client.post(f"{self.address}undo/", posted, follow=True).context["messages"]]


@pytest.fixture
def results(cast: Cast) -> Callable[[], dict[tuple[str, str], str]]:
    """What is stored: by day and analyte."""

    def read() -> dict[tuple[str, str], str]:
        with center_scope([cast.center.pk]):
            found = LabResult.objects.select_related("assessment")
            return {
                (str(each.assessment.assessment_date), each.analyte_code): str(
                    each.value if each.value is not None else each.value_code or each.missing_reason
                )
                for each in found
            }

    return read
