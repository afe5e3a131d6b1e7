"""A protocol's content as nodes of a form: what each field is called, what stands in it, what may be chosen."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from analytics.editor.names import Known, Scope, arms_of, covariates_of, endpoints_of, events_of, known_variable
from analytics.editor.shapes import (
    NOTHING,
    Choice,
    Field,
    Named,
    PartOf,
    Rows,
    Scalar,
    Several,
    Shape,
    Variants,
)
from analytics.protocol.conditions import LISTS, WITHOUT_VALUE, Comparison
from analytics.protocol.events import Noun
from analytics.protocol.key_labels import ROWS, key_label, option_label
from analytics.protocol.kinds import Kind
from analytics.protocol.plain_text import flow_text
from analytics.protocol.plan import Covariate
from analytics.report.labels import NOUNS, in_language, is_chinese, variable_label

Option = tuple[str, str, bool]  # value, label, whether it is chosen
Content = Mapping[str, Any]

# Keys that name an event, a covariate and so on of the draft itself
NAMES_OF: Mapping[str, str] = {
    **dict.fromkeys(("after", "before", "on_or_before", "until", "since", "from", "to", "event"), "events"),
    **dict.fromkeys(("time_zero", "defining", "later_of", "earlier_of", "censor_at", "StudyProtocol.entry"), "events"),
    **dict.fromkeys(
        ("exact", "mahalanobis", "strata", "CoxPlan.covariates", "DoublyAdjusted.covariates"), "covariates"
    ),
    **dict.fromkeys(("SubgroupPlan.name",), "covariates"),
    **dict.fromkeys(("variable", "than", "Covariate.name"), "variables"),
    **dict.fromkeys(("Ongoing.end", "ExposureRule.end"), "variables"),
    "endpoint": "endpoints",
    "arm": "arms",
}
# Keys that stand open even while they are empty; those of a part that is not listed all do if it has few
MAIN: Mapping[str, frozenset[str]] = {
    "EventRule": frozenset({"records", "which", "where", "text", "window"}),
    "CombinedEvent": frozenset({"later_of", "earlier_of", "text"}),
    "CountRule": frozenset({"records", "where", "days", "before"}),
    "Covariate": frozenset({"name", "type", "positive", "levels", "cut"}),
    "Design": frozenset({"method", "estimand", "ratio", "caliper"}),
    "StudyEndpoint": frozenset({"kind", "death", "report_months", "since"}),
    "StudyResponse": frozenset({"kind", "criteria", "success", "order"}),
    "StudyArms": frozenset({"focal", "reference"}),
    "StudySafety": frozenset({"ctcae", "since"}),
    "Comparison": frozenset({"variable", "operator", "value"}),
    "PrintedResult": frozenset({"endpoint", "measure", "arm", "value", "lower", "upper"}),
    "CoxPlan": frozenset({"covariates", "selection"}),
}
FEW = 5
REDRAWING = {"operator", "type", "kind", "records"}
OF_CODES = ("positive", "levels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One field or group of the form. `name` addresses it among the form's values, `key` is how the protocol calls it."""

    kind: str
    name: str
    key: str
    label: str
    value: str = ""
    options: tuple[Option, ...] = ()
    children: tuple["Node", ...] = ()
    more: tuple["Node", ...] = ()
    is_required: bool = False
    is_present: bool = True
    can_go: bool = False
    suggests: str = ""
    hint: str = ""
    add: str = ""
    entry: str | None = None
    title: str = ""  # of a row, in words
    handle: str = ""  # of a row, its name in the protocol
    scope: str = ""
    variant: str = ""

    @property
    def template(self) -> str:
        return f"analytics/editor/_{self.kind}.html"

    @property
    def redraws(self) -> bool:
        """Whether other fields depend on what is chosen."""
        return self.key in REDRAWING

    @property
    def id(self) -> str:
        return "f-" + self.name.replace("@", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Makes nodes of one content; `scope` are the nouns whose records a condition is about."""

    content: Content
    scope: Scope = field(default=())

    def part(self, shape: PartOf, *, value: Any, name: str, key: str, label: str, without: Iterable[str] = ()) -> Node:
        """A group with the fields of a part."""
        given = value if isinstance(value, Mapping) else {}
        maker = self._within(given)
        part = shape.model.__name__
        main: list[Node] = []
        more: list[Node] = []
        for each in shape.fields:
            if each.only is not None or each.name in without:
                continue
            node = maker.field(
                each, value=given.get(each.name, NOTHING), name=f"{name}.{each.name}".lstrip("."), part=part
            )
            if shape.model is Covariate and each.name in OF_CODES:
                node = self._coded(node, given=given)
            is_main = each.is_required or each.name in given or each.name in MAIN.get(part, ()) or _is_small(shape)
            (main if is_main else more).append(node)
        return Node(kind="part", name=name, key=key, label=label, children=tuple(main), more=tuple(more))

    def field(self, each: Field, *, value: Any, name: str, part: str) -> Node:
        label = in_language(key_label(each.name, part=part))
        node = self._node(each.shape, value=value, name=name, key=each.name, label=label, part=part)
        hint = "" if each.is_required or value not in (NOTHING, None) else _default_hint(each, key=each.name)
        is_absent = not each.is_required and isinstance(each.shape, PartOf | Variants) and value in (NOTHING, None)
        if is_absent:
            return Node(kind="absent", name=name, key=each.name, label=label, is_present=False, add=label)
        can_go = not each.is_required and isinstance(each.shape, PartOf | Variants)
        return replace(node, is_required=each.is_required, hint=hint or node.hint, can_go=can_go)

    def _node(self, shape: Shape, *, value: Any, name: str, key: str, label: str, part: str = "") -> Node:
        match shape:
            case PartOf():
                return self.part(shape, value=_as_part(value), name=name, key=key, label=label)
            case Rows():
                return self._rows(shape.item, rows=_as_rows(value), name=name, key=key, label=label)
            case Named():
                return self._named(shape.item, entries=value, name=name, key=key, label=label)
            case Variants():
                return self._variants(shape, value=value, name=name, key=key, label=label)
            case Choice():
                given = "" if value in (NOTHING, None) else str(value)
                options = _options(shape, key=key, chosen=[given])
                return Node(kind="choice", name=name, key=key, label=label, options=options, value=given)
            case Several():
                return self._several(shape, value=value, name=name, key=key, label=label, part=part)
            case Scalar():
                return self._scalar(shape, value=value, name=name, key=key, label=label, part=part)

    def _scalar(self, shape: Scalar, *, value: Any, name: str, key: str, label: str, part: str) -> Node:
        if shape.kind == "claim":
            given = "" if value in (NOTHING, None) else str(value).lower()
            options = tuple((code, text, code == given) for code, text in (("true", _("yes")), ("false", _("no"))))
            return Node(kind="choice", name=name, key=key, label=label, options=options, value=given)
        suggests = NAMES_OF.get(f"{part}.{key}") or NAMES_OF.get(key, "")
        text = text_of(shape, value=value)
        kind = "long" if key in {"en", "zh"} or key.startswith("title") else "text"
        return Node(
            kind=kind, name=name, key=key, label=label, value=text, suggests=suggests, scope=",".join(self.scope)
        )

    def _several(self, shape: Several, *, value: Any, name: str, key: str, label: str, part: str) -> Node:
        given = [] if value in (NOTHING, None) else value if isinstance(value, list | tuple) else [value]
        names = self._names(NAMES_OF.get(f"{part}.{key}") or NAMES_OF.get(key, ""))
        if isinstance(shape.item, Choice) or names:
            chosen = [str(each) for each in given]
            item = shape.item if isinstance(shape.item, Choice) else Choice(tuple(names))
            options = _options(item, key=key, chosen=chosen)
            if names:
                options = tuple((text, self._name_in_words(text), is_chosen) for text, _label, is_chosen in options)
            return Node(kind="ticks", name=name, key=key, label=label, options=options)
        return Node(kind="text", name=name, key=key, label=label, value=line_of(given), hint=_("separated by commas"))

    def _rows(self, item: Shape, *, rows: list[Any], name: str, key: str, label: str) -> Node:
        children = tuple(
            replace(
                self._node(item, value=row, name=f"{name}.{place}", key=key, label=label),
                title=_title(row, number=place + 1),
                handle=_handle(row),
            )
            for place, row in enumerate(rows)
        )
        return Node(
            kind="rows", name=name, key=key, label=label, children=children, value=str(len(rows)),
            add=_add(key), options=_variant_options(item),
        )  # fmt: skip

    def _named(self, item: Shape, *, entries: Any, name: str, key: str, label: str) -> Node:
        given = entries if isinstance(entries, Mapping) else {}
        children = tuple(
            replace(
                self._node(item, value=value, name=f"{name}.{place}", key=key, label=label),
                entry=str(entry),
                handle=str(entry),
                title=_told(value),
            )
            for place, (entry, value) in enumerate(given.items())
        )
        return Node(
            kind="rows", name=name, key=key, label=label, children=children, value=str(len(given)),
            add=_add(key), options=_variant_options(item),
        )  # fmt: skip

    def _variants(self, shape: Variants, *, value: Any, name: str, key: str, label: str) -> Node:
        given = {} if value in (NOTHING, None) else value
        variant = shape.tell(given)
        chosen = shape.parts.get(variant) or next(iter(shape.parts.values()))
        variant = variant if variant in shape.parts else next(iter(shape.parts))
        if variant == "comparison":
            inner = self._comparison(given, name=name, key=key, label=label)
        else:
            inner = self.part(chosen, value=given, name=name, key=key, label=label)  # type: ignore[arg-type]
        kind = "condition" if "comparison" in shape.parts else "variants"
        return replace(inner, kind=kind, variant=variant, options=_options_of_variants(shape, chosen=variant))

    def _comparison(self, given: Any, *, name: str, key: str, label: str) -> Node:
        """A variable, how it is compared and with what: codes are ticked or chosen, the rest is written."""
        node = self.part(PartOf(Comparison), value=given, name=name, key=key, label=label)
        known = known_variable(str(given.get("variable", "")), scope=self.scope, content=self.content)
        operator = str(given.get("operator", ""))
        children = tuple(
            self._value(each, given=given, known=known, operator=operator) if each.key == "value" else each
            for each in node.children
            if not (each.key == "value" and (operator in WITHOUT_VALUE or "than" in given))
        )
        return replace(node, children=children)

    def _coded(self, node: Node, *, given: Content) -> Node:
        """The codes of a covariate's variable, to be chosen; written where it has none."""
        name = str(given.get("variable") or given.get("name") or "")
        known = known_variable(name, scope=(), content=self.content)
        if known is None or not known.codes:
            return node
        value = given.get(node.key)
        chosen = [str(each) for each in (value if isinstance(value, list) else [value]) if each is not None]
        order = [*chosen, *(code for code in known.codes if code not in chosen)]
        order = order if node.key == "levels" or set(chosen) - set(known.codes) else list(known.codes)
        options = tuple((code, _code_text(code, known=known), code in chosen) for code in order)
        return replace(node, kind="ticks" if node.key == "levels" else "choice", options=options)

    def _value(self, node: Node, *, given: Content, known: Known | None, operator: str) -> Node:
        value = given.get("value", NOTHING)
        chosen = [] if value in (NOTHING, None) else value if isinstance(value, list | tuple) else [value]
        if known is not None and known.kind is Kind.CLAIM:
            given_text = str(chosen[0]).lower() if chosen else ""
            options = tuple((code, text, code == given_text) for code, text in (("true", _("yes")), ("false", _("no"))))
            return replace(node, kind="choice", options=options, hint="")
        if known is not None and known.codes:
            texts = [str(each) for each in chosen]
            order = texts + [code for code in known.codes if code not in texts] if len(texts) > 1 else list(known.codes)
            order += [text for text in texts if text not in order]
            options = tuple((code, _code_text(code, known=known), code in texts) for code in order)
            return replace(node, kind="ticks" if operator in LISTS else "choice", options=options, hint="")
        is_text = known is not None and known.kind in {Kind.CODE, Kind.DATE}
        texts = [str(each) if is_text else flow_text(each) for each in chosen]
        return replace(
            node, kind="text", value=", ".join(texts), hint=_("separated by commas") if operator in LISTS else ""
        )

    def _within(self, given: Content) -> "Maker":
        records = given.get("records")
        return replace(self, scope=tuple(map(str, records))) if isinstance(records, list) else self

    def _name_in_words(self, name: str) -> str:
        """An event by its sentence, a covariate by its label; the name stands in brackets."""
        population = self.content.get("population")
        events = population.get("events") if isinstance(population, Mapping) else None
        rule = events.get(name) if isinstance(events, Mapping) else None
        words = _told(rule) if rule is not None else variable_label(name)
        return f"{words} ({name})" if words and words != name else f"({name})"

    def _names(self, source: str) -> list[str]:
        of = {"events": events_of, "covariates": covariates_of, "endpoints": endpoints_of, "arms": arms_of}
        return of[source](self.content) if source in of else []


def _title(row: Any, *, number: int) -> str:
    """A row by its words: its sentence, its kind or the label of its variable."""
    if not isinstance(row, Mapping):
        return f"{number}."
    if "kind" in row:
        told = in_language(option_label(f"type: {row['kind']}", key=""))
    else:
        variable = row.get("variable") or row.get("name")
        told = _told(row) or (variable_label(str(variable)) if variable else "")
    return f"{number}. {'' if told == _handle(row) else told}".strip()


def _handle(row: Any) -> str:
    if not isinstance(row, Mapping):
        return str(row) if isinstance(row, str) else ""
    keys = ("name", "id", "label", "endpoint", "variable")
    return str(next((row[key] for key in keys if row.get(key)), ""))


def _code_text(code: str, *, known: Known) -> str:
    return f"{known.codes[code]} ({code})" if code in known.codes else code


def text_of(shape: Scalar, *, value: Any) -> str:
    if value in (NOTHING, None):
        return ""
    return flow_text(value) if shape.kind == "token" else str(value)


def line_of(values: Iterable[Any]) -> str:
    """Several values on one line, as YAML would have them between brackets."""
    return ", ".join(flow_text(list(each) if isinstance(each, tuple) else each) for each in values)


def _as_part(value: Any) -> Any:
    """A row that is a word alone is short for its name; a sentence in one language stands for both."""
    return {"name": value} if isinstance(value, str) else value


def _as_rows(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _told(row: Any) -> str:
    text = row.get("text") if isinstance(row, Mapping) else None
    return in_language_of(text) if isinstance(text, Mapping) else ""


def in_language_of(text: Mapping[str, Any]) -> str:
    return str(text.get("zh" if is_chinese() else "en") or "")


def _is_small(shape: PartOf) -> bool:
    return shape.model.__name__ not in MAIN and len(shape.fields) <= FEW


def _default_hint(each: Field, *, key: str) -> str:
    default = each.default
    if default in (NOTHING, None, (), ""):
        return ""
    if isinstance(default, bool):
        shown = _("yes") if default else _("no")
    elif isinstance(each.shape, Choice):
        shown = _option_text(default, key=key)
    elif isinstance(each.shape, Several) and isinstance(each.shape.item, Choice):
        shown = _(", ").join(_option_text(one, key=key) for one in default)
    elif isinstance(default, tuple):
        shown = line_of(f"{one:g}" if isinstance(one, float) else one for one in default)
    elif isinstance(default, str | int | float):
        shown = str(default)
    else:
        return ""
    return _("If blank: %(default)s") % {"default": shown}


def _options(shape: Choice, *, key: str, chosen: list[str]) -> tuple[Option, ...]:
    """What may be chosen. Of several the chosen ones come first, in their own order, which may matter."""
    known = [str(option) for option in shape.options]
    first = [text for text in chosen if text]
    order = known if len(first) == 1 and first[0] in known else [*first, *(text for text in known if text not in first)]
    return tuple((text, _option_text(text, key=key), text in first) for text in order)


def _option_text(option: object, *, key: str) -> str:
    text = str(option)
    if key == "records" and text in set(Noun):
        return str(NOUNS[Noun(text)])
    return in_language(option_label(option, key=key))


def _variant_options(item: Shape) -> tuple[Option, ...]:
    return _options_of_variants(item, chosen="") if isinstance(item, Variants) else ()


def _options_of_variants(shape: Variants, *, chosen: str) -> tuple[Option, ...]:
    labels = {"all": key_label("all"), "any": key_label("any"), "not": key_label("not")}
    return tuple((tag, in_language(labels.get(tag) or option_label(tag, key="")), tag == chosen) for tag in shape.parts)


def _add(key: str) -> str:
    return in_language(ROWS[key]) if key in ROWS else _("Add")


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in (*node.children, *node.more):
        yield from walk(child)
