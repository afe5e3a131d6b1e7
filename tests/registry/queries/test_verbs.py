"""A center is asked once about each cause, by the checks or by a data manager, and the thread tells what became of it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from registry.access.scope import center_scope
from registry.errors import NotAllowed, Refused
from registry.models import (
    Assessment,
    FollowUp,
    Patient,
    Query,
    Resection,
    TransarterialAgent,
    TransarterialSession,
    TumorBurden,
)
from registry.queries import (
    answer_query,
    assign_query,
    close_query,
    comment_query,
    open_query,
    queries_of,
    refresh_queries,
    reopen_query,
)

pytestmark = pytest.mark.django_db

DAY = date(2021, 6, 1)


@pytest.fixture
def patient(make_patient) -> Patient:
    return make_patient()


@pytest.fixture
def work(cast):
    """The scope of the data manager, open during the test."""
    with center_scope([cast.center.pk], by=cast.data_manager, reason="test of queries"):
        yield


@pytest.fixture
def session(patient, work):
    def make(day: date, modality: str = "HAIC", **variables) -> TransarterialSession:
        place = {"center_id": patient.center_id, "patient": patient}
        made = TransarterialSession.objects.create(start_date=day, modality=modality, **place, **variables)
        TransarterialAgent.objects.create(session=made, agent_code="OXALIPLATIN", dose_mg=100, **place)
        return made

    return make


@pytest.fixture
def resection(patient, work) -> Resection:
    """One that its margin contradicts: V-T29."""
    return Resection.objects.create(
        center_id=patient.center_id, patient=patient, start_date=DAY, treatment_intent="CUR", resection_margin="R2"
    )


@pytest.fixture
def refresh(patient, cast):
    return lambda: refresh_queries([patient.pk], by=cast.data_manager)


@pytest.fixture
def the_query(resection, refresh):
    refresh()
    return Query.objects.get(record_id=resection.pk, entity="resection")


def acts(query: Query) -> list[str]:
    return list(query.messages.values_list("act", flat=True))


def test_a_check_asks_in_both_languages_and_points_at_every_field(the_query, patient, resection):
    assert (the_query.codes, the_query.state, the_query.opened_by) == (["V-T29"], "OPEN", None)
    assert the_query.text_en == "The intent was curative, but the result was R2. Check both."
    assert the_query.text_zh
    assert the_query.text_zh != the_query.text_en
    fields = queries_of(patient)["resection", resection.pk]
    assert {name: [query.pk for query in found] for name, found in fields.items()} == {
        "treatment_intent": [the_query.pk],
        "resection_margin": [the_query.pk],
    }


def test_asked_twice_the_checks_open_nothing_more(the_query, refresh):
    again = refresh()
    assert (again.opened, again.closed) == (0, 0)
    assert Query.objects.count() == 1
    assert again.found["V-T29"] == 1


def test_a_corrected_value_closes_the_query_by_itself(the_query, resection, refresh):
    resection.resection_margin = "R0"
    resection.save()
    assert refresh().closed == 1
    the_query.refresh_from_db()
    assert (the_query.state, the_query.closed_because, the_query.closed_by) == ("CLOSED", "GONE", None)
    assert acts(the_query) == ["OPENED", "CLOSED"]


def test_a_fault_that_comes_back_goes_on_in_its_thread(the_query, resection, refresh):
    for margin in ("R0", "R2"):
        resection.resection_margin = margin
        resection.save()
        refresh()
    the_query.refresh_from_db()
    assert Query.objects.count() == 1
    assert (the_query.state, acts(the_query)) == ("OPEN", ["OPENED", "CLOSED", "REOPENED"])


def test_what_a_data_manager_settled_is_not_asked_again_until_a_value_changes(the_query, resection, refresh, cast):
    close_query(the_query, by=cast.data_manager, text="The report says so")
    assert refresh().opened == 0
    resection.treatment_intent = "PAL"
    resection.save()
    refresh()
    resection.treatment_intent, resection.resection_margin = "CUR", "R2"
    resection.save()
    assert refresh().opened == 0  # the values that were settled


def test_a_settled_finding_is_asked_again_of_other_values(session, refresh, cast, patient):
    session(DAY), session(date(2021, 6, 22))
    tace = session(date(2021, 6, 10), "CTACE")
    refresh()
    query = Query.objects.get(codes=["V-T11"])
    close_query(query, by=cast.data_manager, text="It was one")
    assert refresh().opened == 0
    tace.start_date = date(2021, 6, 11)
    tace.save()
    assert refresh().opened == 1


def test_one_wrong_date_asks_once_however_many_records_it_contradicts(session, patient, refresh):
    for month in (1, 2, 3, 4):
        session(date(2021, month, 5))
    FollowUp.objects.create(
        center_id=patient.center_id,
        patient=patient,
        follow_up_date=date(2021, 5, 1),
        vital_status="DEAD",
        death_date=date(2020, 12, 1),
    )
    found = refresh().found
    assert found["V-D05"] == 4  # each session starts after the death
    (query,) = Query.objects.filter(codes__contains=["V-D05"])
    assert query.entity == "followup"
    assert query.variables == ["death_date"]
    assert {place["entity"] for place in query.places} == {"followup", "transarterialsession"}
    assert len(query.places) == 5


def test_a_check_over_records_is_seen_on_every_record_involved(session, patient, refresh):
    cycles = [session(DAY), session(date(2021, 6, 22))]
    tace = session(date(2021, 6, 10), "CTACE")
    refresh()
    standing = queries_of(patient)
    assert {record for _entity, record in standing} == {tace.pk, *(cycle.pk for cycle in cycles)}
    (query,) = standing["transarterialsession", tace.pk]["modality"]
    assert query.record_id == tace.pk


def test_another_finding_of_the_same_field_restates_the_query_and_opens_it_again(
    session, patient, refresh, cast, uploader
):
    session(DAY), session(date(2021, 6, 22))
    tace = session(date(2021, 6, 10), "CTACE")
    refresh()
    (query,) = queries_of(patient)["transarterialsession", tace.pk]["modality"]
    answer_query(query, text="It was a TACE", by=uploader)
    tace.start_date = date(2021, 6, 12)
    tace.save()
    refresh()
    query.refresh_from_db()
    assert query.state == "OPEN"
    assert "2021-06-12" in query.text_en
    assert acts(query) == ["OPENED", "ANSWERED", "RESTATED"]


def test_warnings_ask_nothing(session, refresh):
    session(DAY), session(date(2021, 8, 1))
    assert refresh().found["V-D17"] == 1
    assert not Query.objects.filter(codes__contains=["V-D17"]).exists()


def test_the_site_answers_and_only_the_data_manager_closes(the_query, uploader, data_manager):
    with pytest.raises(NotAllowed):
        close_query(the_query, by=uploader, text="ours")
    answer_query(the_query, text="R2 is right, the intent was palliative", by=uploader)
    the_query.refresh_from_db()
    assert the_query.state == "ANSWERED"
    close_query(the_query, by=data_manager, text="Palliative, as the letter says")
    the_query.refresh_from_db()
    assert (the_query.state, the_query.closed_because, the_query.closed_by) == ("CLOSED", "SETTLED", data_manager)
    assert acts(the_query) == ["OPENED", "ANSWERED", "CLOSED"]


def test_a_closed_query_takes_no_answer_until_it_is_reopened(the_query, uploader, data_manager):
    close_query(the_query, by=data_manager, text="known")
    with pytest.raises(Refused, match="reopen"):
        answer_query(the_query, text="but", by=uploader)
    reopen_query(the_query, text="Look again", by=data_manager)
    answer_query(the_query, text="It is R1", by=uploader)
    the_query.refresh_from_db()
    assert (the_query.state, the_query.closed_by, the_query.closed_because) == ("ANSWERED", None, "")


@pytest.mark.parametrize("act", [answer_query, comment_query])
def test_nobody_says_nothing(the_query, uploader, act):
    with pytest.raises(Refused, match="Enter a message"):
        act(the_query, text="  ", by=uploader)


def test_closing_needs_words_while_the_values_are_the_same(the_query, uploader, data_manager):
    with pytest.raises(Refused, match="Say in words"):
        close_query(the_query, by=data_manager)
    answer_query(the_query, text="It is so", by=uploader)
    with pytest.raises(Refused, match="Say in words"):
        close_query(the_query, by=data_manager, text=" ")


def test_who_answered_does_not_close(the_query, data_manager):
    answer_query(the_query, text="It is so", by=data_manager)
    with pytest.raises(Refused, match="Another data manager"):
        close_query(the_query, by=data_manager, text="As I said")


@pytest.mark.parametrize("by_whom", ["uploader", "data_manager"])
def test_a_question_is_closed_without_words_once_its_value_was_changed(resection, data_manager, request, by_whom):
    asked = open_query(resection, variables=["resection_margin"], text="Sure?", by=data_manager)
    answer_query(asked, text="No, R1", by=request.getfixturevalue(by_whom))
    resection.resection_margin = "R1"
    resection.save()
    close_query(asked, by=data_manager)
    asked.refresh_from_db()
    assert asked.is_closed


def test_a_stage_that_contradicts_the_tumors_is_asked_where_it_was_entered(patient, work, refresh):
    place = {"center_id": patient.center_id, "patient": patient}
    visit = Assessment.objects.create(
        assessment_date=DAY, assessment_type="BASE", ecog_ps="0", ctp_class="A", cnlc_stage="IA", **place
    )
    tumor = TumorBurden.objects.create(
        assessment=visit,
        diameter_basis="WHOLE",
        tumor_number=4,
        max_diameter_cm=5.2,
        macrovascular_invasion="0",
        extrahepatic_metastasis="0",
        **place,
    )
    refresh()
    query = Query.objects.get(codes__contains=["V-S14"])
    assert (query.entity, query.variables[0]) == ("assessment", "cnlc_stage")
    assert query.text_en.startswith("CNLC Ia was entered, but the tumor findings and patient condition give IIb.")
    named = queries_of(patient)
    for variable in ("cnlc_stage", "ecog_ps", "ctp_class"):
        assert query in named["assessment", visit.pk][variable]
    for variable in ("tumor_number", "max_diameter_cm", "diameter_basis"):
        assert query in named["tumorburden", tumor.pk][variable]


def test_a_data_manager_asks_about_any_field_and_the_checks_leave_that_alone(patient, work, data_manager, refresh):
    query = open_query(patient, variables=["sex", "birth_date"], text="As in the passport?", by=data_manager)
    refresh()
    query.refresh_from_db()
    assert (query.state, query.codes, query.text) == ("OPEN", [], "As in the passport?")
    assert set(queries_of(patient)["patient", patient.pk]) == {"sex", "birth_date"}


def test_the_same_fields_are_asked_about_in_one_thread(patient, work, data_manager):
    open_query(patient, variables=["sex"], text="Sure?", by=data_manager)
    with pytest.raises(Refused, match="already exists"):
        open_query(patient, variables=["sex"], text="Really?", by=data_manager)


def test_a_query_needs_a_field_that_exists(patient, work, data_manager):
    for variables in ([], ["shoe_size"]):
        with pytest.raises(Refused, match="fields"):
            open_query(patient, variables=variables, text="?", by=data_manager)


def test_who_may_not_ask_is_told_so(patient, work, uploader, other_data_manager, statistician):
    for stranger in (uploader, other_data_manager, statistician):
        with pytest.raises(NotAllowed):
            open_query(patient, variables=["sex"], text="?", by=stranger)


def test_a_query_is_given_to_somebody_who_may_answer_it(the_query, data_manager, uploader, other_data_manager):
    assign_query(the_query, to=uploader, by=data_manager)
    the_query.refresh_from_db()
    assert the_query.assigned_to == uploader
    with pytest.raises(Refused, match="can answer queries"):
        assign_query(the_query, to=other_data_manager, by=data_manager)


def test_the_database_holds_one_standing_query_per_cause(the_query):
    twin = Query.objects.get(pk=the_query.pk)
    twin.pk = None
    with pytest.raises(IntegrityError, match="one_standing_query_per_cause"), transaction.atomic():
        twin.save(force_insert=True)


def test_the_database_holds_that_a_closed_query_says_when(the_query):
    with pytest.raises(IntegrityError, match="query_closed_when"), transaction.atomic():
        Query.objects.filter(pk=the_query.pk).update(state="CLOSED")


def test_another_center_sees_nothing_of_it(the_query, cast, rows):
    with center_scope([cast.other_center.pk]):
        assert rows("SELECT count(*) FROM registry_query") == [(0,)]
        assert rows("SELECT count(*) FROM registry_querymessage") == [(0,)]
        assert rows("SELECT count(*) FROM registry_queryevent") == [(0,)]


def test_a_query_cannot_be_about_a_patient_of_another_center(the_query, make_patient, cast):
    foreign = make_patient(center=cast.other_center, local_id="0009")
    with pytest.raises(IntegrityError, match="patient_in_same_center"), transaction.atomic():
        Query.objects.filter(pk=the_query.pk).update(patient=foreign)
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_every_act_is_in_the_trail(the_query, uploader, rows):
    answer_query(the_query, text="R1", by=uploader)
    states = rows("SELECT state FROM registry_queryevent WHERE pgh_obj_id = %s ORDER BY pgh_id", [the_query.pk])
    assert [state for (state,) in states] == ["OPEN", "ANSWERED"]
