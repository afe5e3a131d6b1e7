"""A hospital's own workbook, a row per patient with intervals instead of dates, is mapped on the pages and stored: nothing typed
is lost, and a person needs less than ten minutes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from demo.foreign.tace import READERS, tace_clinical_data
from importers.models import CenterMapping, UploadMode
from importers.services import load_file
from registry.access.scope import center_scope
from registry.models import Assessment, FollowUp, ImagingAssessment, Patient, TransarterialSession
from tests.conftest import Cast

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PATIENTS = 12
SECONDS_A_CLICK, SECONDS_A_KEY, LONGEST = 3.0, 0.4, 600

COLUMNS = {  # what one record alone has is called by its name
    "TCIA_ID": "local_id",
    "Sex": "sex",
    "Pathology": "diagnosis_basis",
    "Evidence_of_cirh": "cirrhosis",
    "PS_bclc_0_0_1-2_1_3-4_3": "ecog_ps",
    "CPS": "ctp_class",
    "AFP": "lab_wide.afp",
    "chemotherapy": "modality",
    "1_RECIST_FU": "sum_whole_mm",
    "1_mRECIST_FU": "sum_viable_mm",
    "1_mRECIST": "response_mrecist",  # of three readers the first who called it
    "2_mRECIST": "response_mrecist",
    "3_mRECIST": "response_mrecist",
    "Death_1_StillAliveorLostToFU_0": "vital_status",
}
GRADES = ("Well", "Well-moderately", "Moderately", "Moderately-poorly", "Poorly")
DRUGS = ("Cisplatin, doxorubicin, Mitomycin-C", "Cisplatin, Mitomycin-C", "Cisplastin", "NA")
CODES = {  # the published workbook has more of them than the invented one
    "patient.sex": {"1": "M", "2": "F"},
    "patient.diagnosis_basis": {"NOT STATED": "IMG", "No biopsy": "IMG"}
    | {f"{grade} differentiated": "HIST" for grade in GRADES},
    "assessment.ecog_ps": {"1": "NR", "3": "NR"},
    "transarterial.modality": {"doxorubicin LC beads": "DEBTACE"} | dict.fromkeys(DRUGS, "CTACE"),
    "imaging.response_mrecist": {"1": "CR", "2": "PR", "3": "SD", "4": "PD"},
    "followup.vital_status": {"1": "DEAD", "0": "ALIVE"},
    "patient.smoking_status": {"1": "UNK", "0": "NEV"},
    "patient.alcohol_status": {"1": "UNK", "0": "NEV"},
    "assessment.bclc_stage": {f"Stage-{stage}": stage for stage in "ABCD"},
}
CHOSEN = {
    "patient.consent_status": "WAIV",
    "patient.tumor_type": "HCC",
    "assessment.assessment_type": "BASE",
    "lab_wide.assessment_type": "BASE",
    "imaging.imaging_modality": "CT",
    "imaging.imaging_role": "RESP",
}
TYPED = {
    "assessment.assessment_date": "2010-01-01",
    "lab_wide.assessment_date": "2010-01-01",
    "transarterial.start_date": "2010-01-02",
}
BASE = "2010-01-01"
DATES = (
    ("birth_date", "minus", "age", "years", "year", ""),
    ("diagnosis_date", "minus", "Interval_BL", "days", "year", ""),
    ("imaging_date", "plus", "Interval_FU", "weeks", "day", ""),
    ("follow_up_date", "plus", "OS", "weeks", "day", ""),
    ("death_date", "plus", "OS", "weeks", "day", "Death_1_StillAliveorLostToFU_0"),
)


@dataclass
class Hand:
    """Does what a person does, and counts it. To choose from a list takes two clicks."""

    page: Page
    clicks: int = 0
    keys: int = 0

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).click()

    def type(self, selector: str, text: str, *, nth: int = 0) -> None:
        self.clicks += 1
        self.keys += len(text)
        box = self.page.locator(selector).nth(nth)
        box.click()
        box.fill(text)

    def choose(self, selector: str, value: str, *, nth: int = 0) -> None:
        field = self.page.locator(selector).nth(nth)
        if field.input_value() != value:  # what stands there already is left alone
            self.clicks += 2
            field.select_option(value)

    def go(self, step: str) -> None:
        self.click(f".caliper-step[value={step}]")
        self.page.wait_for_url(f"**/map/{step}/")
        self.wait()

    def press(self, selector: str) -> None:
        """A button after which the same step is shown again."""
        self.page.locator("#guide").evaluate("form => { form.dataset.ready = '' }")
        self.click(selector)
        self.wait()

    def wait(self) -> None:
        """For what the page's own script sets."""
        expect(self.page.locator("#guide")).to_have_attribute("data-ready", "true")

    @property
    def seconds(self) -> float:
        return self.clicks * SECONDS_A_CLICK + self.keys * SECONDS_A_KEY


def map_records(hand: Hand) -> None:
    hand.go("kinds")
    for kind in ("transarterial", "imaging", "followup"):
        hand.press(f"button[name=add][value={kind}]")
    hand.choose("[name=when-imaging]", "Interval_FU")
    hand.go("columns")


