"""The fonts of figures, told to matplotlib; a character that none of them has is spelled out."""

from matplotlib import font_manager
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text

from registry.fonts import FAMILIES, spelled

# Listed, not searched for: what matplotlib remembers of the machine's fonts may be years old. No file is opened before it is drawn from.
font_manager.fontManager.ttflist += [
    font_manager.FontEntry(fname=str(path), name=family, weight=weight)
    for family, files in FAMILIES.items()
    for weight, path in files.items()
]


def spell_out(figure: Figure) -> None:
    for axis in figure.findobj(Axis):
        labels = [label.get_text() for label in axis.get_ticklabels()]
        if any(spelled(label) != label for label in labels):  # an axis writes its labels anew whenever it is drawn
            axis.set_ticks(axis.get_ticklocs(), [spelled(label) for label in labels])
    for text in figure.findobj(Text):
        text.set_text(spelled(text.get_text()))
