"""What people type into the numbers of a study: read as meant, or left as typed and told at the field."""

import pytest

from analytics.editor.shapes import PROTOCOL, Choice, Named, PartOf, Rows, Scalar, Several, Variants
from analytics.editor.submission import one_value, plain
from tests.registry.admin.test_typed_values import FRACTIONS, NUMBERS


def _scalars(shape: object, *, seen: set[type]) -> list[Scalar]:
    match shape:
        case Scalar():
            return [shape]
        case Several() | Rows() | Named():
            return _scalars(shape.item, seen=seen)
        case Variants():
            return [each for part in shape.parts.values() for each in _scalars(part, seen=seen)]
        case PartOf() if shape.model not in seen:
            seen.add(shape.model)
            return [each for field in shape.fields for each in _scalars(field.shape, seen=seen)]
    assert isinstance(shape, Choice | PartOf)
    return []


def test_no_keystroke_becomes_another_number() -> None:
    numeric = [scalar for scalar in _scalars(PROTOCOL, seen=set()) if scalar.kind in {"number", "whole"}]
    assert len(numeric) > 20
    stored = left = 0
    for scalar in numeric:
        for text, meant in {**NUMBERS, **FRACTIONS, "1 # 5": ..., "true": ..., "1\n5": ...}.items():
            if meant is None:
                continue
            answer = one_value(scalar, text=text.strip())
            if meant is ...:
                assert answer == text.strip(), (scalar, text[:20])
                left += 1
            else:
                assert answer == meant, (scalar, text)
                assert not isinstance(answer, bool)
                stored += 1
    print(f"numbers of a study: {len(numeric)} fields, {stored} read as meant, {left} left as typed")


@pytest.mark.parametrize("text", ["1 # 5", "a\nb: 1", "HCC # remark"])
def test_nothing_behind_a_value_is_dropped(text: str) -> None:
    assert plain(text) == text
