import json
import time
from typing import Any

import pytest

from importers.storage.comparison import Counts
from importers.storage.load import NotAllowed
from registry.access.scope import center_scope
from registry.models import Assessment, LabResult, Patient, PatientIdentity, TransarterialSession, TumorBurden
from tests.importers import books
from tests.importers.big import big_center
from tests.importers.loading import LoadResult, load_workbook

RECORDS = ("patient", "patientidentity", "assessment", "tumorburden", "labresult", "transarterialsession", "followup")


@pytest.fixture
def load(cast):
    def run(sheets, **options: Any) -> LoadResult:
        given = {"center": cast.center, "by": cast.uploader, "reason": "a test", **options}
        return load_workbook(sheets if isinstance(sheets, bytes) else books.workbook(sheets), **given)

    return run


@pytest.fixture
def stored(cast, rows):
    """How many rows and events each kind of record has, in both centers."""

    def count() -> dict[str, tuple[int, int]]:
        with center_scope([cast.center.pk, cast.other_center.pk]):
            return {
                name: (
                    rows(f"SELECT count(*) FROM registry_{name}")[0][0],
                    rows(f"SELECT count(*) FROM registry_{name}event")[0][0],
                )
                for name in RECORDS
            }

    return count


def test_a_whole_center_is_stored(load, cast, stored):
    result = load(books.whole_center(3))
    assert result.is_stored
    assert {entity: counts.new for entity, counts in result.counts.items()} == {
        "patient": 3, "assessment": 3, "tumorburden": 3, "labresult": 12, "transarterialsession": 3, "followup": 3,
    }  # fmt: skip
    with center_scope([cast.center.pk]):
        albumin = LabResult.objects.get(patient__local_id="0001", analyte_code="alb")
        assert (albumin.value, albumin.comparator, albumin.raw_value, albumin.raw_unit) == (41.0, "=", "4.1", "g/dL")
        afp = LabResult.objects.get(patient__local_id="0002", analyte_code="afp")
        assert (afp.value, afp.comparator, afp.raw_value, afp.raw_unit) == (121000.0, ">", ">121,000", "")
        assert TransarterialSession.objects.get(patient__local_id="0003").embolic_agent == ["GELFOAM"]
        assert TumorBurden.objects.get(patient__local_id="0001").tumor_number == 2


def test_the_same_file_again_touches_nothing(load, stored):
    load(books.whole_center(3))
    before = stored()
    result = load(books.whole_center(3))
    assert all((counts.new, counts.changed) == (0, 0) for counts in result.counts.values())
    assert stored() == before


def test_five_changed_cells_change_five_values_and_leave_five_events(load, stored):
    sheets = books.whole_center(3)
    load(sheets)
    before = stored()
    sheets[books.PATIENT][0]["cirrhosis"] = "1"
    sheets[books.ASSESSMENT][1]["weight_kg"] = 66
    sheets[books.LABORATORY][2]["tbil"] = 13.5
    sheets[books.TRANSARTERIAL][0]["lipiodol_ml"] = 9
    sheets[books.FOLLOW_UP][1]["last_known_alive_date"] = "2016-01-09"
    result = load(sheets)
    changed = {entity: counts.changed for entity, counts in result.counts.items() if counts.changed}
    assert changed == {"patient": 1, "assessment": 1, "labresult": 1, "transarterialsession": 1, "followup": 1}
    values = sum(counts.changed_values for entity, counts in result.counts.items() if entity != "labresult")
    assert values == 4
    assert result.counts["labresult"] == Counts(new=0, changed=1, unchanged=11, changed_values=2)  # value and raw value
    after = stored()
    assert sum(events for _, events in after.values()) - sum(events for _, events in before.values()) == 5
    assert {name: count for name, (count, _) in after.items()} == {name: count for name, (count, _) in before.items()}


def test_a_blank_never_overwrites(load, cast):
    sheets = books.whole_center(1)
    load(sheets)
    sheets[books.ASSESSMENT][0] |= {"weight_kg": None, "tumor_number": ""}
    assert load(sheets).counts["assessment"].changed == 0
    with center_scope([cast.center.pk]):
        assert Assessment.objects.get().weight_kg == 65
        assert TumorBurden.objects.get().tumor_number == 2


def test_new_patients_get_the_next_identifiers_and_keep_them(load, cast):
    load(books.whole_center(2))
    load(books.whole_center(4))
    with center_scope([cast.center.pk]):
        found = dict(Patient.objects.values_list("local_id", "registry_id"))
    assert [found[name][:10] for name in sorted(found)] == ["C01-000001", "C01-000002", "C01-000003", "C01-000004"]


def test_a_hospital_number_is_stored_encrypted_and_only_once(load, cast, rows, stored):
    sheets = {books.PATIENT: [books.patient(hospital_no="H-778899")]}
    load(sheets)
    before = stored()
    load(sheets)
    assert stored() == before
    with center_scope([cast.center.pk]):
        assert PatientIdentity.objects.get().hospital_no == "H-778899"
        trail = rows("SELECT i::text, e::text FROM registry_patientidentity i, registry_patientidentityevent e")
    assert trail
    assert "778899" not in str(trail)


def test_two_patients_may_not_share_a_hospital_number(load, stored):
    load({books.PATIENT: [books.patient("0001", hospital_no="H1")]})
    result = load({books.PATIENT: [books.patient("0002", hospital_no="H1")]})
    assert not result.is_stored
    assert [finding.code for finding in result.report.findings] == ["C-HOSPITAL-NO"]
    assert "H1" not in str([finding.as_json() for finding in result.report.findings])


