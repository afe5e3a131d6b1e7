"""What the JSON of a result is made of, as a tree: which keys are fixed, which name an arm or a cohort, which leaf is a statistic."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from analytics.messages import Message
from analytics.result.nulls import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One kind of number: what people call it, the function that computes it, the same in R, and the rows it rests on.

    `rests_on` are addresses with the roles of the number in braces; `{arm}` stands for each arm where the number has none.
    `share_of` is the address of the whole that people read this number as a share of."""

    label: Message
    function: str
    r: str = ""
    rests_on: tuple[str, ...] = ()
    share_of: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """An object whose keys are fixed; `method` is the key that says by which test or errors."""

    fields: "Mapping[str, Node]"
    method: str = ""


@dataclass(frozen=True, slots=True)
class Each:
    """An object whose keys name something, such as an arm; `why` is not among them."""

    role: str
    node: "Node"


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of objects, each called by what identifies it; `roles` are keys that say what the number is about.

    What `is_drawn` is many points of a figure, none of them printed."""

    called: Callable[[Json], str]
    node: "Node"
    roles: Mapping[str, str] = field(default_factory=dict)
    is_drawn: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list of numbers, each with a name."""

    names: tuple[str, ...]
    statistics: tuple[Statistic, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """Lists of equal length; each number is addressed by the month it is read at."""

    statistics: Mapping[str, Statistic]


@dataclass(frozen=True, slots=True)
class Deep:
    """Settings and details: whatever number is in it, however deep, is of this kind."""

    statistic: Statistic


@dataclass(frozen=True, slots=True)
class Unlisted:
    """What is declared and has no row: a patient's own value, which nobody cites, and what a specification asked for."""

    statistic: Statistic


Node = Statistic | Block | Each | Listed | Points | Curve | Deep | Unlisted


@cache
def segment(name: object) -> str:
    """A key as a part of an address, which has no spaces."""
    return "_".join(str(name).split())
