"""Adverse events as charts call them, read as the terms that the box of a form makes of the same words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from importers.files import cells
from importers.files.cells import Cell
from registry.clinical.adverse_events.ctcae import VERSION
from registry.ctcae.names import reported_term, term_of_version

TERM, GRADED_BY = "ae_term", "ctcae_version"


def read_term(raw: Any) -> Cell:
    """A word that may mean several terms stays what it is, and is asked about."""
    cell = cells.read_text(raw)
    return replace(cell, value=reported_term(cell.value)) if cell.value else cell


def in_their_versions(read: Mapping[str, list[Cell]]) -> dict[str, list[Cell]]:
    """Each term as the version has it by which its event was graded."""
    if not {TERM, GRADED_BY} <= read.keys():
        return {}
    pairs = zip(read[TERM], read[GRADED_BY], strict=True)
    return {TERM: [_in_version(cell, version=graded.value) for cell, graded in pairs]}


def _in_version(cell: Cell, *, version: Any) -> Cell:
    if cell.value is None or version in {None, VERSION}:
        return cell
    return replace(cell, value=term_of_version(cell.value, version=version))