def test_with_an_error_nothing_is_stored(load, stored):
    sheets = books.whole_center(3)
    sheets[books.PATIENT][1]["sex"] = "X"
    result = load(sheets)
    assert not result.is_stored
    assert result.counts == {}
    assert set(stored().values()) == {(0, 0)}


def test_valid_rows_only_holds_back_a_bad_patient_with_all_that_hangs_below(load, cast):
    sheets = books.whole_center(3)
    sheets[books.PATIENT][1]["sex"] = "X"
    result = load(sheets, valid_rows_only=True)
    assert result.is_stored
    held = {sheet.sheet: (sheet.with_errors, sheet.held_back) for sheet in result.report.sheets}
    assert held[books.PATIENT] == (1, 0)
    assert {held[name] for name in held if name != books.PATIENT} == {(0, 1)}
    with center_scope([cast.center.pk]):
        assert sorted(Patient.objects.values_list("local_id", flat=True)) == ["0001", "0003"]
        assert set(LabResult.objects.values_list("patient__local_id", flat=True)) == {"0001", "0003"}


def test_valid_rows_only_holds_back_the_panel_of_a_bad_assessment(load, cast):
    sheets = books.whole_center(2)
    sheets[books.ASSESSMENT][0]["weight_kg"] = 9000
    load(sheets, valid_rows_only=True)
    with center_scope([cast.center.pk]):
        assert Patient.objects.count() == 2
        assert set(LabResult.objects.values_list("patient__local_id", flat=True)) == {"0002"}


def test_one_assessment_may_stand_on_two_rows(load, cast):
    second = books.assessment(diameter_basis="VIABLE", max_diameter_cm=3, weight_kg=None)
    load({books.PATIENT: [books.patient()], books.ASSESSMENT: [books.assessment(), second]})
    with center_scope([cast.center.pk]):
        assert Assessment.objects.get().weight_kg == 65
        assert dict(TumorBurden.objects.values_list("diameter_basis", "max_diameter_cm")) == {
            "WHOLE": 6.5,
            "VIABLE": 3.0,
        }


def test_children_may_come_later_than_their_parents(load, cast):
    load({books.PATIENT: [books.patient()], books.ASSESSMENT: [books.assessment()]})
    result = load({books.LABORATORY: [books.laboratory()], books.FOLLOW_UP: [books.follow_up()]})
    assert result.counts["labresult"].new == 4
    assert result.counts["followup"].new == 1


def test_stored_dates_are_held_against_later_rows(load):
    load({books.PATIENT: [books.patient(birth_date="1960-05-17")]})
    result = load({books.TRANSARTERIAL: [books.session(start_date="1959-01-01")]})
    assert "V-D02" in {finding.code for finding in result.report.findings}


def test_every_stored_row_has_its_user_reason_and_upload_in_the_trail(load, cast, rows):
    load(books.whole_center(2), reason="the March workbook", upload=77)
    with center_scope([cast.center.pk]):
        for name in RECORDS:
            found = rows(
                f"SELECT DISTINCT c.metadata FROM registry_{name} r JOIN registry_{name}event e ON e.pgh_obj_id = r.id "
                "JOIN pghistory_context c ON c.id = e.pgh_context_id"
            )
            about = [json.loads(value) if isinstance(value, str) else value for (value,) in found]
            wanted = {"user": cast.uploader.pk, "reason": "the March workbook", "source": "upload", "upload": 77}
            assert about == ([wanted] if name != "patientidentity" else []), name
            assert rows(
                f"SELECT count(*) FROM registry_{name} r WHERE NOT EXISTS (SELECT FROM registry_{name}event e WHERE e.pgh_obj_id = r.id)"
            ) == [(0,)]


def test_a_center_that_is_not_the_users_is_refused(load, cast, stored):
    with pytest.raises(NotAllowed):
        load(books.whole_center(1), center=cast.other_center)
    for person in (cast.statistician, cast.outsider, cast.administrator, cast.other_data_manager):
        with pytest.raises(NotAllowed):
            load(books.whole_center(1), by=person)
    assert set(stored().values()) == {(0, 0)}


def test_the_other_center_sees_nothing_of_it(load, cast):
    load(books.whole_center(2))
    with center_scope([cast.other_center.pk]):
        assert Patient.objects.count() == 0


def test_the_same_study_number_in_two_centers_is_two_patients(load, cast):
    load(books.whole_center(1))
    load(books.whole_center(1), center=cast.other_center, by=cast.other_data_manager)
    with center_scope([cast.center.pk, cast.other_center.pk]):
        assert sorted(Patient.objects.values_list("registry_id", flat=True)) == ["C01-000001-6", "C02-000001-4"]


def test_an_interruption_in_the_middle_leaves_nothing(load, cast, stored):
    class Interrupted(RuntimeError):
        pass

    seen = []

    def progress(percent: int, message: str) -> None:
        seen.append(percent)
        if percent > 70:
            raise Interrupted

    with pytest.raises(Interrupted):
        load(books.whole_center(3), progress=progress)
    assert max(seen) > 70
    assert set(stored().values()) == {(0, 0)}
    assert load(books.whole_center(3)).counts["patient"].new == 3


@pytest.mark.slow
def test_many_rows_are_checked_and_stored_in_seconds(load):
    content = big_center(patients=470)  # a tenth of a large center: 6,580 rows on six sheets
    start = time.monotonic()
    result = load(content)
    assert result.counts["labresult"].new == 26_320
    assert time.monotonic() - start < 60  # about 6 s on a quiet machine, the checks of what is stored included
