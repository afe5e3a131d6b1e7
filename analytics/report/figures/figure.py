"""A figure of a result: what it is called, what it says to who cannot see it, and how it is drawn."""

from base64 import b64encode
from dataclasses import dataclass, replace
from typing import Protocol

from matplotlib.figure import Figure as DrawnFigure

from analytics.report.figures.style import COLUMN_WIDTH_MM, FILE_FORMATS, FULL_WIDTH_MM, to_svg
from analytics.result.rows.addresses import Printed, read_off, recorded


class Drawing(Protocol):
    def __call__(self, *, width_mm: float = ...) -> DrawnFigure: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`name` is the file's; `alt` says what there is to see, `note` by which rule and method, `rule` how far its lines go.
    `detailed` draws the same with more numbers below it. `is_patient_level` where it shows the courses of single patients."""

    name: str
    title: str
    alt: str
    drawing: Drawing
    note: str = ""
    rule: str = ""
    is_patient_level: bool = False
    detailed: Drawing | None = None

    def __post_init__(self) -> None:
        for name in ("title", "alt", "note", "rule"):
            object.__setattr__(self, name, read_off(getattr(self, name)))

    def printed(self) -> list[Printed]:
        """The numbers written in it that have rows."""
        with recorded() as printed:
            self.drawing()
        return printed

    def draw(self, *, width_mm: float = FULL_WIDTH_MM) -> str:
        """As SVG."""
        return to_svg(self.drawing(width_mm=width_mm), alt=self.alt)

    def in_detail(self) -> "Figure":
        """Itself where there is no more to tell."""
        return replace(self, drawing=self.detailed or self.drawing)

    @property
    def embedded(self) -> str:
        """As the address of a picture that holds it, for a page without a server."""
        return _address(self.draw())

    @property
    def embedded_in_column(self) -> str:
        return _address(self.draw(width_mm=COLUMN_WIDTH_MM))

    def file(self, file_format: str, *, width_mm: float = FULL_WIDTH_MM) -> bytes:
        """Fit for a journal: vectors with their letters in them, or pixels as dense as a press asks for."""
        return FILE_FORMATS[file_format].write(self.drawing(width_mm=width_mm), self.alt)


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
