"""What mathematics is made of: the tree that is read from LaTeX, or made from a formula."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Digits:
    """A number as written, its separators included."""

    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A variable or a constant; `upright` for those that aren't set in italics."""

    text: str
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator, a relation, a comma or a parenthesis."""

    text: str
    fence: bool = False


@dataclass(frozen=True, slots=True)
class Large:
    """An operator or a function's name that may carry limits, such as a sum or max."""

    text: str
    limits: bool = True
    function: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Words among the mathematics; `style` is text, textbf or textit."""

    text: str
    style: str = "text"


@dataclass(frozen=True, slots=True)
class Space:
    """A gap of so many em."""

    width: str


@dataclass(frozen=True, slots=True)
class Row:
    """Things side by side."""

    items: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One over the other; without a bar in a binomial."""

    top: "Tree"
    bottom: "Tree"
    bar: bool = True


@dataclass(frozen=True, slots=True)
class Root:
    """A root; its degree where it isn't the square root."""

    body: "Tree"
    degree: "Tree | None" = None


@dataclass(frozen=True, slots=True)
class Scripts:
    """A base with something below and something above at its right."""

    base: "Tree"
    below: "Tree | None" = None
    above: "Tree | None" = None


@dataclass(frozen=True, slots=True)
class Accent:
    """A mark over or under its base."""

    base: "Tree"
    mark: str
    under: bool = False
    stretched: bool = False


@dataclass(frozen=True, slots=True)
class Fenced:
    """A body between fences that grow with it; an empty text for a side without one."""

    opening: str
    body: "Tree"
    closing: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; `alignment` repeats over the columns."""

    rows: tuple[tuple["Tree", ...], ...]
    alignment: tuple[str, ...]


Leaf = Digits | Letter | Sign | Large | Words | Space
Tree = Leaf | Row | Ratio | Root | Scripts | Accent | Fenced | Table
