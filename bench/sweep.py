"""How long all checks take over a whole registry, and at what memory: python -m bench.sweep [PATIENTS]

Makes a database of its own on the project's server, fills it (15 records a patient, a few of them faulty), sweeps twice, and
drops it again. The second sweep must open nothing.
"""

import os
import resource
import sys
from contextlib import contextmanager
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

NAME = "caliper_bench_sweep"
CENTERS = 12

# One statement a table, over the patients p; `n` numbers what a patient has several of.
ROWS = (
    """INSERT INTO registry_assessment (patient_id, center_id, assessment_date, assessment_type, height_cm, weight_kg, ecog_ps,
       ascites_grade, encephalopathy_grade) SELECT p.id, p.center_id, date '2021-01-10', 'BASE', 170, 65, '0', '0', '0'
       FROM registry_patient p""",
    """INSERT INTO registry_labresult (patient_id, center_id, assessment_id, analyte_code, value, comparator, raw_value, raw_unit)
       SELECT a.patient_id, a.center_id, a.id, v.code, v.low + (a.id % 50) * v.step, '=', '', ''
       FROM registry_assessment a, (VALUES ('alb', 32, 0.3), ('tbil', 8, 0.5), ('inr', 0.9, 0.005), ('plt', 90, 3), ('afp', 5, 40))
       v (code, low, step)""",
    """INSERT INTO registry_tumorburden (patient_id, center_id, assessment_id, diameter_basis, tumor_number, max_diameter_cm)
       SELECT a.patient_id, a.center_id, a.id, 'WHOLE', 1 + a.id % 3, 2 + (a.id % 60) / 10.0 FROM registry_assessment a""",
    """INSERT INTO registry_transarterialsession (patient_id, center_id, start_date, modality)
       SELECT p.id, p.center_id, date '2021-01-20' + 28 * n, 'HAIC' FROM registry_patient p, generate_series(0, 1) n""",
    """INSERT INTO registry_transarterialagent (patient_id, center_id, session_id, agent_code, dose_mg)
       SELECT s.patient_id, s.center_id, s.id, 'OXALIPLATIN', 140 FROM registry_transarterialsession s""",
    """INSERT INTO registry_imagingassessment (patient_id, center_id, imaging_date, imaging_modality, imaging_role, sum_viable_mm)
       SELECT p.id, p.center_id, date '2021-04-01', 'MRI', 'FU', 30 FROM registry_patient p""",
    """INSERT INTO registry_resection (patient_id, center_id, start_date, treatment_intent, resection_margin)
       SELECT p.id, p.center_id, date '2021-05-01', 'CUR', CASE WHEN p.id % 50 = 0 THEN 'R2' ELSE 'R0' END
       FROM registry_patient p WHERE p.id % 3 = 0""",
    """INSERT INTO registry_followup (patient_id, center_id, follow_up_date, vital_status, death_date)
       SELECT p.id, p.center_id, date '2021-08-01' + 90 * n, CASE WHEN n = 1 AND p.id % 10 = 0 THEN 'DEAD' ELSE 'ALIVE' END,
       CASE WHEN n = 1 AND p.id % 10 = 0 THEN date '2021-10-01' + (p.id % 100 = 0)::int * -300 END
       FROM registry_patient p, generate_series(0, 1) n""",
    """INSERT INTO registry_adverseevent (patient_id, center_id, ae_term, ae_onset_date, ctcae_version, ae_grade)
       SELECT p.id, p.center_id, 'Fatigue', date '2021-02-01', '5.0', '1' FROM registry_patient p WHERE p.id % 2 = 0""",
)
PATIENTS = """INSERT INTO registry_patient (center_id, registry_id, local_id, sex, birth_date, consent_status, diagnosis_date,
    diagnosis_basis, tumor_type) SELECT %s, 'B' || %s || '-' || n, 'B' || n, 'M', date '1955-03-01' + (n %% 5000)::int, 'WAIV',
    date '2020-12-20', 'IMG', 'HCC' FROM generate_series(1, %s) n"""


def main() -> None:
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    django.setup()
    with own_database():
        records = fill(patients)
        print(f"{patients} patients, {records} records")
        for turn in ("first", "second"):
            measure(turn)


@contextmanager
def own_database():
    from django.core.management import call_command  # noqa: PLC0415  # models need the setup above
    from django.db import connection  # noqa: PLC0415

    from registry.access.roles import connected_as  # noqa: PLC0415

    former = connection.settings_dict["NAME"]
    with connected_as("owner"), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {NAME}")
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = NAME
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = former
        with connected_as("owner"), connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def fill(patients: int) -> int:
    """As the owner and past the audit trail, which is not what is measured."""
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from registry.access.roles import connected_as  # noqa: PLC0415
    from registry.access.scope import center_scope  # noqa: PLC0415
    from registry.models import Center  # noqa: PLC0415

    by, records = User.objects.create_user("bench"), 0
    with connected_as("owner"):
        with center_scope([], by=by, reason="bench"):
            centers = [Center.objects.create(center_code=f"C{n:02}", center_name_en=f"Hospital {n}", center_name_zh=f"医院{n}", hospital_level="3A") for n in range(1, CENTERS + 1)]  # fmt: skip
        with center_scope([center.pk for center in centers], by=by, reason="bench"), connection.cursor() as cursor:
            tables = ["registry_patient", *(sql.split()[2] for sql in ROWS)]
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for center in centers:
                cursor.execute(PATIENTS, [center.pk, center.pk, patients // CENTERS])
                records += cursor.rowcount
            for sql in ROWS:
                cursor.execute(sql)
                records += cursor.rowcount
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return records


def measure(turn: str) -> None:
    from registry.queries.sweep import active_centers, sweep, system_account  # noqa: PLC0415

    start = perf_counter()
    result = sweep(active_centers(), by=system_account())
    seconds = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{turn}: {seconds:.0f} s, {result.records / seconds:.0f} records/s, peak {peak} MB, "
        f"{result.opened} queries opened, {result.closed} closed"
    )


if __name__ == "__main__":
    main()
