"""The fonts of figures: the project's own, whatever this machine has, and what is drawn of a character that none of them has."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import matplotlib as mpl
from django.conf import settings
from matplotlib import font_manager
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

OURS = settings.BASE_DIR / "analytics" / "report" / "fonts"
OF_MATPLOTLIB = Path(mpl.get_data_path(), "fonts", "ttf")

# Each character is drawn from the first family that has it. The names are ours, so that no font of the machine answers to them.
FAMILIES: Mapping[str, Mapping[str, Path]] = {
    "Caliper Latin": {"normal": OURS / "LiberationSans-Regular.ttf", "bold": OURS / "LiberationSans-Bold.ttf"},
    **{
        f"Caliper Chinese {part}": {
            "normal": OURS / f"NotoSansSC-Regular-{part}.ttf",
            "bold": OURS / f"NotoSansSC-Bold-{part}.ttf",
        }
        for part in (1, 2, 3)
    },
    "Caliper symbols": {"normal": OF_MATPLOTLIB / "DejaVuSans.ttf", "bold": OF_MATPLOTLIB / "DejaVuSans-Bold.ttf"},
}

# Listed, not searched for: what matplotlib remembers of the machine's fonts may be years old. No file is opened before it is drawn from.
font_manager.fontManager.ttflist += [
    font_manager.FontEntry(fname=str(path), name=family, weight=weight)
    for family, files in FAMILIES.items()
    for weight, path in files.items()
]


def lacking(text: str) -> Iterator[str]:
    """The characters of a text that no font of the figures has, each once."""
    return (letter for letter in dict.fromkeys(text) if letter not in _drawable())


def spelled(text: str) -> str:
    """A character that no font has as its Unicode number, [U+20BB7]: a reader can look that up, and not an empty box."""
    return text.translate({ord(letter): number(letter) for letter in lacking(text)})


def number(letter: str) -> str:
    return f"[U+{ord(letter):04X}]"


def spell_out(figure: Figure) -> None:
    for axis in figure.findobj(Axis):
        labels = [label.get_text() for label in axis.get_ticklabels()]
        if any(spelled(label) != label for label in labels):  # an axis writes its labels anew whenever it is drawn
            axis.set_ticks(axis.get_ticklocs(), [spelled(label) for label in labels])
    for text in figure.findobj(Text):
        text.set_text(spelled(text.get_text()))


@cache
def _drawable() -> frozenset[str]:
    """In either weight."""
    codes = [set.intersection(*(_codes(path) for path in files.values())) for files in FAMILIES.values()]
    return frozenset({"\n", *map(chr, set.union(*codes))})


def _codes(path: Path) -> set[int]:
    return set(FT2Font(str(path)).get_charmap())
