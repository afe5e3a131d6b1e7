"""What is wrong with a draft, each fault at the field where it is mended."""

from collections.abc import Iterator, Mapping
from typing import Any

from analytics.editor.names import Known, Scope, events_of, known_variable, suggestions
from analytics.editor.shapes import PROTOCOL, Named, PartOf, Rows, Shape, Variants
from analytics.messages import Message
from analytics.protocol.conditions import WITHOUT_VALUE
from analytics.protocol.errors import Place, Problem, problems_of
from analytics.protocol.kinds import Kind
from analytics.protocol.population import StudyProtocol

Content = Mapping[str, Any]


def problems(content: Content) -> tuple[Problem, ...]:
    """What the schema refuses, then names of variables that the registry does not have and values that they cannot have."""
    refused = problems_of(StudyProtocol, content=dict(content))
    known = {problem.place for problem in refused}
    named = [problem for problem in _in_part(content, content=content) if problem.place not in known]
    return (*refused, *named)


def field_name(place: Place, *, content: Content) -> str:
    """A place of the content as the form addresses it. Steps that only tell a variant are none of the form's."""
    shape: Shape | None = PROTOCOL
    value: Any = content
    steps: list[str] = []
    for step in place:
        if isinstance(shape, Variants) and step in shape.parts:
            shape = shape.parts[str(step)]
            continue
        if isinstance(shape, Variants):
            shape = shape.parts.get(shape.tell(value if isinstance(value, Mapping) else {}))
        if isinstance(shape, PartOf) and (inner := _field(shape, name=str(step))) is not None:
            steps.append(str(step))
            shape, value = inner, value.get(step) if isinstance(value, Mapping) else None
        elif isinstance(shape, Named) and isinstance(value, Mapping) and step in value:
            steps.append(str(list(value).index(step)))
            shape, value = shape.item, value[step]
        elif isinstance(shape, Rows) and isinstance(step, int) and isinstance(value, list):
            steps.append(str(step))
            shape, value = shape.item, value[step] if step < len(value) else None
        else:
            break
    return ".".join(steps)


def _field(shape: PartOf, *, name: str) -> Shape | None:
    return next((each.shape for each in shape.fields if each.name == name), None)


def _in_part(part: Any, *, content: Content, place: Place = (), scope: Scope = ()) -> Iterator[Problem]:
    if isinstance(part, Mapping):
        records = part.get("records")
        scope = tuple(map(str, records)) if isinstance(records, list) else scope
        if "operator" in part and isinstance(part.get("variable"), str):
            yield from _of_comparison(part, content=content, place=place, scope=scope)
        if place[:1] == ("covariates",) and len(place) == 2:
            yield from _of_covariate(part, content=content, place=place)
        for key, value in part.items():
            yield from _in_part(value, content=content, place=(*place, key), scope=scope)
    elif isinstance(part, list):
        for number, value in enumerate(part):
            yield from _in_part(value, content=content, place=(*place, number), scope=scope)


def _of_comparison(part: Content, *, content: Content, place: Place, scope: Scope) -> Iterator[Problem]:
    for key in ("variable", "than"):
        name = part.get(key)
        if isinstance(name, str) and known_variable(name, scope=scope, content=content) is None:
            yield Problem(place=(*place, key), message=_unknown(name, scope=scope, content=content))
    known = known_variable(str(part["variable"]), scope=scope, content=content)
    if known is None or "than" in part or part.get("operator") in WITHOUT_VALUE:
        return
    given = part.get("value")
    for value in given if isinstance(given, list) else [given] if given is not None else []:
        if (message := _unfit(value, known=known)) is not None:
            yield Problem(place=(*place, "value"), message=message)


def _of_covariate(part: Content, *, content: Content, place: Place) -> Iterator[Problem]:
    key = "variable" if part.get("variable") else "name"
    name = str(part.get(key) or "")
    known = known_variable(name, scope=(), content=content) if name else None
    if name and known is None:
        yield Problem(place=(*place, key), message=_unknown(name, scope=(), content=content))
    elif known is not None and part.get("type") == "continuous" and known.kind in {Kind.CODE, Kind.CLAIM}:
        yield Problem(
            place=(*place, "type"),
            message=Message(
                en=f"{name} contains {known.kind.value}, not numbers. Make it binary or categorical.",
                zh=f"{name} 为{known.kind.zh}而非数值：请设为二分类或多分类。",
            ),
        )


def _unknown(name: str, *, scope: Scope, content: Content) -> Message:
    event = name.rpartition(".")[0]
    if event and not scope and event not in events_of(content):
        return Message(en=f"There is no event {event}.", zh=f"没有名为 {event} 的事件。")
    near = ", ".join(found for found, _ in suggestions(name.rpartition(".")[2], scope=scope, content=content)[:3])
    en = f" Similar names: {near}." if near else ""
    zh = f"相近的名称：{near}。" if near else ""
    return Message(en=f"{name} is not a variable here.{en}", zh=f"此处没有变量 {name}。{zh}")


def _unfit(value: Any, *, known: Known) -> Message | None:
    """The kinds of `analytics.protocol.conditions`, before there are records to compare with."""
    match known.kind:
        case Kind.NUMBER:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        case Kind.CLAIM:
            fits = isinstance(value, bool)
        case Kind.CODE if known.codes and isinstance(value, str):
            return None if value in known.codes else _no_code(value, known=known)
        case _:
            fits = isinstance(value, str)
    if fits:
        return None
    return Message(
        en=f"{known.name} contains {known.kind.value}, and {value} is none.",
        zh=f"{known.name} 为{known.kind.zh}，而 {value} 不是。",
    )


def _no_code(value: str, *, known: Known) -> Message:
    codes = ", ".join(list(known.codes)[:12])
    return Message(
        en=f"{value} is not a code of {known.name}. Codes: {codes}.",
        zh=f"{value} 不是 {known.name} 的编码。编码：{codes}。",
    )
