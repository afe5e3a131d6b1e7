"""The form of a study and what comes back of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from analytics.editor.acts import acted
from analytics.editor.form import SECTIONS, form_sections
from analytics.editor.nodes import MAIN, NAMES_OF, walk
from analytics.editor.problems import field_name, problems
from analytics.editor.shapes import PROTOCOL, Choice, Field, Named, PartOf, Rows, Several, Shape, Variants
from analytics.editor.submission import blank, posted_content
from analytics.protocol.key_labels import KEYS, OPTIONS, key_label, option_label
from analytics.protocol.library import FOLDER, protocol_text
from analytics.protocol.plain_text import is_same, rewritten
from analytics.protocol.population import StudyProtocol
from analytics.protocol.text import parse_protocol
from analytics.report.labels import NOUNS

pytestmark = pytest.mark.django_db

LIBRARY = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.fixture
def content() -> dict[str, Any]:
    return parse_protocol(protocol_text("deng-2023"))


def parts(shape: Shape, *, seen: set[type]) -> Iterator[tuple[type, Field]]:
    """Every part of the schema with each of its keys, once."""
    if isinstance(shape, PartOf) and shape.model not in seen:
        seen.add(shape.model)
        for field in shape.fields:
            yield shape.model, field
            yield from parts(field.shape, seen=seen)
    elif isinstance(shape, Rows | Named):
        yield from parts(shape.item, seen=seen)
    elif isinstance(shape, Variants):
        for part in shape.parts.values():
            yield from parts(part, seen=seen)


def every_key() -> list[tuple[type, Field]]:
    return list(parts(PROTOCOL, seen=set()))


def test_every_study_of_the_library_comes_back_from_the_form_to_the_byte(send: Callable) -> None:
    assert len(LIBRARY) == 23
    for reference in LIBRARY:
        text = protocol_text(reference)
        before = parse_protocol(text)
        after = posted_content(send(before), before=before)
        assert rewritten(after, before=text) == text, reference
        assert problems(before) == (), reference


def test_every_key_of_a_study_stands_in_one_section() -> None:
    listed = [key for _, _, keys in SECTIONS for key in keys]
    of_population = {f"population.{field.name}" for model, field in every_key() if model.__name__ == "Population"}
    assert sorted(listed) == sorted((set(StudyProtocol.model_fields) - {"population"}) | of_population)


def test_every_key_and_every_choice_of_the_schema_has_its_words_in_both_languages() -> None:
    keys = {field.name for _, field in every_key() if key_label(field.name).zh == field.name}
    assert keys == set()
    bare = set()
    for _, field in every_key():
        shape = field.shape.item if isinstance(field.shape, Several) else field.shape
        if isinstance(shape, Choice) and field.only is None and field.name not in {"records", "criteria"}:
            bare |= {f"{field.name}.{o}" for o in shape.options if option_label(o, key=field.name).zh == str(o)}
    assert bare == set()
    assert len(NOUNS) == len(next(f.shape.item.options for m, f in every_key() if f.name == "records"))


def test_words_and_lists_of_the_form_name_only_what_the_schema_has() -> None:
    known = {field.name for _, field in every_key()} | {f"{m.__name__}.{f.name}" for m, f in every_key()}
    known |= {base.__name__ + "." + f.name for m, f in every_key() for base in m.__mro__}
    assert set(KEYS) - known == set()
    assert set(NAMES_OF) - known == set()
    assert set(MAIN) - {m.__name__ for m, _ in every_key()} == set()
    assert len(OPTIONS) > 100


def test_what_is_typed_comes_back_in_the_kind_of_its_variable(send: Callable, content: dict[str, Any]) -> None:
    place = "population.eligibility.6.keep.all.0"
    data = send(content, **{"cutoff_date": "2024-01-31", f"{place}.value": "1"})
    after = posted_content(data, before=content)
    assert after["cutoff_date"] == "2024-01-31"
    assert (
        after["population"]["eligibility"][6]["keep"]["all"][0]["value"] == "1"
    )  # a code, though it looks like a number
    data = send(content, **{"design.caliper.width": "0.1", "population.eligibility.5.keep.all.1.value": "8"})
    after = posted_content(data, before=content)
    assert after["design"]["caliper"]["width"] == 0.1
    assert after["population"]["eligibility"][5]["keep"]["all"][1]["value"] == 8
    assert list(after) == list(content)


def test_what_cannot_be_read_is_kept_as_typed_and_told_at_its_field(send: Callable, content: dict[str, Any]) -> None:
    after = posted_content(send(content, **{"design.ratio": "two", "time_zero": "indx"}), before=content)
    assert after["design"]["ratio"] == "two"
    told = {field_name(one.place, content=after): one.message.en for one in problems(after)}
    assert told["design.ratio"] == "two is not a whole number."
    content["time_zero"] = "indx"
    told = {field_name(one.place, content=content): one.message.en for one in problems(content)}
    assert told == {"time_zero": "time_zero names indx, which is not an event of the population."}


def test_a_variable_that_the_registry_does_not_have_is_told_with_similar_ones(content: dict[str, Any]) -> None:
    row = content["population"]["eligibility"][7]["keep"]
    row["variable"] = "baseline.ctp_clas"
    (problem,) = problems(content)
    assert field_name(problem.place, content=content) == "population.eligibility.7.keep.variable"
    assert "baseline.ctp_class" in problem.message.en
    row |= {"variable": "baseline.ctp_class", "value": ["A", "D"]}
    (problem,) = problems(content)
    assert problem.message.en.startswith("D is not a code of baseline.ctp_class. Codes: A, B, C")


def test_one_comparison_becomes_all_of_several_and_goes_back(send: Callable, content: dict[str, Any]) -> None:
    place = "population.eligibility.0.keep"
    before = content["population"]["eligibility"][0]["keep"]
    after = posted_content(send(content, **{f"{place}@kind": "all"}), before=content)
    assert after["population"]["eligibility"][0]["keep"] == {"all": [before]}
    again = posted_content(send(after, **{f"{place}@kind": "comparison"}), before=after)
    assert again["population"]["eligibility"][0]["keep"] == before


def test_rows_are_added_copied_moved_and_removed(content: dict[str, Any]) -> None:
    rows = "population.eligibility"
    names = [row["id"] for row in content["population"]["eligibility"]]
    moved, focus = acted(content, act="down", name=f"{rows}.0")
    assert [row["id"] for row in moved["population"]["eligibility"]][:2] == [names[1], names[0]]
    assert focus == f"{rows}.1"
    removed, _ = acted(content, act="remove", name=f"{rows}.0")
    assert [row["id"] for row in removed["population"]["eligibility"]] == names[1:]
    added, focus = acted(content, act="add", name="population.events", variant="type: events")
    assert list(added["population"]["events"].values())[-1] == {"later_of": []}
    assert focus == f"population.events.{len(content['population']['events'])}"
    copied, _ = acted(content, act="copy", name="population.events.0")
    assert list(copied["population"]["events"])[:2] == ["index", "index (2)"]
    assert is_same(acted(content, act="remove", name="population.nothing.7")[0], content)


def test_a_part_that_may_be_left_out_is_added_and_removed(content: dict[str, Any]) -> None:
    added, _ = acted(content, act="add", name="immortal_time")
    assert added["immortal_time"] == {}
    assert is_same(acted(added, act="remove", name="immortal_time")[0], content)


def test_what_a_row_begins_with_has_all_that_it_must_have() -> None:
    sensitivity = next(field.shape for field in PROTOCOL.fields if field.name == "sensitivity")
    assert blank(sensitivity.item, variant="type: e_value") == {"kind": "e_value"}
    eligibility = next(f.shape for m, f in every_key() if m.__name__ == "Population" and f.name == "eligibility")
    assert set(blank(eligibility.item)) == {"text", "keep"}


def test_an_unknown_key_is_not_swallowed_by_the_form(send: Callable, content: dict[str, Any]) -> None:
    content["design"]["calipers"] = 3
    after = posted_content(send(content), before=content)
    assert is_same(after, content)
    assert [one.message.en for one in problems(after)] == ["Unknown key. Remove it."]


def test_the_fields_of_a_coded_variable_offer_its_codes(content: dict[str, Any]) -> None:
    nodes = [node for section in form_sections(content) for top in section.nodes for node in walk(top)]
    (consent,) = [node for node in nodes if node.name == "population.eligibility.0.keep.value"]
    assert consent.kind == "ticks"
    assert [value for value, _, is_chosen in consent.options if is_chosen] == ["OBT", "WAIV"]
    assert all(label for _, label, _ in consent.options)
