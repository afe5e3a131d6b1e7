"""The packages of the project: as docs/architecture.md lists them, as the code imports them, as the contracts layer them."""

import re
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
APPS = ("demo", "config", "importers", "analytics", "registry")
UNDRAWN = {"apps", "migrations"}  # Django's own; nothing imports them
LINE = re.compile(r"^(?P<indent> +)(?P<name>[A-Za-z_]+)(?P<ending>/|\.py) +(?P<purpose>.+)$")


@dataclass(frozen=True)
class Entry:
    """A line of the list. `purpose` is without the mark of purity."""

    module: str
    is_package: bool
    purpose: str
    is_pure: bool


def entries() -> list[Entry]:
    """The list of docs/architecture.md, from the mark on."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    found: list[Entry] = []
    above: list[str] = []
    for line in page.partition("<!-- packages -->")[2].partition("\n## ")[0].splitlines():
        if known := LINE.match(line):
            above = [*above[: len(known["indent"]) // 2 - 2], known["name"]]
            text = known["purpose"].removeprefix("PURE: ")
            is_pure = text != known["purpose"]
            found.append(Entry(".".join(above), known["ending"] == "/", text, is_pure))
    return found


@cache
def graph() -> grimp.ImportGraph:
    sys.path.insert(0, str(ROOT))
    return grimp.build_graph(*APPS, cache_dir=None)


def imports_between(package: str) -> dict[str, set[str]]:
    """The children of a package, and the children that each of them imports."""
    children = graph().find_children(package)
    found: dict[str, set[str]] = {child: set() for child in sorted(children)}
    for child in children:
        for module in (child, *graph().find_descendants(child)):
            for imported in graph().find_modules_directly_imported_by(module):
                other = ".".join(imported.split(".")[: package.count(".") + 2])
                if other in children and other != child:
                    found[child].add(other)
    return found


def imported_from_outside(package: str) -> dict[str, set[str]]:
    """For each child of a package, the apps that import it."""
    found: dict[str, set[str]] = {}
    for child in graph().find_children(package):
        modules = {child, *graph().find_descendants(child)}
        users = {user.split(".")[0] for module in modules for user in graph().find_modules_that_directly_import(module)}
        found[child] = users - {package}
    return found


def layers_of(app: str) -> list[list[str]]:
    """From the import contract of the app, the top first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract.get("containers") == [app]]
    rows = [[f"{app}.{name.strip()}" for name in layer.split("|") if name.strip() not in UNDRAWN] for layer in layers]
    return [row for row in rows if row]
