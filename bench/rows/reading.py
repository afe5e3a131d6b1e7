"""A result's page read as a browser would have it: which of its numbers have rows, which a declared source, which neither.

Cells, heads, notes, sentences, alternative texts, and what figures write. A number in a column of numbers must be that of a row
named there, or a month of the protocol; anywhere else it may also come from a declared source: the protocol, labels and codes
of variables, terms, versions, hashes, and the program's own sentences. Ticks of axes are exempt.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from matplotlib.figure import Figure as DrawnFigure
from matplotlib.text import Text as DrawnText

from analytics.frame import sha256
from analytics.protocol.endpoints.criteria import NAMES
from analytics.protocol.population import StudyProtocol
from analytics.report.figures.figure import Figure
from analytics.report.figures.figures import THRESHOLDS
from analytics.report.figures.forest import TICK_LABEL
from analytics.report.labels import covariate_label, level_label, variable_of
from analytics.report.presentation import Presentation, present
from analytics.result.rows.addresses import BEGIN
from analytics.result.rows.rows import ResultRows

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
OF_NUMBERS = "caliper-number"
UNREAD, LISTED = ("style", "script", "code"), "data-listed"  # how many things a list right there has is no result
VOID = {"img", "br", "input", "link", "meta", "hr", "source"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text of the page, the addresses of the rows it names, and whether it stands in a column of numbers."""

    text: str
    addresses: tuple[str, ...] = ()
    is_number: bool = False


@dataclass(slots=True, kw_only=True)
class Reading:
    """How many numbers of a result have a row, how many a declared source, and which have neither."""

    with_row: int = 0
    with_source: int = 0
    without: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """The texts of a page in their order, each with the nearest element around it that names rows."""

    def __init__(self) -> None:
        super().__init__()
        self.around: list[dict[str, str]] = []
        self.found: list[Words] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs} | {"tag": tag}
        if known.get("alt"):
            self.found.append(_words(known["alt"], of=known))
        if tag not in VOID:
            self.around.append(known)

    def handle_endtag(self, tag: str) -> None:
        while self.around and self.around.pop()["tag"] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(one["tag"] in UNREAD or LISTED in one for one in self.around):
            near = next((one for one in reversed(self.around) if "data-row" in one), {})
            self.found.append(_words(data, of=near))


def read_result(result: dict[str, Any], *, protocol: StudyProtocol, language: str) -> Reading:
    with translation.override(language):
        return read_words(words_of(result, shown=present(result, protocol=protocol)), result=result)


def read_words(words: Iterable[Words], *, result: dict[str, Any]) -> Reading:
    reading, rows, known, of_cells = Reading(), ResultRows(result), _sources(result), _of_cells(result)
    for each in words:
        _judge(each, rows=rows, known=of_cells if each.is_number else known, reading=reading)
    return reading


def words_of(result: Mapping[str, Any], *, shown: Presentation) -> Iterator[Words]:
    """All that is read on the page. Raises ValueError where a mark of an address was left in it."""
    page, reader = _page(result, shown=shown), _Page()
    if BEGIN in page:
        raise ValueError("a mark of an address is on the page")
    reader.feed(page)
    yield from reader.found
    for figure in shown.figures:
        yield from _written(figure)


def _page(result: Mapping[str, Any], *, shown: Presentation) -> str:
    context = {"shown": shown, "result": result, "title": "", "language": translation.get_language(), "base": ""}
    return render_to_string("analytics/report.html", context | {"result_sha256": sha256("")})


def _written(figure: Figure) -> Iterator[Words]:
    """What a figure writes beside its axes' ticks, with the rows of the numbers it printed."""
    addresses = tuple(dict.fromkeys(one.address for one in figure.printed()))
    drawn: DrawnFigure = figure.drawing()
    for text in _texts_beside_ticks(drawn):
        yield Words(text=text, addresses=addresses)


def _texts_beside_ticks(drawn: DrawnFigure) -> list[str]:
    axes = [axis for each in drawn.axes for axis in (each.xaxis, each.yaxis)]
    ticks = {id(text) for axis in axes for text in axis.findobj(DrawnText) if text is not axis.label}
    texts = [
        text
        for text in drawn.findobj(DrawnText)
        if isinstance(text, DrawnText) and id(text) not in ticks and text.get_gid() != TICK_LABEL
    ]
    return [text.get_text() for text in texts if text.get_text().strip()]


def _judge(words: Words, *, rows: ResultRows, known: set[str], reading: Reading) -> None:
    named = [row for address in words.addresses if (row := rows.at(address))]
    sentences = " ".join(f"{row.sentence.en} {row.sentence.zh}" for row in named if row.sentence)
    said = set(NUMBER.findall(sentences))
    for token in NUMBER.findall(words.text):
        if token in said or any(_is(token, value=row.value) for row in named):
            reading.with_row += 1
        elif token in known:
            reading.with_source += 1
        else:
            reading.without.append(f"{token} in {words.text.strip()[:90]}")


def _is(token: str, *, value: float | None) -> bool:
    """Whether a value is printed so: rounded, as a number or in percent, without its sign."""
    if value is None:
        return False
    plain = token.replace(",", "")
    digits = len(plain.partition(".")[2])
    small = plain == "0.001" and abs(value) < float(plain)
    return small or any(f"{abs(factor * value):.{digits}f}" == plain for factor in (1, 100))


def _sources(result: Mapping[str, Any]) -> set[str]:
    texts = [json.dumps(result[part], ensure_ascii=False) for part in ("protocol", "software")]
    texts += [one["center"] for one in result["matching"].get("centers", ())]
    texts += [*(f"{threshold:g}" for threshold in THRESHOLDS), *map(str, NAMES.values())]
    texts += [row[key] for row in result["flow"] for key in ("text", "text_zh")]
    texts += [row["term"] for rows in result["safety"].values() for row in rows]
    for one in result["protocol"]["covariates"]:
        texts.append(covariate_label(one["name"], result=result))
    for row in result["baseline"]:
        variable = variable_of(row["covariate"], result=result)
        texts += [level_label(variable, level=row["level"])] if row["level"] else []
    found = {token for text in texts for token in NUMBER.findall(text)}
    shares = {f"{100 * float(token):g}" for token in found if token.replace(".", "").isdecimal() and float(token) <= 1}
    return found | shares | {f"{float(token):g}" for token in found if "," not in token} | own_sentences()


def _of_cells(result: Mapping[str, Any]) -> set[str]:
    """A cell may name the months that the protocol asks for, and hold what it notes about a printed result."""
    protocol = result["protocol"]
    months = {f"{month:g}" for plan in protocol["endpoints"].values() for month in plan.get("report_months") or ()}
    notes = json.dumps([one["note"] for one in protocol.get("printed", ())], ensure_ascii=False)
    return months | set(NUMBER.findall(notes))


@cache
def own_sentences() -> set[str]:
    """Numbers in sentences that the program says of every result."""
    catalog = polib.pofile(str(Path(settings.BASE_DIR) / "locale/zh_Hans/LC_MESSAGES/django.po"))
    places = ("analytics/report", "templates/analytics", "analytics/protocol")
    own = [entry for entry in catalog if any(place.startswith(places) for place, _line in entry.occurrences)]
    return {token for entry in own for text in (entry.msgid, entry.msgstr) for token in NUMBER.findall(text)}


def _words(text: str, *, of: Mapping[str, str]) -> Words:
    addresses = tuple(of.get("data-row", "").split())
    return Words(text=text, addresses=addresses, is_number=of.get("tag") == "td" and OF_NUMBERS in of.get("class", ""))
