"""Why a mapping is refused: one sentence for each key at fault, in both languages. PURE."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """`path` is the key at fault, such as records[1].variables.sex."""

    path: str
    en: str
    zh: str


class MappingRefused(Exception):  # it is an answer, in both languages
    def __init__(self, *problems: Sentence) -> None:
        self.problems = problems
        super().__init__(" ".join(one.en for one in problems))
