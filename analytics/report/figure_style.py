"""How figures look, and how one becomes SVG text: the same bytes for the same result."""

import io

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure

from analytics.report.figure_fonts import spell_out
from registry.fonts import FAMILIES

MM_PER_INCH = 25.4
FULL_WIDTH_MM = 174  # two columns of a journal page
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


def to_svg(figure: Figure, *, alt: str) -> str:
    """`alt` becomes the title that a screen reader speaks."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Title": alt, "Creator": "Caliper", "Date": None})
    return buffer.getvalue()


def bare(axes: Axes, *, width_mm: float, height_mm: float) -> None:
    """Axes as a plain drawing board in millimeters, from the upper left corner down."""
    axes.set_axis_off()
    axes.set_xlim(0, width_mm)
    axes.set_ylim(height_mm, 0)
