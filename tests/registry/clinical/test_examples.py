import doctest
import re
from importlib import import_module
from pathlib import Path

import pytest

import registry.clinical

FOLDER = Path(registry.clinical.__path__[0])
WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(FOLDER).with_suffix("").parts)
    for path in FOLDER.rglob("*.py")
    if re.search(r"^ *>>> ", path.read_text(), re.MULTILINE)
)


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    results = doctest.testmod(import_module(f"registry.clinical.{module}"))
    assert results.attempted
    assert not results.failed
