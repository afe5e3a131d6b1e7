"""The text of a mapping: read strictly, written so that it reads as the same, and held against what the registry knows."""

import re
from pathlib import Path

import pytest

from importers.layout.mapping_catalog import mapping_catalog
from importers.mapping.agreement import problems_of
from importers.mapping.language import SheetMapping
from importers.mapping.refusals import MappingRefused
from importers.mapping.text import read_mapping, write_mapping

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted((ROOT / "demo/foreign/mappings").glob("*.yaml"))
PLAIN = "mapping: 1\nname: a\nrecords:\n  - kind: patient\n    variables: "


def refused(text: str) -> list[str]:
    with pytest.raises(MappingRefused) as error:
        read_mapping(text)
    assert all(one.zh for one in error.value.problems)
    return [one.en for one in error.value.problems]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_mappings_of_the_demo_are_known_and_read_back_as_the_same(path):
    mapping = read_mapping(path.read_text(encoding="utf-8"))
    assert problems_of(mapping, catalog=mapping_catalog()) == ()
    assert read_mapping(write_mapping(mapping)) == mapping
    assert mapping.name == path.stem


def test_the_mapping_of_the_hospital_stays_short():
    lines = (ROOT / "demo/foreign/mappings/hospital-visits.yaml").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60


def test_the_examples_of_the_documentation_are_mappings_without_problems():
    text = (ROOT / "docs/mapping.md").read_text(encoding="utf-8")
    examples = re.findall(r"\n\n    (mapping: 1\n(?:    .*\n)+)", text)
    mappings = [read_mapping(re.sub(r"^    ", "", one, flags=re.MULTILINE)) for one in examples]
    assert [problems_of(one, catalog=mapping_catalog()) for one in mappings] == [(), ()]


def test_codes_headers_and_words_stay_as_written():
    text = PLAIN + "{local_id: 010, sex: {header: NO, codes: {1: M, 01: F, yes: ~, 12:30: refuse}}}"
    rule = read_mapping(text).records[0]
    assert rule.variables["local_id"].header == "010"
    assert rule.variables["sex"].header == "NO"
    assert rule.variables["sex"].codes == {"1": "M", "01": "F", "yes": None, "12:30": "refuse"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "The mapping has no keys."),
        ("a: [", "cannot be read at line 1"),
        ("a: 1\na: 2", "the key a appears twice"),
        ("a: &x 1\nb: *x", "aliases"),
        ("!!python/object:os.system {}", "cannot be read"),
        ("mapping: 2\nname: a\nrecords: [{kind: patient}]", "mapping: 2 is not valid"),
        ("mapping: 1\nname: A b\nrecords: [{kind: patient}]", "name: A b is not valid"),
        ("mapping: 1\nname: a\nrecords: []", "records"),
        ("mapping: 1\nname: a\nrecords: [{kind: patient, colour: 1}]", "Unknown key colour in records[1]."),
        (PLAIN + "{sex: {header: S, unit: g, coeds: {}}}", "Unknown key coeds in records[1].variables.sex."),
        (PLAIN + "{sex: {header: S, value: M}}", "give one of header, headers, value"),
        (PLAIN + "{sex: {codes: {1: M}}}", "give one of header, headers, value"),
        (PLAIN + "{sex: {header: S, split: {by: x}}}", "give either part or take"),
        (PLAIN + "{sex: {header: S, when: {header: T}}}", "a condition needs one of"),
        (PLAIN + "{birth_date: {header: S, minus: {unit: years}}}", "give either header or value"),
        (PLAIN + "{sex: {header: S, missing: {x: GONE}}}", "GONE is not allowed"),
        ("x" * 200_001, "too long"),
    ],
)
def test_what_is_not_of_the_language_is_refused_by_name(text, told):
    assert told in " ".join(refused(text))


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ("{shoe_size: S}", "“shoe_size” is not known"),
        ("{sex: {header: S, codes: {1: X}}}", "“X” is not known. Use one of: M, F, UNK."),
        ("{sex: {header: S, unit: kg}}", "this is for numbers, which sex is not"),
        ("{pack_years: {header: S, plus: {value: 1, unit: days}}}", "this is for dates"),
        ("{birth_date: {header: S, known_to: year}}", "only a computed date needs it"),
        ("{sex: S}", "every patient needs local_id, birth_date"),
    ],
)
def test_what_the_registry_does_not_know_is_told_with_what_it_knows(variables, told):
    problems = problems_of(read_mapping(PLAIN + variables), catalog=mapping_catalog())
    assert told in " ".join(one.en for one in problems)
    assert all(one.zh and one.path for one in problems)


@pytest.mark.parametrize(("unit", "is_known"), [("10^9/L", True), ("×10⁹/L", True), ("/uL", True), ("kg", False)])
def test_a_unit_is_known_however_it_is_written(unit, is_known):
    text = f"mapping: 1\nname: a\nrecords: [{{kind: lab_wide, variables: {{plt: {{header: P, unit: '{unit}'}}}}}}]"
    found = [one for one in problems_of(read_mapping(text), catalog=mapping_catalog()) if one.path.endswith("unit")]
    assert bool(found) is not is_known


def test_repeated_headers_are_all_asked_for():
    text = "mapping: 1\nname: a\nrecords: [{kind: ae, repeat: [1, 2], when: {header: 'A{n}', filled: true}, variables: {ae_term: 'T{n}'}}]"
    mapping = read_mapping(text)
    assert isinstance(mapping, SheetMapping)
    assert mapping.all_headers == ("A1", "T1", "A2", "T2")
