"""The rules of the data dictionary, listed once, and what asks each of them."""

import csv
import importlib
import inspect
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from registry.rules import (
    BatchCheck,
    RegistryCheck,
    Severity,
    batch_findings,
    checks,
    patient_checks,
    registry_findings,
)
from registry.rules.batch_check import CHECKS as BATCH_CHECKS
from registry.rules.catalog import OFFERED, rule_modules
from registry.rules.check import OWN_RULE, AnyCheck
from registry.rules.external_rules import EXTERNAL_RULES, ExternalRule
from registry.rules.listing import as_csv, as_markdown, lines
from registry.rules.registry_check import CHECKS as REGISTRY_CHECKS

with Path(__file__).with_name("codes.csv").open(encoding="utf-8") as file:
    RULES = list(csv.DictReader(file))

REQUIRED = "C9"  # rule C9 of section 0
# docs/adr/0028: sheets as hospitals keep them; docs/adr/0029: what only meets where people and files write the same records
OF_UPLOADS = {"V-B13", "V-B14", "V-B15", "V-B16", "V-B17"}
DECIDED = {
    "V-U23": "ERROR",  # docs/adr/0006: a value of an unknown unit has no meaning to store
    "V-T01": "QUERY",  # docs/adr/0021: no treatment is held back for what is missing of it
    "V-T05": "QUERY",
}


EVERY_CHECK: tuple[AnyCheck, ...] = (*checks(), *patient_checks(), *BATCH_CHECKS, *REGISTRY_CHECKS)


def severities() -> dict[str, set[str]]:
    """What asks each rule, with how it judges."""
    found: dict[str, set[str]] = defaultdict(set)
    for code, severity in [(each.code, each.severity) for each in EVERY_CHECK] + [
        (e.code, e.severity) for e in EXTERNAL_RULES
    ]:
        found[code].add(severity.value)
    return found


def test_the_list_has_every_rule_of_the_dictionary() -> None:
    assert len(RULES) == len({rule["code"] for rule in RULES}) == 173


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["code"])
def test_a_rule_is_asked_with_the_severity_of_the_dictionary(rule: dict[str, str]) -> None:
    assert severities()[rule["code"]] == set(DECIDED.get(rule["code"], rule["severity"]).split("/"))


def test_a_code_of_the_dictionary_is_a_rule_of_the_dictionary() -> None:
    asked = {code for code in severities() if not code.startswith(OWN_RULE)}
    assert asked - {rule["code"] for rule in RULES} == {REQUIRED, *OF_UPLOADS}


def test_a_rule_of_our_own_says_where_it_comes_from_and_no_other_does() -> None:
    named = {(check.code, check.entity) for check in EVERY_CHECK if check.source}
    own = {(check.code, check.entity) for check in EVERY_CHECK if check.code.startswith(OWN_RULE)}
    assert named == own


def test_every_module_of_rules_offers_checks() -> None:
    assert len(rule_modules()) > 30
    assert [module.__name__ for module in rule_modules() if not any(hasattr(module, name) for name in OFFERED)] == []


def test_checks_are_listed_by_code() -> None:
    for listed in (checks(), patient_checks()):
        codes = [check.code for check in listed]
        assert codes == sorted(codes)


@pytest.mark.parametrize("rule", EXTERNAL_RULES, ids=lambda rule: rule.code)
def test_a_rule_asked_elsewhere_is_there(rule: ExternalRule) -> None:
    source = inspect.getsource(importlib.import_module(rule.place))
    assert rule.name in source


@pytest.mark.parametrize("check", BATCH_CHECKS, ids=lambda check: check.code)
def test_a_check_of_an_upload_fires_on_its_failing_one_only(check: BatchCheck) -> None:
    assert check in [finding.check for finding in batch_findings(check.failing)]
    assert check not in [finding.check for finding in batch_findings(check.passing)]


@pytest.mark.parametrize("check", REGISTRY_CHECKS, ids=lambda check: check.code)
def test_a_check_of_all_patients_fires_on_its_failing_ones_only(check: RegistryCheck) -> None:
    (found,) = [finding for finding in registry_findings(check.failing) if finding.check is check]
    assert found.records[0] == check.failing[-1]
    assert check not in [finding.check for finding in registry_findings(check.passing)]


def test_a_person_of_two_hashes_alike_is_told_once() -> None:
    twin = {"linkage_hash": "a", "initials_hash": "b", "birth_date": "1960-05-04", "sex": "F"}
    rows = [{"patient_id": number, "center_id": number, **twin} for number in (1, 2)]
    assert [finding.code for finding in registry_findings(rows)] == ["V-P03"]


def test_the_list_of_checks_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("edit_checks")
    assert capsys.readouterr().out == (settings.BASE_DIR / "docs" / "edit-checks.md").read_text(encoding="utf-8")


def test_the_list_names_every_rule_in_both_forms() -> None:
    listed = {line.code for line in lines()}
    assert listed >= {rule["code"] for rule in RULES}
    assert {row["code"] for row in csv.DictReader(as_csv().splitlines())} == listed
    assert all(f"| {code} |" in as_markdown() for code in listed)
    assert {line.severity for line in lines()} == {severity.value for severity in Severity}
