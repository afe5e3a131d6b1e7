"""What the buttons of the form do to the content: add, copy, move, remove. A button names its field as the form does."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from analytics.editor.shapes import PROTOCOL, Named, PartOf, Rows, Shape, Variants
from analytics.editor.submission import BLANK, blank, unused
from analytics.protocol.library import library, protocol_text
from analytics.protocol.text import parse_protocol

Content = dict[str, Any]

TAKEN = ("population.events", "population.counts", "population.eligibility", "endpoints", "covariates", "sensitivity")
NAMES = ("id", "name")  # by which a row is known


def acted(content: Content, *, act: str, name: str, variant: str = "") -> tuple[Content, str]:
    """The content after an act, and the name of the field to go on with. What does not fit changes nothing."""
    found = deepcopy(content)
    path = name.split(".")
    try:
        return found, _act(found, act=act, path=path, variant=variant)
    except (KeyError, IndexError, ValueError, TypeError):
        return content, name


def _act(content: Content, *, act: str, path: list[str], variant: str) -> str:
    if act == "add":
        return _add(content, path=path, variant=variant)
    if act == "take":
        return _take(content, path=path, study=variant)
    *above, last = path
    shape, holder = _at(content, path=above)
    if isinstance(shape, Rows):
        return _in_rows(holder, act=act, number=int(last), path=above)
    if isinstance(shape, Named):
        return _in_entries(holder, act=act, number=int(last), path=above)
    if act == "remove":
        del holder[last]
    return ".".join(path)


def _add(content: Content, *, path: list[str], variant: str) -> str:
    shape, value = _at(content, path=path, makes=True)
    name = ".".join(path)
    if isinstance(shape, Rows):
        value.append(_blank(shape.item, variant=variant))
        return f"{name}.{len(value) - 1}"
    if isinstance(shape, Named):
        key = unused(f"{path[-1].rstrip('s')}_{len(value) + 1}", taken=value)
        value[key] = _blank(shape.item, variant=variant)
        return f"{name}.{len(value) - 1}"
    return name


def _take(content: Content, *, path: list[str], study: str) -> str:
    """The rows that a study of the library has there, behind those that are here; what has the same name stays as it is."""
    name = ".".join(path)
    if name not in TAKEN or study not in {one.id for one in library()}:
        raise ValueError(name)
    _shape, here = _at(content, path=path, makes=True)
    given = parse_protocol(protocol_text(study))
    for step in path:
        given = given.get(step) or {}
    if isinstance(here, list):
        known = {_row_name(row) for row in here}
        here += [row for row in given if _row_name(row) is None or _row_name(row) not in known]
    else:
        here.update({key: value for key, value in given.items() if key not in here})
    return name


def _row_name(row: Any) -> Any:
    return next((row[key] for key in NAMES if isinstance(row, Mapping) and key in row), None)


def _blank(shape: Shape, *, variant: str) -> Any:
    if isinstance(shape, Variants) and variant not in shape.parts:
        variant = next(iter(shape.parts))
    if isinstance(shape, Variants) and variant in BLANK:
        return deepcopy(BLANK[variant])
    return blank(shape, variant=variant)


def _in_rows(rows: list[Any], *, act: str, number: int, path: list[str]) -> str:
    if act == "remove":
        del rows[number]
        return ".".join(path)
    if act == "copy":
        rows.insert(number + 1, deepcopy(rows[number]))
        return ".".join([*path, str(number + 1)])
    other = _moved(number, act=act, length=len(rows))
    rows[number], rows[other] = rows[other], rows[number]
    return ".".join([*path, str(other)])


def _in_entries(entries: Content, *, act: str, number: int, path: list[str]) -> str:
    pairs = list(entries.items())
    if act == "copy":
        key, value = pairs[number]
        pairs.insert(number + 1, (unused(key, taken=entries), deepcopy(value)))
        goes_to = number + 1
    elif act == "remove":
        del pairs[number]
        goes_to = -1
    else:
        goes_to = _moved(number, act=act, length=len(pairs))
        pairs[number], pairs[goes_to] = pairs[goes_to], pairs[number]
    entries.clear()
    entries.update(pairs)
    return ".".join([*path, str(goes_to)] if goes_to >= 0 else path)


def _moved(number: int, *, act: str, length: int) -> int:
    return max(number - 1, 0) if act == "up" else min(number + 1, length - 1) if act == "down" else number


def _at(content: Any, *, path: list[str], makes: bool = False) -> tuple[Shape, Any]:
    """The shape and the value at a name of the form; `makes` puts a blank one where there is none."""
    shape: Shape = PROTOCOL
    for step in path:
        if isinstance(shape, Variants):
            shape = shape.parts[shape.tell(content)]
        if isinstance(shape, PartOf):
            inner = {each.name: each.shape for each in shape.fields}[step]
            if makes and not isinstance(content.get(step), Mapping | list):
                content[step] = blank(inner)
            content, shape = content[step], inner
        elif isinstance(shape, Rows):
            content, shape = content[int(step)], shape.item
        elif isinstance(shape, Named):
            content, shape = list(content.values())[int(step)], shape.item
        else:
            raise KeyError(step)
    return shape, content
