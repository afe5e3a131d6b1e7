"""What nobody would notice by reading one file: that the parts of the house still agree with each other."""

import ast
import re
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey
from django.utils import translation

from analytics.cohort.tables import LEFT_OUT, NOUNS, PARTS, PATIENT, sources, tables_of
from analytics.protocol.events import Noun
from analytics.report.labels import NOUNS as NOUN_LABELS
from registry.access.deidentified_views import nouns
from registry.access.policies import policy_of
from registry.choices import AnalyteCode, LabQuality
from registry.clinical.laboratory.analyte_ranges import ANALYTE_CODES
from registry.clinical.laboratory.loinc import LOINC
from registry.clinical.ranges import ANALYTE_RANGES, RANGES
from registry.models import CenterRecord
from registry.models.hierarchy import entity_of, patient_models
from registry.workbook.sheets import Kind, sheets

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "registry", "importers", "analytics", "demo")
LONGEST_MODULE = 400
TABLES: set[str] = set()
MOST_FILES = 30  # in a folder
CHRONICLES = {"migrations", "adr"}  # numbered pages that are only ever added to; nobody looks through them for a place
MOST_MODULES = 7  # in the root of an app, beside its packages

# A module is named by a noun of the domain or by the standard software word. These say of what, when or where, but not what;
# so does every participle (-ed, -ing) that is not among the nouns.
NO_NAMES = {
    *(
        "above",
        "across",
        "after",
        "again",
        "ahead",
        "before",
        "behind",
        "below",
        "besides",
        "beyond",
        "elsewhere",
        "former",
    ),
    *(
        "found",
        "further",
        "gone",
        "here",
        "kept",
        "known",
        "later",
        "left",
        "made",
        "more",
        "now",
        "once",
        "others",
        "out",
    ),
    *("overall", "seen", "sent", "shown", "taken", "there", "together", "told", "under", "understood", "written"),
    *("helpers", "misc", "stuff", "utils"),
}
# Nouns that end as participles do
PARTICIPLES = {
    "downstaging": "of a tumor, by treatment",
    "dosing": "of drugs",
    "grading": "of laboratory values, by CTCAE",
    "imaging": "a scan",
    "listing": "a list of rules or queries for people to read",
    "mapping": "of a center's headers to columns",
    "matching": "of patients",
    "pooling": "of imputed results, by Rubin's rules",
    "resampling": "bootstrap and imputation",
    "screening": "who was screened for a study",
    "staging": "of a tumor; and the stage between an upload and the records",
    "weighting": "by the propensity score",
    "derived": "as in derived variables, the standards' word for what is computed of others and not recorded",
}


def modules() -> list[Path]:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return [path for path in files if "migrations" not in path.parts]


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).exists()]


def test_no_module_is_longer_than_two_thoughts():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()}
    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE and name not in TABLES} == {}


def test_no_line_of_a_template_or_script_is_longer_than_a_line_of_python_may_be():
    longest = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["line-length"]
    scripts = [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]  # kept as they came
    pages = [*(ROOT / "templates").rglob("*.html"), *scripts]
    lines = [(path, line) for path in pages for line in path.read_text().splitlines()]
    assert lines
    assert [f"{path.relative_to(ROOT)}: {line.strip()[:60]}" for path, line in lines if len(line) > longest] == []


def test_no_folder_is_too_full_to_be_read():
    files = [path for path in tracked_files() if CHRONICLES.isdisjoint(path.parts)]
    counts = Counter(path.parent.relative_to(ROOT) for path in files)
    assert {str(folder): n for folder, n in counts.items() if n > MOST_FILES} == {}


@pytest.mark.parametrize("app", ["demo", "importers", "analytics", "registry"])
def test_few_modules_stand_beside_the_packages_of_an_app(app):
    assert len([path for path in (ROOT / app).glob("*.py") if path.name != "__init__.py"]) <= MOST_MODULES


def test_modules_are_named_by_nouns():
    """The last word decides, as in delimited_text. Commands are verbs: what a person types."""
    names = {
        path.stem if path.stem != "__init__" else path.parent.name for path in modules() if "commands" not in path.parts
    }
    heads = {name: name.split("_")[-1] for name in names}
    banned = {name for name, head in heads.items() if NO_NAMES & {name, head}}
    participles = {name for name, head in heads.items() if re.search(r"(ed|ing)$", head) and head not in PARTICIPLES}
    assert banned | participles == set()


def test_nouns_that_look_like_participles_are_listed_only_while_they_are_in_use():
    heads = {path.stem.split("_")[-1] for path in modules()} | {path.parent.name.split("_")[-1] for path in modules()}
    assert PARTICIPLES.keys() - heads == set()


def test_no_signal_receivers():
    assert [
        str(path)
        for path in modules()
        if re.search(r"@receiver|\.connect\(\s*[a-z_]+\s*(,\s*sender|\))", path.read_text())
    ] == []


def test_settings_stay_readable():
    assert len((ROOT / "config" / "settings.py").read_text().splitlines()) < 250


def test_commands_only_parse_and_call():
    long = [str(p) for p in modules() if "commands" in p.parts and len(p.read_text().splitlines()) > 100]
    assert long == []


