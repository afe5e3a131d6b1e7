"""The library on a registry as a table for the terminal, and as the page docs/studies.md."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from analytics.report.labels import in_language
from analytics.result.library import ENOUGH, HAZARD_RATIO, LibraryResult

NONE = "–"
UNITS = {"median_months": "median, months", "rate_pct": "%", HAZARD_RATIO: "hazard ratio", "n": "patients"}


def library_lines(results: Sequence[LibraryResult]) -> Iterator[str]:
    """A line per study: its arms, the pairs, the headline hazard ratio beside the printed one, or why there is no result."""
    header = [_("Study"), _("Arms"), _("Pairs"), _("Endpoint"), _("Hazard ratio"), _("Printed")]
    rows = [_cells(result) for result in results]
    widths = [max(len(row[place]) for row in [header, *rows]) for place in range(len(header))]
    yield _line(header, widths=widths)
    for row, result in zip(rows, results, strict=True):
        told = " ".join(map(in_language, result.refusal))
        yield f"{row[0]:{widths[0]}}  {told}" if told else _line(row, widths=widths)


def _line(cells: Sequence[str], *, widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cells(result: LibraryResult) -> list[str]:
    if result.refusal:
        return [result.protocol.id, *[NONE] * 5]
    endpoint, ours, printed = result.headline
    return [
        result.protocol.id,
        " v ".join(str(count) for count in result.arms.values()),
        NONE if result.pairs is None else str(result.pairs),
        endpoint,
        _figure(ours, decimals=2),
        _figure(printed, decimals=2),
    ]


def _figure(figure: Mapping[str, Any], *, decimals: int) -> str:
    if figure["value"] is None:
        return NONE
    value, limits = f"{figure['value']:.{decimals}f}", [figure["lower"], figure["upper"]]
    if None in limits:
        return value
    return f"{value} ({'–'.join(f'{limit:.{decimals}f}' for limit in limits)})"


def library_page(results: Sequence[LibraryResult]) -> str:
    """Markdown; English, as every page of the docs."""
    return "\n".join([*_overview(results), *(line for result in results for line in _section(result))]).rstrip() + "\n"


def _overview(results: Sequence[LibraryResult]) -> Iterator[str]:
    complete = sum(result.has_enough for result in results)
    yield "# The studies of the library on the demo registry"
    yield ""
    yield (
        f"Each of the {len(results)} protocols in `analytics/protocol/library`, run on the synthetic patients of `manage.py demo`; "
        f"{complete} have {ENOUGH} patients or more in each arm. The patients are invented, with medians and responses set near the "
        "printed ones: agreement says that a protocol finds the arms it means, nothing of the treatments. A group of patients may stand "
        "in arms of several studies and is then near the print of one ([why](adr/0023-studies-on-an-invented-registry.md)). "
        "`manage.py compare --all` prints the table, `manage.py studies_page > docs/studies.md` writes this page."
    )
    yield ""
    yield "| study | source | arms | pairs | endpoint | hazard ratio | printed |"
    yield "|---|---|---|---|---|---|---|"
    for result in results:
        link = f"[{result.protocol.id}](#{result.protocol.id})"
        told = [" ".join(message.en for message in result.refusal), *[NONE] * 4]
        cells = told if result.refusal else _cells(result)[1:]
        yield f"| {' | '.join([link, result.protocol.source or NONE, *cells])} |"
    yield ""


def _section(result: LibraryResult) -> Iterator[str]:
    protocol = result.protocol
    yield from (f"## {protocol.id}", f"{protocol.title}. Source: {protocol.source}.", "")
    for text in (protocol.emulation, protocol.note):
        if text is not None:
            yield from (" ".join(text.en.split()), "")
    if result.refusal:
        yield from (" ".join(message.en for message in result.refusal), "")
        return
    yield from ("| result | arm | here | printed |", "|---|---|---|---|")
    yield from _unprinted_lines(result)
    yield from map(_printed_line, result.printed)
    yield ""


def _unprinted_lines(result: LibraryResult) -> Iterator[str]:
    """Hazard ratios and rates that the source does not print."""
    told = {row["endpoint"] for row in result.printed if row["measure"] == HAZARD_RATIO and row["arm"] is None}
    for name, ratio in result.ratios.items():
        if name not in told:
            yield f"| {name}, {UNITS[HAZARD_RATIO]} | {NONE} | {_figure(ratio, decimals=2)} | {NONE} |"
    shown = {row["endpoint"] for row in result.printed}
    for name, arms in result.rates.items():
        if name not in shown:
            yield from (f"| {name}, % | {arm} | {_figure(rate, decimals=1)} | {NONE} |" for arm, rate in arms.items())


def _printed_line(row: Mapping[str, Any]) -> str:
    decimals = {HAZARD_RATIO: 2, "n": 0}.get(row["measure"], 1)
    unit = UNITS[row["measure"]] if row["months"] is None else f"{row['months']:g} months, %"
    what = unit if row["endpoint"] is None else f"{row['endpoint']}, {unit}"
    what += f" ({row['cohort']})" if row["cohort"] == "unmatched" else ""
    ours, printed = (_figure(row[key], decimals=decimals) for key in ("ours", "printed"))
    return f"| {what} | {row['arm'] or NONE} | {ours} | {printed} |"
