"""A figure of a result: what it is called, what it says to who cannot see it, and how it is drawn."""

from dataclasses import dataclass
from typing import Protocol

from matplotlib.figure import Figure as DrawnFigure

from analytics.report.figures.style import FILE_FORMATS, FULL_WIDTH_MM, to_svg
from analytics.result.rows.addresses import Printed, read_off, recorded


class Drawing(Protocol):
    def __call__(self, *, width_mm: float = ...) -> DrawnFigure: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`name` is the file's; `alt` says what there is to see, `note` what to know where it is not what holds for all, `rule`
    how far its lines go. `is_patient_level` where it shows the courses of single patients."""

    name: str
    title: str
    alt: str
    drawing: Drawing
    note: str = ""
    rule: str = ""
    is_patient_level: bool = False

    def __post_init__(self) -> None:
        for name in ("title", "alt", "note", "rule"):
            object.__setattr__(self, name, read_off(getattr(self, name)))

    def printed(self) -> list[Printed]:
        """The numbers written in it that have rows."""
        with recorded() as printed:
            self.drawing()
        return printed

    def draw(self) -> str:
        """As SVG."""
        return to_svg(self.drawing(), alt=self.alt)

    def file(self, file_format: str, *, width_mm: float = FULL_WIDTH_MM) -> bytes:
        """Fit for a journal: vectors with their letters in them, or pixels as dense as a press asks for."""
        return FILE_FORMATS[file_format].write(self.drawing(width_mm=width_mm), self.alt)
