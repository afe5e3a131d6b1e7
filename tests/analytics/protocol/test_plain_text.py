"""A protocol as text in one form only."""

import pytest

from analytics.protocol.library import FOLDER, protocol_text
from analytics.protocol.plain_text import is_same, rewritten, written
from analytics.protocol.text import parse_protocol


@pytest.mark.parametrize("reference", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_text_that_was_written_is_read_as_the_same_content_and_written_alike_again(reference: str) -> None:
    content = parse_protocol(protocol_text(reference))
    text = written(content)
    assert is_same(parse_protocol(text), content)
    assert written(parse_protocol(text)) == text


def test_unchanged_content_keeps_its_text_and_a_changed_one_its_head() -> None:
    text = "# What the paper says.\n\nid:   a   # a remark\nseed: 1\n"
    assert rewritten({"id": "a", "seed": 1}, before=text) == text
    assert rewritten({"id": "a", "seed": 2}, before=text) == "# What the paper says.\n\nid: a\nseed: 2\n"


@pytest.mark.parametrize(
    "value",
    [
        "no: really",
        "007",
        "true",
        "2023-08-31",
        "a, b",
        "- x",
        "# x",
        "",
        " x",
        "两组，比较",
        '"',
        "\\",
        "1e5",
        "null",
        "x\ny",
    ],
)
def test_text_stays_text_whatever_it_looks_like(value: str) -> None:
    content = {"a": value, "b": [value, {"c": value}], "d": [1, 1.5, True, None]}
    assert is_same(parse_protocol(written(content)), content)
