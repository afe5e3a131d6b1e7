"""What our code and templates say: the sentences given to gettext, and the Chinese of those that carry both languages."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation.template import templatize

GETTEXT = re.compile(r"(?:d?n?p?)gettext(?:_lazy|_noop)?")
STRING = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
STRINGS = rf"u?{STRING}(?:\s*,?\s*u?{STRING})*"
TEMPLATE_CALL = re.compile(rf"\b(_|n?p?gettext(?:_lazy)?)\(\s*({STRINGS})")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LETTER = re.compile(r"[A-Za-z]")
IN_CHINESE = re.compile(r"zh|\w+_zh")  # the names by which the Chinese of a pair goes
PAIR = "Message"  # of English and Chinese, at the end of its positional arguments


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """`context` is "" where there is none; a sentence with a plural has that as well."""

    msgid: str
    context: str = ""
    plural: str = ""


def sentences_of_python(text: str) -> set[Sentence]:
    tree = ast.parse(text)
    known = _names_of_gettext(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [(call, _name_of(call.func, known=known)) for call in calls]
    return {sentence for call, name in named if name for sentence in _sentence(name, arguments=_literals(call))}


def sentences_of_template(text: str) -> set[Sentence]:
    found = [
        (match.group(1), ast.literal_eval(f"[{match.group(2)}]")) for match in TEMPLATE_CALL.finditer(templatize(text))
    ]
    return {sentence for name, arguments in found for sentence in _sentence(name, arguments=arguments)}


def _names_of_gettext(tree: ast.Module) -> dict[str, str]:
    """{name in this module: function of gettext}"""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = [alias for node in imports if node.module == "django.utils.translation" for alias in node.names]
    return {alias.asname or alias.name: alias.name for alias in names if GETTEXT.fullmatch(alias.name)}


def _name_of(function: ast.expr, *, known: dict[str, str]) -> str | None:
    match function:
        case ast.Name(id=name):
            return known.get(name)
        case ast.Attribute(value=ast.Name(id="translation"), attr=name) if GETTEXT.fullmatch(name):
            return name
    return None


def _literals(call: ast.Call) -> list[str]:
    """The leading arguments that are written out; what is decided at run time is marked where it is written."""
    literals = []
    for argument in call.args:
        if isinstance(argument, ast.JoinedStr):
            raise TypeError(f"line {call.lineno}: an f-string is not in any catalog")
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            break
        literals.append(argument.value)
    return literals


def _sentence(name: str, *, arguments: list[str]) -> Iterator[Sentence]:
    start = int("pgettext" in name)
    if len(arguments) > start and arguments[start].strip():
        context = arguments[0] if start else ""
        plural = arguments[start + 1] if name.startswith(("ngettext", "npgettext")) else ""
        yield Sentence(arguments[start], context=context, plural=plural)


def pairs_without_chinese(text: str) -> list[str]:
    """Literals that stand for the Chinese of a sentence and are not; those made only of values are nobody's to translate."""
    given = [literal for node in ast.walk(ast.parse(text)) for value in _chinese(node) for literal in _texts(value)]
    return [literal for literal in given if LETTER.search(literal) and not CHINESE.search(literal)]


def _chinese(node: ast.AST) -> Iterator[ast.expr]:
    """What this part of the code gives as Chinese: an argument, a value by name, the second of a pair."""
    match node:
        case ast.keyword(arg=str(name), value=value) if IN_CHINESE.fullmatch(name):
            yield value
        case ast.Call(func=ast.Name(id=name), args=[_, *_, last]) if name == PAIR:
            yield last
        case ast.Dict(keys=keys, values=values):
            named = [key.value if isinstance(key, ast.Constant) else None for key in keys]
            yield from (value for name, value in zip(named, values, strict=True) if IN_CHINESE.fullmatch(str(name)))
        case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _named(target, value=value)
        case ast.For(target=target, iter=ast.Tuple(elts=rows) | ast.List(elts=rows)):
            for row in rows:
                yield from _named(target, value=row)


def _named(target: ast.expr, *, value: ast.expr) -> Iterator[ast.expr]:
    match target, value:
        case ast.Name(id=name), _ if IN_CHINESE.fullmatch(name):
            yield value
        case ast.Tuple(elts=names), ast.Tuple(elts=values) if len(names) == len(values):
            for one, its_value in zip(names, values, strict=True):
                yield from _named(one, value=its_value)
        case ast.Tuple(), ast.IfExp(body=first, orelse=second):
            yield from _named(target, value=first)
            yield from _named(target, value=second)


def _texts(value: ast.expr) -> Iterator[str]:
    """The written part of a literal, of each where there are several."""
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(part.value for part in parts if isinstance(part, ast.Constant))
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            yield "".join(text for side in (left, right) for text in _texts(side))
        case ast.IfExp(body=first, orelse=second):
            yield from (*_texts(first), *_texts(second))


HIDDEN_FROM_READERS = re.compile(
    r"{#.*?#}|{%\s*(?P<block>comment|blocktrans(?:late)?)\b.*?{%\s*end(?P=block)\s*%}"
    r"|<(?P<element>script|style|svg|code|pre)\b.*?</(?P=element)>|<span[^>]*material-symbols[^>]*>[^<]*</span>",
    re.DOTALL,
)
READ_OUT = re.compile(r"""\b(?:title|placeholder|alt|aria-label)="([^"]*)\"""")


def words_outside_gettext(text: str) -> set[str]:
    """Words that a template says itself, between its tags or in a text attribute."""
    written = re.sub(r"{%.*?%}|{{.*?}}|&\w+;", " ", HIDDEN_FROM_READERS.sub(" ", text), flags=re.DOTALL)
    said = [*READ_OUT.findall(written), re.sub(r"<[^>]*>", " ", written)]
    return {word for part in said for word in re.findall(r"[A-Za-z]{2,}", part)}