def map_second_scan(hand: Hand) -> None:
    """Rows without a time of the scan but with a reader's call: the scan is when progression was seen or not."""
    hand.go("kinds")
    hand.press("button[name=copy][value=imaging]")
    hand.choose("[name='asks-imaging#2']", "blank")
    hand.click("fieldset:has([name='when-imaging#2']) summary")
    hand.choose("[name='when-imaging#2']", "1_mRECIST", nth=1)
    hand.go("constants")
    dates = hand.page.locator("[name=target]")
    copied = next(n for n in range(dates.count()) if "imaging#2" in dates.nth(n).input_value())
    hand.type("[name=by]", "TTP", nth=copied)
    hand.go("finish")


def map_columns(hand: Hand, page: Page) -> None:
    hand.press("#accept")
    for header, token in COLUMNS.items():
        box = page.get_by_label(re.compile(rf"^[A-Z]+ {re.escape(header)}$"))
        if box.input_value():
            continue
        hand.type(f"#{box.get_attribute('id')}", token)
    expect(page.locator("[data-kept]")).to_have_text("Draft saved")
    expect(page.locator("#outcome")).to_contain_text(f"Patients · {PATIENTS} records")
    expect(page.get_by_label(re.compile(r"^[A-Z]+ TCIA_ID$"))).to_have_value("local_id")  # as it was typed
    hand.press("#rest")
    hand.go("codes")


def map_codes(hand: Hand, page: Page) -> None:
    hand.press("#accept")
    for token, codes in CODES.items():
        for own, code in codes.items():
            row = page.locator(f".caliper-pairing:has(input[name^='own-{token}-'][value='{own}'])")
            if row.count() and row.locator("select").input_value() != code:
                hand.clicks += 2
                row.locator("select").select_option(code)
    hand.go("constants")


def map_constants(hand: Hand) -> None:
    for token, code in CHOSEN.items():
        hand.choose(f"[name='constant-{token}']", code)
    for token, text in TYPED.items():
        hand.type(f"[name='constant-{token}']", text)
    for variable, value in (("diameter_basis", "WHOLE"), ("lipiodol_ml", "NR")):
        hand.type("[name=more]", variable)
        hand.type("[name=more_value]", value)
        hand.press("#add")
    for number, line in enumerate(DATES):
        if number and number % 4 == 0:  # four empty lines stand there
            hand.press("#add")
        _type_date(hand, number=number, line=line)


def _type_date(hand: Hand, *, number: int, line: tuple[str, ...]) -> None:
    target, sign, by, span, known_to, condition = line
    hand.type("[name=target]", target, nth=number)
    if hand.page.locator("[name=base]").nth(number).input_value() != BASE:
        hand.type("[name=base]", BASE, nth=number)
    hand.type("[name=by]", by, nth=number)
    for name, value in (("sign", sign), ("span", span), ("known_to", known_to)):
        hand.choose(f"[name={name}]", value, nth=number)
    if condition:
        hand.type("[name=if_header]", condition, nth=number)
        hand.type("[name=if_is]", "1", nth=number)


def test_a_hospitals_own_workbook_is_mapped_on_the_pages_and_stored(
    page: Page, sign_in: Callable[[str], None], work: Callable[[], None], cast: Cast
) -> None:
    hand = Hand(page)
    sign_in("uploader")
    page.goto("/uploads/")
    export = tace_clinical_data(patients=PATIENTS)
    content = export.as_workbook()
    page.locator("input[type=file]").set_input_files({"name": "tace.xlsx", "mimeType": XLSX, "buffer": content})
    hand.click("button:has-text('Check workbook')")
    work()
    hand.click("a:has-text('Map this workbook')")
    hand.wait()
    map_records(hand)
    map_columns(hand, page)
    map_codes(hand, page)
    map_constants(hand)
    map_second_scan(hand)
    expect(page.locator("#changes")).to_contain_text(f"{PATIENTS} New")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    hand.click("#save")
    work()
    expect(page.locator("[role=status]").first).to_contain_text("Nothing is saved yet.")
    hand.click("button:has-text('Confirm and store')")
    work()
    expect(page.locator("[role=status]").first).to_contain_text("Stored.")
    stored(cast, [dict(zip(export.headers, row, strict=True)) for row in export.rows], content)
    print(f"\n{hand.clicks} clicks and {hand.keys} keys, about {hand.seconds / 60:.1f} minutes")
    assert hand.seconds <= LONGEST


def stored(cast: Cast, rows: list[dict[str, Any]], content: bytes) -> None:
    """What the pages made of the rows: every kind of record, read as it was said once. Sent again, nothing changes."""
    with center_scope([cast.center.pk]):
        mapping = CenterMapping.objects.get()
        assert mapping.saved_by == cast.uploader
        assert Patient.objects.count() == PATIENTS
        assert set(Patient.objects.values_list("sex", flat=True)) == {"M", "F"}
        assert set(Patient.objects.values_list("birth_date_precision", flat=True)) == {"Y"}
        assert Assessment.objects.count() == FollowUp.objects.count() == PATIENTS
        assert TransarterialSession.objects.filter(start_date="2010-01-02").count() == PATIENTS
        called = ImagingAssessment.objects.filter(imaging_role="RESP", response_mrecist__gt="")
        assert called.count() == sum(any(row[f"{n}_mRECIST"] for n in READERS) for row in rows)
        dead = FollowUp.objects.filter(vital_status="DEAD")
        assert dead.count() == dead.exclude(death_date=None).count() > 0
    by, center = cast.uploader, cast.center.pk
    again = load_file(content, mapping=mapping, filename="t.xlsx", center=center, by=by, mode=UploadMode.VALID)
    assert {counts["new"] + counts["changed"] for counts in again.result.values()} == {0}
