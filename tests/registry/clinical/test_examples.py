import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("module", ["agents", "doses", "response"])
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    results = doctest.testmod(import_module(f"registry.clinical.{module}"))
    assert results.attempted
    assert not results.failed
