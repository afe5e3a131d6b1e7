"""Text of figures, measured as it will be drawn: how wide it is, where its lines break, how high they stand."""

from collections.abc import Iterable, Iterator
from unicodedata import category, east_asian_width

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from registry.fonts import FAMILIES, spelled

MM_PER_POINT = 25.4 / 72
LINE = 1.3  # from one line to the next, by the size of the letters


def size_text(count: int) -> str:
    """With spaces at which no line breaks."""
    return f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{count}"


def width_mm(text: str, *, points: float, weight: str = "normal") -> float:
    """Of its longest line."""
    font = FontProperties(family=list(FAMILIES), size=points, weight=weight)
    widths = (text_to_path.get_text_width_height_descent(line, font, ismath=False)[0] for line in text.split("\n"))
    return max(widths) * MM_PER_POINT


def height_mm(text: str, *, points: float) -> float:
    return (text.count("\n") + 1) * points * LINE * MM_PER_POINT


def widest_mm(texts: Iterable[str], *, points: float, most: float) -> float:
    """The width that all of them need, and no more than `most`."""
    return min(most, max((width_mm(spelled(text), points=points) for text in texts), default=0.0) + 0.1)


def wrap(text: str, *, most: float, points: float, weight: str = "normal") -> str:
    """Lines of at most `most` mm, broken between words or Chinese characters, and inside a word that is wider than a line."""

    def fits(line: str) -> bool:
        return width_mm(line, points=points, weight=weight) <= most

    lines, line = [], ""
    for piece in _pieces(spelled(text)):
        for part in [piece] if fits(piece.rstrip()) else piece:
            if line and not fits((line + part).rstrip()):
                lines.append(line.rstrip())
                line = part.lstrip()
            else:
                line += part
    return "\n".join([*lines, line.rstrip()])


def _pieces(text: str) -> Iterator[str]:
    """What stays together: a word with the space behind it, a Chinese character, either with the marks that may not begin a line."""
    piece = ""
    for letter in text:
        if _may_break(piece, before=letter):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def _may_break(piece: str, *, before: str) -> bool:
    if not piece or before == " " or category(before) in ("Pe", "Pf") or before in "，。、；：！？":
        return False
    last = piece[-1]
    return last == " " or (category(last) not in ("Ps", "Pi") and (_is_wide(last) or _is_wide(before)))


def _is_wide(letter: str) -> bool:
    return east_asian_width(letter) in "WF"
