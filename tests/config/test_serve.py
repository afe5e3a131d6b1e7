"""How many workers the site gets."""

import os

import pytest

from config.management.commands.serve import workers_here

GIGABYTE = 1024**3


@pytest.mark.parametrize(
    ("given", "gigabytes", "workers"), [("", 8, 2), ("", 2, 1), ("3", 2, 3), ("0", 8, 1), ("1", 64, 1)]
)
def test_two_workers_where_memory_permits_unless_told_otherwise(given, gigabytes, workers, monkeypatch):
    sizes = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": gigabytes * GIGABYTE // 4096}
    monkeypatch.setattr(os, "sysconf", sizes.__getitem__)
    monkeypatch.setenv("WORKERS", given)
    assert workers_here() == workers
