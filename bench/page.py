"""Tables of the documentation that a command makes: each stands between two marks that name the command."""

from collections.abc import Iterable, Sequence
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, OPERATIONS = DOCS / "statistics.md", DOCS / "operations.md"
END = "<!-- end of table -->"


def table(header: Sequence[str], *, rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def write_table(text: str, *, of: str, on: Path = PAGE) -> None:
    """In place of what stands between the marks of the command `of`; ValueError where the page has no such mark."""
    mark = f"<!-- table: {of} -->"
    before, found, rest = on.read_text(encoding="utf-8").partition(mark)
    _, closed, after = rest.partition(END)
    if not (found and closed):
        raise ValueError(f"{on.name} needs the lines {mark} and {END}")
    on.write_text(f"{before}{mark}\n{text}{END}{after}", encoding="utf-8")
