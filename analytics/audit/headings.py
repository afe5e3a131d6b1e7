"""What the columns of a printed table are: an arm with its n, a P value, a ratio, or something that is not audited.

See Note [The shapes of a printed table]."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

SIZE = re.compile(r"[(（]?\s*\bn\s*[=＝]\s*([\d,]+)\s*[)）]?", re.IGNORECASE)
JOINT = " · "
AFTER = re.compile(r"\b(after|post|matched|psm|propensity)\b|匹配后|PSM后", re.IGNORECASE)
BEFORE = re.compile(r"\b(before|unmatched|crude|pre)\b|匹配前|PSM前", re.IGNORECASE)
ROLES = (
    ("p", re.compile(r"^(p|p[\s.-]*values?|p值)$", re.IGNORECASE)),
    ("ratio", re.compile(r"\b(hr|or|hazard ratio|odds ratio)\b|风险比|比值比", re.IGNORECASE)),
    (
        "other",
        re.compile(
            r"\bsmd|standardi[sz]ed|difference|p[\s.-]|log-rank|^n$|^events?$|note|^here$|printed|标准化|差值?$|P值",
            re.IGNORECASE,
        ),
    ),
)
UNMATCHED, MATCHED = "unmatched", "matched"


@dataclass(frozen=True)
class Heading:
    """`role` is arm, p, ratio or other; `group` is what stands above the last line of the heading."""

    role: str
    group: str
    cohort: str
    arm: str = ""
    part: str = ""
    n: int | None = None


def cohort_of(text: str) -> str:
    """Before matching, after it, or nothing where no word tells."""
    if BEFORE.search(text):
        return UNMATCHED
    return MATCHED if AFTER.search(text) else ""


def headings_of(rows: Sequence[Sequence[str]], *, title: str) -> list[Heading]:
    """Of one or two rows; a cell of the first row holds for the empty ones behind it."""
    above = ""
    found = []
    for place, cells in enumerate(zip(*rows, strict=True)):
        if len(cells) == 2 and place:
            above = cells[0] or above
            parts = [above, cells[1]]
        else:
            parts = cells[0].split(JOINT)
        found.append(heading_of([part.strip() for part in parts if part.strip()], title=title))
    return found


def heading_of(parts: Sequence[str], *, title: str) -> Heading:
    """The part that has an n is the arm, else the last; what stands before it may name a cohort, what behind it a grade."""
    cohort = cohort_of(JOINT.join(parts)) or cohort_of(title)
    if not parts:
        return Heading(role="other", group="", cohort=cohort)
    group = JOINT.join(parts[:-1])
    sized = next((place for place, part in enumerate(parts) if SIZE.search(part)), None)
    if sized is None:
        for role, pattern in ROLES:
            if pattern.search(parts[-1]):
                return Heading(role=role, group=group, cohort=cohort)
    place = len(parts) - 1 if sized is None else sized
    size = SIZE.search(parts[place])
    return Heading(
        role="arm",
        group=group,
        cohort=cohort,
        arm=SIZE.sub("", parts[place]).strip(),
        part=JOINT.join(parts[place + 1 :]),
        n=int(size[1].replace(",", "")) if size else None,
    )
