"""What every protocol of the library must be: readable, in both languages, of the studies that the dictionary lists."""

from pathlib import Path

import pytest
import yaml

from analytics.protocol.library import FOLDER, library
from analytics.protocol.population import StudyProtocol

STUDIES = [
    "an-2025",
    "cao-2024",
    "tace-ici",
    "kudo-2020",
    "park-2019",
    "peng-2023",
    "zhu-2023",
    "jin-2023",
    "jin-2024",
    "yuan-l-2023",
    "yuan-y-2023",
    "lencioni-2024",
    "deng-2023",
    "li-2022",
    "lyu-2022",
    "zheng-2022",
    "fu-2023",
    "an-2023",
    "meyer-2013",
    "guo-2023",
    "hur-2023",
    "agirrezabal-2024",
    "ricke-2019",
]
RANDOMIZED = {
    "kudo-2020",
    "park-2019",
    "peng-2023",
    "lencioni-2024",
    "li-2022",
    "lyu-2022",
    "zheng-2022",
    "meyer-2013",
    "guo-2023",
    "ricke-2019",
}
PROTOCOLS = {protocol.id: protocol for protocol in library()}


def files() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


def test_the_library_holds_the_23_studies_of_the_dictionary_each_named_like_its_file() -> None:
    assert [path.stem for path in files()] == sorted(PROTOCOLS) == sorted(STUDIES)
    assert len(STUDIES) == 23


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_is_told_in_both_languages(name: str) -> None:
    protocol = PROTOCOLS[name]
    assert protocol.title_zh
    assert all(arm.label_zh for arm in protocol.arms.all_arms)
    texts = [criterion.text for criterion in protocol.population.eligibility]
    assert all(text.en and text.zh for text in texts)


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_of_a_trial_says_that_it_emulates_one(name: str) -> None:
    assert (PROTOCOLS[name].emulation is not None) == (name in RANDOMIZED)


@pytest.mark.parametrize("name", [name for name in STUDIES if name != "tace-ici"])
def test_what_the_source_prints_stands_beside_it(name: str) -> None:
    printed = PROTOCOLS[name].printed
    assert {row.arm for row in printed if row.measure == "n"} >= {
        PROTOCOLS[name].arms.focal.label,
        PROTOCOLS[name].arms.reference.label,
    }
    assert any(row.measure == "hazard_ratio" for row in printed)


def test_every_study_asks_for_consent() -> None:
    def first(protocol: StudyProtocol) -> str:
        return protocol.population.eligibility[0].id

    assert {first(protocol) for protocol in PROTOCOLS.values()} == {"consent"}


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_a_protocol_begins_with_a_comment_that_says_what_was_decided(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert yaml.safe_load(text)["id"] == path.stem


@pytest.mark.parametrize("name", STUDIES)
def test_no_event_is_defined_in_vain(name: str) -> None:
    """Each is named by a criterion, an arm, another event, an endpoint or a covariate."""
    content = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    for event in content["population"]["events"]:
        rest = {**content, "population": {**content["population"], "events": _without(content, event=event)}}
        assert _names(rest, event=event), event


def _without(content: dict[str, object], *, event: str) -> dict[str, object]:
    events: dict[str, object] = content["population"]["events"]  # type: ignore[index]
    return {name: rule for name, rule in events.items() if name != event}


def _names(content: object, *, event: str) -> bool:
    if isinstance(content, dict):
        return any(_names(value, event=event) for value in content.values())
    if isinstance(content, list):
        return any(_names(value, event=event) for value in content)
    return isinstance(content, str) and (content == event or content.startswith(f"{event}."))
