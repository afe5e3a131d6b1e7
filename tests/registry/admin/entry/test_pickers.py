"""What is typed for a term or a drug is stored by its one name, in every row and form and with no script at all."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from registry.access.scope import center_scope
from registry.ctcae.terms import forget
from registry.models import AdverseEvent, CtcaeTerm, Patient, SystemicAgent, TransarterialAgent
from tests.conftest import Cast
from tests.registry.admin.opened import posted_by

pytestmark = pytest.mark.django_db

ADD = "/admin/registry/patient/add/"
ALT = "Alanine aminotransferase increased"


@pytest.fixture(autouse=True)
def nothing_remembered() -> Any:
    forget()
    yield
    forget()


def _event(term: str, **others: str) -> dict[str, object]:
    return {"ae_term": term, "ae_onset_date": "2016-01-06", "ae_grade": "1", "ctcae_version": "5.0", **others}


def _choices(client: Client, kind: str, **asked: str) -> dict[str, Any]:
    return dict(client.get(f"/records/choices/{kind}/", asked).json())


def test_words_of_either_language_are_stored_as_the_term(
    entering: Client, cast: Cast, patient_form: Callable[..., Any]
) -> None:
    typed = ["发热", "ALT升高", "Alanine amino", "nausea"]
    rows = [_event(word, ae_onset_date=f"2016-01-0{number}") for number, word in enumerate(typed, start=1)]
    thrombocytopenia = _event("血小板减少", ctcae_version="6.0")
    response = entering.post(ADD, patient_form(rows={"adverseevent": [*rows, thrombocytopenia]}))
    assert response.status_code == 302, response.context["errors"]
    with center_scope([cast.center.pk]):
        stored = AdverseEvent.objects.order_by("ae_onset_date").values_list("ae_term", flat=True)
        assert [*stored] == ["Fever", ALT, ALT, "Nausea", "Thrombocytopenia"]


def test_an_unclear_term_is_refused_with_real_ones(entering: Client, patient_form: Callable[..., Any]) -> None:
    response = entering.post(ADD, patient_form(rows={"adverseevent": [_event("Liver dysfunction")]}))
    assert response.status_code == 200
    assert f"Closest matches: {ALT}" in response.content.decode()


def test_drugs_are_stored_by_their_codes_in_sessions_and_lines(
    entering: Client, cast: Cast, patient_form: Callable[..., Any]
) -> None:
    below = {"transarterialagent_set-TOTAL_FORMS": 1, "transarterialagent_set-INITIAL_FORMS": 0}
    drug = {"transarterialagent_set-0-agent_code": "阿霉素", "transarterialagent_set-0-dose_mg": "50"}
    session = {"start_date": "2016-01-05", "modality": "CTACE", "lipiodol_ml": "8", **below, **drug}
    line = {"line_no": "1", "agent_code": "lenva", "agent_start_date": "2016-02-01"}
    response = entering.post(ADD, patient_form(rows={"transarterialsession": [session], "systemicagent": [line]}))
    assert response.status_code == 302, response.context["errors"]
    with center_scope([cast.center.pk]):
        assert TransarterialAgent.objects.get().agent_code == "DOXORUBICIN"
        assert SystemicAgent.objects.get().agent_code == "LENVATINIB"
    response = entering.post(
        ADD, patient_form(local_id="0008", rows={"systemicagent": [{**line, "agent_code": "mab"}]})
    )
    assert "“mab” is not a drug of this registry. Closest matches: " in response.content.decode()


def test_a_chinese_page_shows_chinese_names_and_takes_none_of_them_for_a_change(
    entering: Client, cast: Cast, data_manager: User, make_patient: Callable[..., Patient]
) -> None:
    patient = make_patient()
    with center_scope([cast.center.pk], by=data_manager, reason="a course for the tests"):
        of = {"patient": patient, "center": cast.center}
        event = AdverseEvent.objects.create(
            ae_term="Fever", ctcae_version="5.0", ae_grade="1", ae_onset_date="2016-01-06", **of
        )
        SystemicAgent.objects.create(line_no=1, agent_code="LENVATINIB", agent_start_date="2016-02-01", **of)
        before = AdverseEvent.objects.get().row_version
    entering.cookies["django_language"] = "zh-hans"
    address = f"/admin/registry/patient/{patient.pk}/change/"
    posted = posted_by(entering, address)
    assert posted["adverseevent_set-0-ae_term"] == "发热"
    assert posted["systemicagent_set-0-agent_code"] == "仑伐替尼"
    assert entering.post(address, {**posted, "_continue": "1"}).status_code == 302
    with center_scope([cast.center.pk]):
        stored = AdverseEvent.objects.get()
        assert (stored.ae_term, stored.row_version) == ("Fever", before)
    for page in (f"/patients/{patient.pk}/timeline/", f"/admin/registry/adverseevent/{event.pk}/history/"):
        assert "发热" in entering.get(page).content.decode(), page
    with translation.override("zh-hans"):
        assert str(stored) == "2016-01-06 发热 1"


def test_the_list_tells_class_names_and_grades_of_a_term(entering: Client) -> None:
    answer = _choices(entering, "terms", q="alanine amino", version="5.0")
    assert [hit["value"] for hit in answer["found"]] == [ALT]
    assert answer["meant"]["detail"] == "Investigations"
    assert answer["meant"]["wording"].startswith("The full CTCAE list")
    assert [number for number, _words in answer["meant"]["grades"]] == ["1", "2", "3", "4"]
    unclear = _choices(entering, "terms", q="Liver dysfunction", version="5.0")
    assert unclear["meant"] is None
    assert ALT in unclear["nearest"]
    assert _choices(entering, "terms", q="血小板减少", version="6.0")["meant"]["value"] == "Thrombocytopenia"
    entering.cookies["django_language"] = "zh-hans"
    fever = _choices(entering, "terms", q="fever", version="5.0")["meant"]
    assert (fever["value"], fever["detail"].endswith(" · Fever")) == ("发热", True)
    assert fever["source"]


def test_a_loaded_list_is_searched_accepted_and_quoted(
    entering: Client, cast: Cast, patient_form: Callable[..., Any]
) -> None:
    words = ["Mild", "Moderate; medical intervention", "Severe", "Deaf", ""]
    soc = "Ear and labyrinth disorders"
    CtcaeTerm.objects.create(
        version="5.0", term="Hearing impaired", soc=soc, grades="1234", meddra_code="10019245", definitions=words
    )
    forget()
    meant = _choices(entering, "terms", q="hearing", version="5.0")["meant"]
    assert (meant["value"], meant["wording"]) == ("Hearing impaired", "CTCAE 5.0")
    assert meant["grades"][1] == ["2", "Moderate; medical intervention"]
    response = entering.post(ADD, patient_form(rows={"adverseevent": [_event("hearing imp")]}))
    assert response.status_code == 302, response.context["errors"]
    with center_scope([cast.center.pk]):
        assert AdverseEvent.objects.get().ae_term == "Hearing impaired"


def test_lists_of_drugs_begin_with_what_is_given_so(entering: Client, client: Client) -> None:
    arterial, systemic = (_choices(entering, kind)["found"] for kind in ("arterial", "systemic"))
    assert (arterial[0]["value"], arterial[0]["group"]) == ("oxaliplatin", "Cytotoxic drug")
    assert (systemic[0]["value"], systemic[0]["group"]) == ("sorafenib", "Tyrosine kinase inhibitor")
    assert len(arterial) == len(systemic)
    assert entering.get("/records/choices/unknown/").status_code == 404
    client.logout()
    assert client.get("/records/choices/terms/?q=fever").status_code == 302
