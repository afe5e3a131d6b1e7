"""A mapping held against what the registry knows: every kind, variable, code and unit that it names. PURE."""

from importers.mapping.catalog import Catalog
from importers.mapping.language import SheetMapping
from importers.mapping.refusals import Sentence


def problems_of(mapping: SheetMapping, *, catalog: Catalog) -> tuple[Sentence, ...]:
    """One sentence for each key at fault, with what may stand there instead; empty where all is known."""
    raise NotImplementedError
