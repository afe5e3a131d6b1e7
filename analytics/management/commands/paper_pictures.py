"""`manage.py paper_pictures FOLDER`: the tables and figures of the papers in their own layout, from the registry.

Exit status: 0 written, 2 cannot start.
"""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from matplotlib.figure import Figure
from PIL import Image

from analytics.errors import AnalysisError
from analytics.management.output import one_line
from analytics.report.figures.style import new_figure
from analytics.report.papers import items
from analytics.result.comparison import result_json
from analytics.studies.services import compare_on_registry

DOTS_PER_INCH, TONES = 110, 24


class Command(BaseCommand):
    help = "Draw the tables and figures of the papers in their own layout, in both languages, from this registry."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the PNG files go, such as docs/pictures/papers")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        wanted = items()
        results = {}
        try:
            for study in dict.fromkeys(item.study for item in wanted):
                results[study] = json.loads(result_json(compare_on_registry(study, by=None)))
        except AnalysisError as error:
            raise CommandError(one_line(error), returncode=2) from None
        for item in wanted:
            for language, _name in settings.LANGUAGES:
                with translation.override(language):
                    picture = joined(item.panels(results[item.study]), across=item.across)
                target = folder / f"{item.name}-{language[:2]}.png"
                picture.quantize(TONES).save(target, optimize=True)
                self.stdout.write(f"{target} {target.stat().st_size} bytes")


def joined(panels: Sequence[Figure], *, across: int) -> Image.Image:
    """The panels in rows, on white."""
    pictures = [_pixels(panel) for panel in panels]
    if len(pictures) > 1:
        pictures = [
            _lettered(picture, letter=letter) for picture, letter in zip(pictures, ascii_lowercase, strict=False)
        ]
    rows = [pictures[first : first + across] for first in range(0, len(pictures), across)]
    width = max(sum(picture.width for picture in row) for row in rows)
    whole = Image.new("RGB", (width, sum(max(picture.height for picture in row) for row in rows)), "white")
    top = 0
    for row in rows:
        left = 0
        for picture in row:
            whole.paste(picture, (left, top))
            left += picture.width
        top += max(picture.height for picture in row)
    return whole


def _lettered(picture: Image.Image, *, letter: str) -> Image.Image:
    """With its letter above it, as journals name panels."""
    strip = new_figure(height_mm=5, width_mm=20)
    strip.text(0.1, 0.5, f"({letter})", weight="bold", va="center")
    above = _pixels(strip)
    whole = Image.new("RGB", (picture.width, picture.height + above.height), "white")
    whole.paste(above, (0, 0))
    whole.paste(picture, (0, above.height))
    return whole


def _pixels(figure: Figure) -> Image.Image:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH)
    return Image.open(buffer).convert("RGB")
