"""A result as a folder that needs no server: one HTML page that holds its figures, these as SVG, its tables as CSV, the JSON."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

from analytics.engine.comparison import Comparison
from analytics.frame import sha256
from analytics.protocol.population import StudyProtocol
from analytics.report.labels import is_chinese
from analytics.report.presentation import present
from analytics.report.tables.tables import to_csv
from analytics.result.comparison import result_json, result_object

STYLE = settings.BASE_DIR / "static" / "result" / "result.css"


def write_report(comparison: Comparison, *, folder: Path) -> Path:
    """Returns the path of the page. Raises OSError where the folder cannot be written."""
    protocol, result, text = comparison.protocol, result_object(comparison), result_json(comparison)
    if not isinstance(protocol, StudyProtocol):
        raise TypeError("a report requires a study on the registry")
    shown = present(result, protocol=protocol)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(text, encoding="utf-8")
    for figure in shown.figures:
        (folder / f"{figure.name}.svg").write_text(figure.draw(), encoding="utf-8")
    for table in shown.tables:
        (folder / f"{table.name}.csv").write_text(to_csv(table), encoding="utf-8")
    title = (protocol.title_zh if is_chinese() else "") or protocol.title
    context = {
        "shown": shown,
        "result": result,
        "title": title,
        "language": get_language(),
        "result_sha256": sha256(text),
        "base": "",
        "style": STYLE.read_text(encoding="utf-8"),
    }
    page = folder / "index.html"
    page.write_text(render_to_string("analytics/report.html", context), encoding="utf-8")
    return page
