"""A printed cell as numbers: 12 (5.6), 56.1 ± 10.2, 0.61 (0.44–0.84), <0.001, each as exact as its digits."""

import re
from dataclasses import dataclass

DIGITS = r"\d[\d,]*(?:\.\d+)?|\.\d+"
NUMBER = re.compile(rf"(?<![\w.])([-−+]?)({DIGITS})", re.ASCII)
MARKS = re.compile(r"<(?:sub|sup)>.*?</(?:sub|sup)>|</?\w+>|[*†‡§¶#°]+|(?<=[\d)])[a-e]$")
BLANK = {"", "-", "–", "—", "/", "na", "n/a", "nd", "none"}
ROUNDING = 1e-9


@dataclass(frozen=True)
class Number:
    """As printed; `half` is half a unit of its last digit, so the number behind it lies within `value` ± `half`."""

    value: float
    half: float

    @property
    def low(self) -> float:
        return self.value - self.half

    @property
    def high(self) -> float:
        return self.value + self.half

    def agrees_with(self, value: float) -> bool:
        """Whether `value` may have been printed so, rounded or cut off."""
        return abs(value - self.value) <= 2 * self.half + ROUNDING


@dataclass(frozen=True)
class Cell:
    """`first` stands before the brackets, `of` behind a slash, `inner` in brackets or behind ±; `bound` is <, > or nothing."""

    text: str
    first: Number | None = None
    of: Number | None = None
    inner: tuple[Number, ...] = ()
    bound: str = ""
    is_percent: bool = False

    @property
    def count(self) -> int | None:
        """A whole number of persons."""
        if self.first is None or self.is_percent or self.first.half < 0.5 or self.first.value < 0:
            return None
        return int(self.first.value)

    @property
    def percent(self) -> Number | None:
        """The one number in brackets behind a count."""
        return self.inner[0] if self.count is not None and len(self.inner) == 1 else None


def read_cell(text: str) -> Cell:
    """Words without a number give a cell without a first number."""
    plain = MARKS.sub("", text.replace("\u00a0", " ").replace("＜", "<").replace("％", "%")).strip()
    if plain.lower() in BLANK:
        return Cell(text="")
    outer, *rest = re.split(r"[(（\[±]|\+/-", plain, maxsplit=1)
    before = [_number(found) for found in NUMBER.finditer(outer)]
    if not before:
        return Cell(text=plain)
    behind = "".join(rest).replace("–", " ").replace("−", " ").replace("-", " ")
    is_fraction = "/" in outer and len(before) == 2
    return Cell(
        text=plain,
        first=before[0],
        of=before[1] if is_fraction else None,
        inner=tuple(_number(found) for found in NUMBER.finditer(behind)),
        bound=next((sign for sign in "<>" if sign in outer), ""),
        is_percent="%" in outer,
    )


def _number(found: re.Match[str]) -> Number:
    sign, digits = found[1], found[2].replace(",", "")
    decimals = len(digits.partition(".")[2])
    return Number(value=(-1.0 if sign in ("-", "−") else 1.0) * float(digits), half=0.5 * 10.0**-decimals)
