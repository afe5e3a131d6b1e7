"""How far a result rests on choices that others would have made differently: a curve of specifications."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from analytics.report.figures.style import COLORS, FAINT, FULL_WIDTH_MM, SMALL_POINTS, is_narrow, new_figure
from analytics.report.figures.text import wrap
from analytics.report.labels import Label, endpoint_label
from analytics.report.numbers import number

Json = Mapping[str, Any]
CHOICES: tuple[tuple[Label, Callable[[Json], bool]], ...] = (
    (gettext_lazy("Nearest-neighbor matching"), lambda one: one["design"].get("method") == "nearest"),
    (gettext_lazy("Weighting"), lambda one: one["design"].get("method") == "weighting"),
    (gettext_lazy("All covariates"), lambda one: one["left_out"] is None),
    (gettext_lazy("One covariate left out"), lambda one: one["left_out"] is not None),
    (gettext_lazy("Entire follow-up"), lambda one: one["months"] is None),
    (gettext_lazy("First 60 months"), lambda one: one["months"] == 60),
    (gettext_lazy("First 36 months"), lambda one: one["months"] == 36),
)
AXIS = (0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 5)


def specification_curve(result: Json, *, endpoint: str, width_mm: float = FULL_WIDTH_MM) -> Figure:
    """Hazard ratios in ascending order; below each, which choices it made."""
    found = result["stability"][endpoint]
    ordered = sorted(found["specifications"], key=lambda one: one["hr"])
    figure = new_figure(height_mm=105, width_mm=width_mm)
    left = 0.42 if is_narrow(width_mm) else 0.29
    above = figure.add_axes((left, 0.45, 0.97 - left, 0.50))
    below = figure.add_axes((left, 0.06, 0.97 - left, 0.36), sharex=above)
    ratios = np.array([one["hr"] for one in ordered])
    _ratios(above, ratios=ratios, planned=found["planned"])
    for place, (_label, holds) in enumerate(CHOICES):
        marks = [number for number, one in enumerate(ordered) if holds(one)]
        below.plot(marks, [-place] * len(marks), linestyle="none", marker="|", markersize=5, color=COLORS[place % 2])
    labels = [wrap(str(label), most=left * width_mm - 4, points=SMALL_POINTS) for label, _holds in CHOICES]
    below.set_yticks([-place for place in range(len(CHOICES))], labels)
    below.set_ylim(0.7 - len(CHOICES), 0.7)
    below.set_xticks([])
    below.spines["bottom"].set_visible(False)
    return figure


def curve_title(result: Json, *, endpoint: str) -> str:
    return _("%(endpoint)s under other reasonable choices") % {"endpoint": endpoint_label(endpoint, result=result)}


def curve_alt(result: Json, *, endpoint: str) -> str:
    found = result["stability"][endpoint]
    return _(
        "Hazard ratios of %(n)s specifications in ascending order, from %(low)s to %(high)s; as planned: %(planned)s."
    ) % {
        "n": found["n"],
        "low": number(found["min"], digits=2),
        "high": number(found["max"], digits=2),
        "planned": number(found["planned"], digits=2),
    }


def _ratios(axes: Axes, *, ratios: np.ndarray, planned: float) -> None:
    axes.axhline(1, color=FAINT, linewidth=0.6, linestyle=(0, (4, 3)))
    axes.scatter(np.arange(ratios.size), ratios, s=5, color=COLORS[0])
    axes.axhline(planned, color=COLORS[1], linewidth=1)
    text = _("as planned: %(ratio)s") % {"ratio": number(planned, digits=2)}
    axes.text(
        0.01, planned, text, transform=axes.get_yaxis_transform(), va="bottom", fontsize=SMALL_POINTS, color=COLORS[1]
    )
    axes.set_yscale("log")
    inside = [tick for tick in AXIS if ratios.min() * 0.9 <= tick <= ratios.max() * 1.1]
    axes.set_yticks(inside or [round(float(planned), 2)])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_ylabel(_("Hazard ratio"))
    axes.tick_params(labelbottom=False, bottom=False)
