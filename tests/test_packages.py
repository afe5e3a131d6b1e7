"""The packages: that the tree, its list in the docs, its picture and the contracts of imports say the same."""

import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

from script.package_graph import APPS, ROOT, UNDRAWN, entries, graph, imports_between, layers_of

LAYERED = ("importers", "analytics", "registry")
OF_DJANGO = {"migrations", "commands"}


def packages() -> set[str]:
    found = [path.parent.relative_to(ROOT) for app in APPS for path in (ROOT / app).rglob("__init__.py")]
    return {".".join(path.parts) for path in found if not OF_DJANGO & set(path.parts)}


def root_modules(app: str) -> set[str]:
    return {path.stem for path in (ROOT / app).glob("*.py")} - {"__init__"}


def test_every_package_has_its_line_in_the_docs_and_every_line_its_package():
    listed = [entry.module for entry in entries() if entry.is_package]
    assert sorted(listed) == sorted(packages())


def test_every_module_beside_the_packages_has_its_line_in_the_docs():
    listed = sorted(entry.module for entry in entries() if not entry.is_package)
    assert listed == sorted(f"{app}.{name}" for app in APPS for name in root_modules(app))


@pytest.mark.parametrize("app", APPS)
def test_the_list_reads_from_the_top_down(app):
    """What a package imports is listed below it."""
    order = [entry.module for entry in entries() if entry.module.count(".") == 1 and entry.module.startswith(f"{app}.")]
    arrows = {name: targets for name, targets in imports_between(app).items() if name.split(".")[1] not in UNDRAWN}
    up = [f"{name} → {it}" for name, its in arrows.items() for it in its if order.index(it) < order.index(name)]
    assert up == []


def test_what_the_docs_call_pure_is_held_to_it_by_a_contract():
    listed = {entry.module for entry in entries() if entry.is_pure}
    (contract,) = [one for one in _contracts() if one["name"].startswith("The pure middle")]
    assert listed == set(contract["source_modules"])


def test_the_picture_of_the_packages_is_current():
    made = subprocess.run(
        [sys.executable, "script/drawing", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr


def test_every_package_at_the_top_is_under_the_contracts():
    at_the_top = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert set(linter["root_packages"]) == at_the_top == set(APPS)


@pytest.mark.parametrize("app", LAYERED)
def test_the_layers_of_an_app_name_all_that_is_in_it(app):
    (contract,) = [one for one in _contracts() if one.get("containers") == [app]]
    assert contract["exhaustive"] is True
    named = {name for layer in layers_of(app) for name in layer} | {f"{app}.{name}" for name in UNDRAWN}
    assert named >= graph().find_children(app)


def test_the_benches_import_in_no_circle():
    assert grimp.build_graph("bench", cache_dir=None).nominate_cycle_breakers("bench") == set()


def _contracts() -> list[dict]:
    return tomllib.loads(Path(ROOT, "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
