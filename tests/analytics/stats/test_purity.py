import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

from analytics import stats

MODULES = [module.name for module in pkgutil.walk_packages(stats.__path__, "analytics.stats.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.slow
def test_a_comparison_needs_no_django() -> None:
    script = "import sys, analytics.engine.comparison, analytics.result.comparison, analytics.flat.table; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
