"""How figures look, and how one becomes a file: the same bytes for the same result."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from PIL import Image

from analytics.report.figures.fonts import spell_out
from registry.fonts import FAMILIES

MM_PER_INCH = 25.4
COLUMN_WIDTH_MM, FULL_WIDTH_MM = 85, 174  # one column of a journal page, and two
WIDTHS_MM = (COLUMN_WIDTH_MM, FULL_WIDTH_MM)
DOTS_PER_INCH = 600  # what journals ask of line art
COLORS = ("#0072B2", "#D55E00")  # Okabe and Ito: told apart by every reader
DASHES = ("solid", (0, (5, 2)))
INK, FAINT = "#1f2933", "#8a949e"
SMALL_POINTS, TEXT_POINTS = 7, 8

# Once for the process: figures are drawn by several threads, so nothing here changes later.
mpl.rcParams.update(
    {
        "font.family": list(FAMILIES),
        "font.size": TEXT_POINTS,
        "axes.labelsize": TEXT_POINTS,
        "axes.titlesize": TEXT_POINTS,
        "xtick.labelsize": SMALL_POINTS,
        "ytick.labelsize": SMALL_POINTS,
        "legend.fontsize": SMALL_POINTS,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.6,
        "axes.unicode_minus": True,
        "text.parse_math": False,  # two dollar signs in a label are two dollar signs; formulas know no Chinese
        "svg.hashsalt": "caliper",
        "pdf.fonttype": 42,  # TrueType: journals refuse Type 3
        "svg.fonttype": "path",  # letters as outlines: the same everywhere, whatever fonts the reader has
    }
)


class _Drawing(Figure):
    """Whatever it is saved as, what its fonts lack is spelled out first."""

    def draw(self, renderer: RendererBase) -> None:
        spell_out(self)
        super().draw(renderer)


def new_figure(*, height_mm: float, width_mm: float = FULL_WIDTH_MM) -> Figure:
    return _Drawing(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), facecolor="white")


def is_narrow(width_mm: float) -> bool:
    """Laid out for one column: its letters keep their size."""
    return width_mm < FULL_WIDTH_MM


def to_svg(figure: Figure, *, alt: str) -> str:
    """`alt` becomes the title that a screen reader speaks."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Title": alt, "Creator": "Caliper", "Date": None})
    return buffer.getvalue()


def _svg(figure: Figure, alt: str) -> bytes:
    return to_svg(figure, alt=alt).encode()


def _pdf(figure: Figure, alt: str) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="pdf", metadata={"Title": alt, "Creator": "Caliper", "CreationDate": None})
    return buffer.getvalue()


def _png(figure: Figure, _alt: str) -> bytes:
    return _pixels(figure, file_format="PNG")


def _tiff(figure: Figure, _alt: str) -> bytes:
    return _pixels(figure, file_format="TIFF", compression="tiff_lzw")


def _pixels(figure: Figure, *, file_format: str, **options: str) -> bytes:
    """RGB without transparency, which many a press cannot print."""
    drawn, buffer = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=DOTS_PER_INCH)
    picture = Image.open(drawn).convert("RGB")
    picture.save(buffer, file_format, dpi=(DOTS_PER_INCH, DOTS_PER_INCH), **options)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    label: str
    media_type: str
    write: Callable[[Figure, str], bytes]


FILE_FORMATS: Mapping[str, FileFormat] = {
    "svg": FileFormat(label="SVG", media_type="image/svg+xml", write=_svg),
    "pdf": FileFormat(label="PDF", media_type="application/pdf", write=_pdf),
    "png": FileFormat(label="PNG", media_type="image/png", write=_png),
    "tiff": FileFormat(label="TIFF", media_type="image/tiff", write=_tiff),
}


def axes_at(figure: Figure, *, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place in millimeters, from the lower left corner."""
    whole_width, whole_height = figure.get_size_inches() * MM_PER_INCH
    return figure.add_axes((left / whole_width, bottom / whole_height, width / whole_width, height / whole_height))


def bare(axes: Axes, *, width_mm: float, height_mm: float) -> None:
    """Axes as a plain drawing board in millimeters, from the upper left corner down."""
    axes.set_axis_off()
    axes.set_xlim(0, width_mm)
    axes.set_ylim(height_mm, 0)
