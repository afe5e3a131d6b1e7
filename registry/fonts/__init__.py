"""The project's own fonts, whatever this machine has: of figures and of paper, and what is written of a character that none has."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.ft2font import FT2Font

OURS = Path(__file__).parent
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


def lacking(text: str) -> Iterator[str]:
    """The characters of a text that no font of ours has, each once."""
    return (letter for letter in dict.fromkeys(text) if letter not in _drawable())


def spelled(text: str) -> str:
    """A character that no font has as its Unicode number, [U+20BB7]: a reader can look that up, and not an empty box."""
    return text.translate({ord(letter): number(letter) for letter in lacking(text)})


def number(letter: str) -> str:
    return f"[U+{ord(letter):04X}]"


@cache
def _drawable() -> frozenset[str]:
    """In either weight."""
    codes = [set.intersection(*(_codes(path) for path in files.values())) for files in FAMILIES.values()]
    return frozenset({"\n", *map(chr, set.union(*codes))})


def _codes(path: Path) -> set[int]:
    return set(FT2Font(str(path)).get_charmap())
