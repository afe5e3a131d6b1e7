"""A whole patient entered without a mouse: baseline, sessions with drugs, an ablation, scans with lesions, events, death."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from registry.access.scope import center_scope
from registry.models import (
    AblationLesion,
    AdverseEvent,
    FollowUp,
    LabResult,
    LesionMeasurement,
    Patient,
    Query,
    SystemicAgent,
    TransarterialAgent,
    TransarterialSession,
)
from tests.conftest import Cast
from tests.journeys.keyboard import Keys, add_row, open_tab, save, tab_to, type_into

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MOST_KEYS, MOST_PAGES = 450, 4
SESSIONS = ("2017-05-02", "2017-06-14", "2017-07-26")
EVENTS = (
    ("Nausea", "2017-05-03", "1"),
    ("Fever", "2017-05-04", "2"),
    ("Fever", "2017-06-15", "1"),
    ("Fatigue", "2017-07-28", "1"),
)
PRINTOUT = """
项目	结果	提示	单位	参考值
白蛋白(ALB)	41.7		g/L	40-55
总胆红素	16.45		μmol/L	0-23
直接胆红素	4.1		μmol/L	0-8
ALT	45	↑	U/L	9-50
AST	38		U/L	15-40
GGT	102	↑	U/L	10-60
ALP	88		U/L	45-125
LDH	190		U/L	120-250
TBA	6.2		μmol/L	0-10
PA	210		mg/L	200-400
TP	70		g/L	65-85
PT	12.5		s	9.8-12.1
PTA	92		%	80-120
INR	1.08			0.8-1.2
APTT	30.1		s	25-31.3
FIB	2.9		g/L	1.8-3.5
D-二聚体	0.4		mg/L	0-0.5
WBC	4.4		10^9/L	3.5-9.5
中性粒细胞绝对值	2.5		10^9/L	1.8-6.3
淋巴细胞绝对值	1.3		10^9/L	1.1-3.2
MONO#	0.4		10^9/L	0.1-0.6
EOS#	0.1		10^9/L	0.02-0.52
HGB	132		g/L	115-150
PLT	128		10^9/L	125-350
肌酐	66		μmol/L	41-73
尿素	5.1		mmol/L	2.6-7.5
钠	140		mmol/L	137-147
钾	4.1		mmol/L	3.5-5.3
葡萄糖	5.2		mmol/L	3.9-6.1
AFP	>1210	↑	ng/mL	<7
CA19-9	22.1		U/mL	<37
检验者 王某
"""
RESULTS = 31


def test_a_whole_patient_is_entered_by_keyboard_alone(page: Page, sign_in: Callable, cast: Cast) -> None:
    sign_in("data_manager")
    keys, pages = Keys(page), 1
    page.goto("/admin/registry/patient/add/")
    expect(page.locator("[name=center]")).to_be_focused()
    for label, text in (
        ("Center's study number", "0042"),
        ("Sex", "Fem"),
        ("Birth date", "1958-11-03"),
        ("Consent status", "Wai"),
        ("HCC diagnosis date", "2017-04-20"),
        ("Basis of diagnosis", "His"),
        ("Tumor type", "Hep"),
    ):
        keys.enter(label, text)
    keys.press("Alt+Enter")
    page.wait_for_url("**/assessment/add/**")
    pages += 1
    _enter_baseline(keys)
    keys.press("Alt+Enter")
    page.wait_for_url("**/patient/**#transarterialsession_set")
    pages += 1
    expect(page.locator("#tabs-items [aria-selected=true]")).to_contain_text("Transarterial")
    _enter_sessions(keys)
    _enter_ablation(keys)
    _enter_systemic(keys)
    _enter_scans(keys)
    _enter_death(keys)
    _enter_events(keys)
    keys.press("Alt+Enter")
    page.wait_for_url("**/registry/patient/#*")
    print(f"a whole patient: {keys.count} keys on {pages} pages")
    _find_it_stored(cast)
    assert keys.count <= MOST_KEYS
    assert pages <= MOST_PAGES


def _find_it_stored(cast: Cast) -> None:
    with center_scope([cast.center.pk]):
        of = {"patient": Patient.objects.get(local_id="0042")}
        drugs = TransarterialAgent.objects.filter(**of).order_by("session__start_date")
        assert [(drug.agent_code, drug.dose_mg) for drug in drugs] == [("EPIRUBICIN", dose) for dose in (40, 50, 45)]
        assert set(TransarterialSession.objects.values_list("modality", flat=True)) == {"CTACE"}
        lesions = LesionMeasurement.objects.filter(**of).order_by("imaging__imaging_date", "lesion_no")
        assert [(each.lesion_no, each.viable_mm) for each in lesions] == [(1, 52), (2, 20), (1, 30), (2, 12)]
        assert LabResult.objects.filter(**of).count() == RESULTS
        counted = (AblationLesion, SystemicAgent, AdverseEvent, FollowUp)
        assert [model.objects.filter(**of).count() for model in counted] == [1, 2, 4, 1]
        assert FollowUp.objects.get(**of).death_date.isoformat() == "2019-06-01"


def _enter_baseline(keys: Keys) -> None:
    page = keys.page
    expect(page.locator("[name=assessment_date]")).to_be_focused()
    for label, text in (
        ("Assessment date", "2017-04-28"),
        ("Assessment type", "Bas"),
        ("Height", "162"),
        ("Weight", "58"),
        ("ECOG", "0"),
        ("Ascites", "Non"),
        ("Encephalopathy", "Non"),
    ):
        keys.enter(label, text)
    keys.press("Alt+v")
    dialog = page.get_by_role("dialog", name="Paste laboratory values")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    _paste(keys, PRINTOUT)
    expect(dialog.locator("input:checked")).to_have_count(RESULTS)
    expect(dialog).to_contain_text("检验者 王某")  # left out, and told
    assert not page.get_by_label("Albumin (").first.input_value()  # nothing is entered before it was seen
    expect(dialog.get_by_role("button", name="Enter the ticked values in the form")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_label("Albumin (").first).to_have_value("41.7 g/L")
    # Derived while typing: nothing was saved yet.
    expect(page.locator(".caliper-live")).to_contain_text("A5")


def _paste(keys: Keys, text: str) -> None:
    """Ctrl+V; a browser without a window has no clipboard to paste from."""
    keys.count += 1
    keys.page.keyboard.insert_text(text)


def _add_row(keys: Keys, prefix: str, *, key: str = "Alt+n") -> Locator:
    rows = keys.page.locator(f"#{prefix}-group .formset > .form-group:not(.empty-form)")
    before = rows.count()
    keys.press(key)
    expect(rows).to_have_count(before + 1)
    return rows.last


def _turn_to(keys: Keys, name: str) -> None:
    """To the tab, one key for each on the way."""
    active = keys.page.locator("#tabs-items [aria-selected=true]")
    for _step in range(12):
        if name in active.inner_text():
            return
        keys.press("Alt+PageDown")
    pytest.fail(f"no key turns to the tab {name}")


def _enter_sessions(keys: Keys) -> None:
    first = _add_row(keys, "transarterialsession_set")
    expect(first.get_by_label("Start date").first).to_be_focused()
    keys.write(SESSIONS[0])
    keys.enter("Modality", "Conv", within=first)
    keys.enter("Iodized oil volume (mL)", "9", within=first)
    expect(first.locator(".field-haic_regimen")).to_be_hidden()  # nothing that conventional TACE has not
    keys.press("Alt+n")
    expect(first.locator(".caliper-below-row").get_by_label("Agent").first).to_be_focused()
    keys.write("Epi")
    keys.enter("Dose administered (mg)", "40", within=first)
    for day, oil, dose, before in zip(SESSIONS[1:], ("8", "7"), ("50", "45"), ("40", "50"), strict=True):
        row = _add_row(keys, "transarterialsession_set", key="Alt+Shift+n")
        keys.write(day)
        keys.press("Alt+c")
        expect(row.locator(".caliper-copied")).not_to_have_count(0)
        expect(row.locator(".caliper-below-row .caliper-before").first).to_contain_text(f"value before: {before}")
        keys.press("Alt+c")  # looked at, and right
        expect(row.locator(".caliper-copied")).to_have_count(0)
        keys.enter("Iodized oil volume (mL)", oil, within=row)
        keys.enter("Dose administered (mg)", dose, within=row)


def _enter_ablation(keys: Keys) -> None:
    _turn_to(keys, "Ablation")
    row = _add_row(keys, "ablationsession_set")
    keys.write("2017-09-05")
    keys.enter("Modality", "Mic", within=row)
    keys.press("Alt+n")
    expect(row.locator(".caliper-below-row").get_by_label("Lesion number").first).to_be_focused()
    keys.write("1")
    keys.enter("Viable lesion size", "2.1", within=row)


def _enter_systemic(keys: Keys) -> None:
    _turn_to(keys, "Systemic")
    for agent in ("Lenv", "Camr"):
        row = _add_row(keys, "systemicagent_set")
        keys.write("1")
        keys.enter("Agent", agent, within=row)
        keys.enter("Agent start date", "2017-08-01", within=row)


def _enter_scans(keys: Keys) -> None:
    _turn_to(keys, "Imaging")
    first = _add_row(keys, "imagingassessment_set")
    keys.write("2017-04-25")
    keys.enter("Imaging modality", "CT", within=first)
    keys.enter("Purpose of imaging", "Bas", within=first)
    for number, size in (("1", "52"), ("2", "20")):
        keys.press("Alt+n")
        lesion = first.locator(".caliper-below-row").nth(int(number) - 1)
        expect(lesion.get_by_label("Lesion number").first).to_be_focused()
        keys.write(number)
        keys.enter("Organ", "Liv", within=lesion)
        keys.enter("Target lesion", "Yes", within=lesion)
        keys.enter("Viable (enhancing) diameter", size, within=lesion)
    row = _add_row(keys, "imagingassessment_set", key="Alt+Shift+n")
    keys.write("2017-06-12")
    keys.press("Alt+c")
    expect(row.locator(".caliper-below-row")).to_have_count(2)
    expect(row.locator(".caliper-before", has_text="52")).to_be_visible()
    keys.press("Alt+c")
    for place, size in enumerate(("30", "12")):
        keys.enter("Viable (enhancing) diameter", size, within=row.locator(".caliper-below-row").nth(place))
    keys.press("Tab")
    expect(row.locator(".field-sum_viable_mm .caliper-derived")).to_contain_text("42 (first 72: -42 %")


def _enter_death(keys: Keys) -> None:
    _turn_to(keys, "Follow-up")
    row = _add_row(keys, "followup_set")
    keys.write("2019-06-01")
    keys.enter("Vital status", "Dea", within=row)
    keys.enter("Death date", "2019-06-01", within=row)


def _enter_events(keys: Keys) -> None:
    _turn_to(keys, "Adverse")
    for term, day, grade in EVENTS:
        row = _add_row(keys, "adverseevent_set")
        keys.write(term)
        keys.enter("Onset date", day, within=row)
        keys.enter("Grade", grade, within=row)
        keys.enter("CTCAE version", "5", within=row)


def test_a_hard_check_blocks_beside_its_field_and_opens_its_tab(
    page: Page, sign_in: Callable, cast: Cast, make_patient: Callable
) -> None:
    patient = make_patient()
    sign_in("data_manager")
    page.goto(f"/admin/registry/patient/{patient.pk}/change/")
    open_tab(page, "Follow-ups")
    row = add_row(page, "followup_set")
    type_into(page, "Follow-up date", "2031-01-01", within=row)  # in the future
    type_into(page, "Vital status", "Ali", within=row)
    open_tab(page, "General")
    save(page, "Save and stay on this page")
    expect(page.locator("#tabs-items [aria-selected=true]")).to_contain_text("Follow-ups")
    expect(page.locator("#tabs-items [aria-selected=true]")).to_contain_text("1 error")
    expect(page.locator(".field-follow_up_date .text-red-600, .field-follow_up_date .errorlist").first).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "followup_set-0-follow_up_date"
    with center_scope([cast.center.pk]):
        assert not FollowUp.objects.exists()


def _save_correction(page: Page) -> None:
    page.locator("#reason-code").select_option("TRANSCR")
    save(page, "Save and stay on this page")


def test_a_soft_check_opens_a_query_that_closes_itself_after_the_correction(
    page: Page, sign_in: Callable, cast: Cast, make_patient: Callable
) -> None:
    patient = make_patient()
    sign_in("data_manager")
    page.goto(f"/admin/registry/patient/{patient.pk}/change/")
    type_into(page, "Pack-years", "30")
    page.get_by_label("Smoking", exact=True).select_option("NEV")
    expect(page.locator(".field-pack_years .caliper-unfit")).to_be_visible()  # folded away only while it is blank
    save(page, "Save and stay on this page")
    balloons = page.locator(".caliper-mark-query")
    expect(balloons).to_have_count(2)  # on every field involved
    page.get_by_label("Pack-years").first.focus()
    page.keyboard.press("Alt+h")
    expect(page.locator("dialog.caliper-dialog")).to_contain_text("Check both")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.name") == "pack_years"
    page.get_by_label("Smoking", exact=True).select_option("FOR")
    _save_correction(page)
    expect(page.locator(".caliper-head")).to_be_visible()
    expect(balloons).to_have_count(0)
    with center_scope([cast.center.pk]):
        assert [query.state for query in Query.objects.filter(codes__contains=["V-P16"])] == ["CLOSED"]


def test_a_reason_is_given_for_a_missing_value_by_keyboard(
    page: Page, sign_in: Callable, cast: Cast, make_patient: Callable
) -> None:
    patient = make_patient()
    sign_in("data_manager")
    page.goto(f"/admin/registry/patient/{patient.pk}/change/")
    smoking = page.get_by_label("Smoking", exact=True)
    smoking.focus()
    page.keyboard.press("Alt+m")
    page.keyboard.type("Not d")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "smoking_status"
    save(page, "Save and stay on this page")
    expect(page.locator(".field-smoking_status .caliper-mark-missing")).to_be_visible()
    with center_scope([cast.center.pk]):
        assert Patient.objects.get().smoking_status_missing_reason == "ND"
    smoking.focus()
    page.keyboard.type("Never")
    save(page, "Save and stay on this page")
    expect(page.locator(".field-smoking_status .caliper-mark-missing")).to_have_count(0)
    with center_scope([cast.center.pk]):
        stored = Patient.objects.get()
        assert (stored.smoking_status, stored.smoking_status_missing_reason) == ("NEV", None)


def test_two_people_edit_one_record_and_neither_loses_a_value(
    page: Page, browser: Browser, live_server: LiveServer, sign_in: Callable, cast: Cast, make_patient: Callable
) -> None:
    patient = make_patient()
    address = f"/admin/registry/patient/{patient.pk}/change/"
    sign_in("data_manager")
    page.goto(address)
    context = browser.new_context(base_url=live_server.url, storage_state=page.context.storage_state())
    other = context.new_page()
    other.goto(address)
    other.get_by_label("Smoking", exact=True).select_option("CUR")
    other.get_by_label("Sex", exact=False).first.select_option("F")
    other.locator("#reason-code").select_option("SOURCE")
    other.get_by_role("button", name="Save and stay on this page").click()
    expect(other.locator("#conflict")).to_have_count(0)
    page.get_by_label("Alcohol use", exact=True).select_option("NEV")
    page.get_by_label("Sex", exact=False).first.select_option("M")
    page.get_by_label("Smoking", exact=True).select_option("FOR")
    save(page, "Save and stay on this page")
    conflict = page.locator("#conflict")
    expect(conflict).to_be_focused()
    expect(conflict).to_contain_text("Former")
    expect(conflict).to_contain_text("Current")
    expect(page.locator("[name=choose-alcohol_status][value=yours]")).to_be_checked()
    expect(page.locator("[name=choose-sex][value=stored]")).to_be_checked()
    tab_to(page, page.locator("[name=choose-smoking_status]").first)
    page.keyboard.press("Space")
    _save_correction(page)
    expect(page.locator("#conflict")).to_have_count(0)
    with center_scope([cast.center.pk]):
        stored = Patient.objects.get()
        assert (stored.smoking_status, stored.alcohol_status, stored.sex) == ("FOR", "NEV", "F")
    context.close()
