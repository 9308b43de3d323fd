"""What a formula is once it is read: a tree of numbers, names, signs and functions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from grader.arithmetic import Number

COMPARISONS: Final = ("==", "!=", "<=", ">=", "<", ">")


@dataclass(frozen=True, slots=True)
class Literal:
    """A number as written."""

    value: Number


@dataclass(frozen=True, slots=True)
class Name:
    """A value that stands elsewhere: a draw or an earlier line."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """The operand with its sign changed."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and the sign between them; a comparison has the value 1 or 0."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one operand or more."""

    function: str
    operands: tuple["Node", ...]


Node = Literal | Name | Negative | Binary | Call


def operands(tree: Node) -> tuple[Node, ...]:
    """What the operation at the tree's root is done to; nothing for a number or a name.

    >>> operands(Binary("+", Name("height"), Literal(2)))
    (Name(name='height'), Literal(value=2))
    """
    match tree:
        case Negative(operand):
            return (operand,)
        case Binary(_, left, right):
            return left, right
        case Call(_, operands):
            return operands
    return ()


def depth(tree: Node) -> int:
    """How many operations rest on each other, counted without recursion.

    >>> depth(Negative(Binary("*", Name("height"), Name("width"))))
    3
    """
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [operand for node in level for operand in operands(node)]
    return depth


def names_in(tree: Node) -> Iterator[str]:
    """Every name, each time that it stands in the tree.

    >>> list(names_in(Binary("*", Name("side"), Name("side"))))
    ['side', 'side']
    """
    if isinstance(tree, Name):
        yield tree.name
    for operand in operands(tree):
        yield from names_in(operand)
