"""Sentences for people, in both languages, as values: the clinical definitions know no gettext."""

from dataclasses import dataclass

# Note [Two translation systems]
# ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
# Texts of the site go through gettext: one catalog, found by tools, complete by test. The pure parts
# (registry/clinical, the analysis engine, what a file is refused for) may not know Django, run in processes without
# it, and write results that hold both languages at once, because a JSON file is read by people of both. There a
# sentence is a value with its English and its Chinese side by side. The border is the room, not the author's choice:
# pure rooms use Message pairs, all others gettext, and a test asks each sentence of either kind for its Chinese.


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in English and in Simplified Chinese."""

    en: str
    zh: str