def test_the_migrations_say_what_the_models_say(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_of_columns_alone_and_name_no_module_that_may_move():
    for path in ROOT.glob("*/migrations/*.py"):
        named = re.findall(
            r"^(?:import|from) ((?:pgtrigger|registry|importers|analytics)\S*)", path.read_text(), re.MULTILINE
        )
        assert set(named) <= {"registry.fields"}, path.name


def test_every_dependency_is_explained_and_pinned():
    constraints = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if line
    }
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line and not line.startswith("-")]
    assert [line for line in lines if "#" not in line] == []
    names = {re.split(r"[\[<>=!~ ]", line)[0].lower().replace("_", "-") for line in lines}
    assert names - constraints == set()


def test_every_record_of_a_center_is_under_row_security_and_audited():
    records = [model for model in apps.get_models() if issubclass(model, CenterRecord)]
    assert records
    assert [m.__name__ for m in records if not policy_of(m)] == []
    audited = {event.pgh_tracked_model for event in apps.get_models() if hasattr(event, "pgh_tracked_model")}
    assert [m.__name__ for m in records if m not in audited] == []


def test_every_record_has_a_natural_key_that_the_database_keeps():
    for model in nouns().values():
        unique = [set(constraint.fields) for constraint in model._meta.constraints if hasattr(constraint, "fields")]
        assert set(model.natural_key) in unique, model.__name__


def test_the_cohort_reads_every_clinical_model_or_names_it_as_left_out():
    models = {entity_of(model) for model in patient_models()}
    read = [PATIENT, *NOUNS, *PARTS]
    assert sorted([*read, *LEFT_OUT]) == sorted(models), "a model is read and left out, or neither"
    assert all(reason.endswith(".") for reason in LEFT_OUT.values())
    assert set(tables_of(Noun)) == set(read) <= set(nouns())
    assert set(sources()) == set(NOUNS.values())
    assert set(Noun) - set(sources()) == {Noun.HAIC_COURSE, Noun.COMBINATION}, "derived from other records"


def test_a_noun_of_protocols_has_a_name_for_people():
    assert set(NOUN_LABELS) == set(Noun)


def test_a_variable_has_one_range_wherever_it_stands():
    for sheet in sheets():
        for column in sheet.columns:
            if column.kind in {Kind.NUMBER, Kind.WHOLE}:
                assert column.range is RANGES[column.variable], column.name
    for model in nouns().values():
        for field in model._meta.get_fields():
            if getattr(field, "name", "") in RANGES:
                assert [v.limit_value for v in field.validators if hasattr(v, "limit_value")][:2] == list(
                    RANGES[field.name].hard
                )


def test_every_analyte_has_a_range_or_codes_and_never_both():
    assert set(AnalyteCode.values) == set(ANALYTE_RANGES) | set(ANALYTE_CODES)
    assert not set(ANALYTE_RANGES) & set(ANALYTE_CODES)
    assert {code for codes in ANALYTE_CODES.values() for code in codes} == set(LabQuality.values)
    assert set(LOINC) <= set(AnalyteCode.values)


def test_soft_ranges_lie_within_hard_ones():
    for name, known in {**RANGES, **ANALYTE_RANGES}.items():
        assert known.hard[0] <= known.soft[0] < known.soft[1] <= known.hard[1], name


def test_every_entered_variable_of_every_record_stands_on_a_sheet():
    on_sheets = {(column.entity, column.variable) for sheet in sheets() for column in sheet.columns}
    derived = {"registry_id", "center", "patient", "assessment", "id", *CenterRecord.bookkeeping}
    for noun, model in nouns().items():
        if noun == "labresult":
            continue  # one column per analyte
        for field in model._meta.local_concrete_fields:
            if (
                field.name not in derived
                and not isinstance(field, ForeignKey)
                and not field.name.endswith("missing_reason")
                and model.__module__.startswith("registry.")
            ):
                assert (noun, field.name) in on_sheets, f"{noun}.{field.name}"


def test_every_variable_has_a_chinese_label_of_its_own():
    with translation.override("zh-hans"):
        labels = {f"{s.name}.{c.name}": str(c.label) for s in sheets() for c in s.columns}
    plain = {name: label for name, label in labels.items() if not re.search(r"[\u4e00-\u9fff]", label)}
    assert plain == {} or set(plain.values()) <= {"INR"}


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX"])
def test_no_promises_in_the_code(word):
    assert [str(path) for path in modules() if re.search(rf"\b{word}\b", path.read_text())] == []


def test_public_functions_of_the_pure_parts_have_docstrings():
    bare = []
    for folder in (ROOT / "registry" / "clinical", ROOT / "analytics" / "stats"):
        for path in folder.rglob("*.py"):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                    bare.append(f"{path.name}:{node.name}")
    assert bare == []


def test_the_version_is_said_once():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text()
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


def test_pictures_named_in_the_docs_exist():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_links_between_pages_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_a_note_that_is_referred_to_is_written_once():
    texts = [path.read_text() for path in modules()]
    written = [name for text in texts for name in re.findall(r"^(?:# )?Note \[(.+)\]$", text, re.MULTILINE)]
    named = {name for text in texts for name in re.findall(r"Note \[(.+?)\]", text)}
    assert sorted(written) == sorted(named)
    assert len(written) >= 10


def test_no_file_of_data_is_large():
    assert [str(path) for path in tracked_files() if path.stat().st_size > 1_000_000] == []
