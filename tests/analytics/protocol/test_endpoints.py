"""An endpoint is declared once: label, definition, schema and docs follow, for every kind."""

import json
import re
from pathlib import Path

import pytest

from analytics.protocol.endpoints.catalog import ENDPOINTS, RATES, TIMES, label_of, with_endpoints
from analytics.protocol.endpoints.plans import StudyEndpoint, StudyResponse

DOCS = Path(__file__).resolve().parents[3] / "docs"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("kind", sorted(ENDPOINTS))
def test_every_kind_has_a_label_and_a_definition_in_both_languages(kind: str) -> None:
    declared = ENDPOINTS[kind]
    for message in (declared.label, declared.definition, *declared.names.values()):
        assert re.search("[a-z]", message.en)
        assert not CHINESE.search(message.en)
        assert CHINESE.search(message.zh)
    assert declared.code == kind
    assert kind not in (declared.label.en, declared.label.zh)


def test_no_two_kinds_share_a_label() -> None:
    labels = [label for each in ENDPOINTS.values() for label in (each.label, *each.names.values())]
    assert len({label.en for label in labels}) == len({label.zh for label in labels}) == len(labels)


@pytest.mark.parametrize("kind", sorted(ENDPOINTS))
def test_every_kind_has_its_row_in_the_docs_and_its_place_in_the_schema(kind: str) -> None:
    page = (DOCS / "statistics.md").read_text(encoding="utf-8")
    assert (
        len(re.findall(rf"^\| {re.escape(ENDPOINTS[kind].label.en)}[ ,].*`[^`]*kind: {kind}`", page, re.MULTILINE)) == 1
    )
    schema = json.loads((DOCS / "protocol-schema" / "study.json").read_text(encoding="utf-8"))
    plan = "StudyEndpoint" if kind in TIMES else "StudyResponse"
    asked = schema["$defs"][plan]["properties"]["kind"]
    assert kind in asked["enum"]
    assert f"{kind}: " in asked["description"]


def test_the_endpoints_in_the_docs_are_those_declared() -> None:
    page = (DOCS / "statistics.md").read_text(encoding="utf-8")
    assert with_endpoints(page) == page


@pytest.mark.parametrize("kind", sorted(TIMES))
def test_death_is_what_the_kind_says_unless_the_protocol_does(kind: str) -> None:
    asked = {"kind": kind, "since": "procedure"}
    assert StudyEndpoint.model_validate(asked).death == TIMES[kind].death
    if not TIMES[kind].is_survival:
        assert StudyEndpoint.model_validate({**asked, "death": "competing"}).causes == (kind.lower(), "death")


@pytest.mark.parametrize("kind", sorted(RATES))
def test_who_is_counted_is_what_the_kind_says_unless_the_protocol_does(kind: str) -> None:
    asked = {"type": "binary", "kind": kind, "success": ["yes"]}
    assert StudyResponse.model_validate(asked).counted == next(iter(RATES[kind].among), "all")
    for among in RATES[kind].among:
        assert StudyResponse.model_validate({**asked, "among": among}).counted == among


@pytest.mark.parametrize(
    ("name", "kinds", "label"),
    [
        ("LTP", {"LTP": "LTP"}, "Time to local tumor progression"),
        ("relapse", {"relapse": "LTP", "OS": "OS"}, "Time to local tumor progression"),
        ("OS", {"OS": "PFS"}, "Progression-free survival"),
        ("PFS", {"PFS": "PFS", "PFS_IMG": "PFS"}, "Progression-free survival"),
        ("PFS_IMG", {"PFS": "PFS", "PFS_IMG": "PFS"}, "Progression-free survival (PFS_IMG)"),
        ("TACE_RESPONSE", {"TACE_RESPONSE": "RESPONSE_TO_TACE"}, "Response within 8 weeks of TACE"),
        ("ORR", {"ORR": "BEST_RESPONSE", "DCR": "BEST_RESPONSE"}, "Objective response"),
        ("DCR", {"ORR": "BEST_RESPONSE", "DCR": "BEST_RESPONSE"}, "Disease control"),
        ("OS", {"OS": None}, "Overall survival"),
        ("ORR", {"ORR": None}, "Objective response"),
        ("time to relapse", {"time to relapse": None}, "time to relapse"),
        ("time to relapse", {}, "time to relapse"),
    ],
)
def test_a_label_goes_by_the_kind_and_the_name_tells_two_of_a_kind_apart(
    name: str, kinds: dict[str, str | None], label: str
) -> None:
    assert label_of(name, kinds=kinds).en == label
    assert bool(CHINESE.search(label_of(name, kinds=kinds).zh)) == ("relapse" not in label)
