"""Whether the text of figures can be read: all of it inside the picture, and none over another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D, Bbox

from analytics.report.figures.figures import design_figures, outcome_figures
from analytics.report.figures.style import WIDTHS_MM

POINTS_PER_INCH = 72
SLACK = 0.5  # points, of the outlines of letters that touch


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text as drawn, its box in points."""

    text: str
    box: Bbox


class _Lines(RendererBase):
    """Draws nothing and keeps the lines of text."""

    def __init__(self, size: Bbox) -> None:
        super().__init__()
        self.size, self.found = size, list[Line]()

    def flipy(self) -> bool:
        return False

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.size.width, self.size.height

    def draw_path(self, *_path: Any, **_kind: Any) -> None:
        pass

    def draw_text(self, _gc: Any, *text: Any, **_kind: Any) -> None:
        x, y, said, font, angle = text[:5]
        width, height, descent = self.get_text_width_height_descent(said, font, ismath=False)
        upright = Bbox.from_bounds(0, -descent, width, height)
        self.found.append(Line(text=said, box=upright.transformed(Affine2D().rotate_deg(angle).translate(x, y))))


def lines_of(figure: Figure) -> list[Line]:
    figure.set_dpi(POINTS_PER_INCH)
    paper = _Lines(figure.bbox)
    figure.draw(paper)
    return [line for line in paper.found if line.text.strip()]


def faults_of(figure: Figure) -> list[str]:
    """What cannot be read, by its words."""
    lines = lines_of(figure)
    frame = figure.bbox.padded(SLACK)
    outside = [f"outside: {line.text}" for line in lines if not _holds(frame, line.box)]
    pairs = [(one, two) for one, two in combinations(lines, 2) if _overlap(one.box, two.box)]
    return [*outside, *(f"over each other: {one.text} / {two.text}" for one, two in pairs)]


def figures_of(result: Mapping[str, Any], *, widths_mm: Sequence[float] = WIDTHS_MM) -> Iterator[Figure]:
    """Each as it is laid out for two columns of a page and for one, also with all its rows below it."""
    figures = (*design_figures(result), *outcome_figures(result))
    drawings = (drawing for figure in figures for drawing in (figure.drawing, figure.detailed) if drawing)
    return (drawing(width_mm=width) for drawing in drawings for width in widths_mm)


def _holds(frame: Bbox, box: Bbox) -> bool:
    return bool(frame.x0 <= box.x0 and frame.y0 <= box.y0 and box.x1 <= frame.x1 and box.y1 <= frame.y1)


def _overlap(one: Bbox, two: Bbox) -> bool:
    shared = Bbox.intersection(one, two)
    return shared is not None and shared.width > SLACK and shared.height > SLACK
