"""The formula language: read a text into a tree, and evaluate the tree exactly.

    formula     = sum [("==" | "!=" | "<=" | ">=" | "<" | ">") sum]
    sum         = product {("+" | "-") product}
    product     = signed {("*" | "/" | "//" | "%") signed}
    signed      = ("+" | "-") signed | power
    power       = atom ["**" signed]
    atom        = number | name | function "(" formula {"," formula} ")" | "(" formula ")"

A name may hold dots (`conv1.height`). The functions are those of `grader.arithmetic`.
Length and nesting are bounded here, the size of values there.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache, partial, reduce
from typing import Final

from grader.arithmetic import FUNCTIONS, Number, whole
from grader.errors import FormulaError
from grader.evaluating import evaluator
from grader.naming import DOTTED_NAME
from grader.tree import (
    COMPARISONS,
    Binary,
    Call,
    Literal,
    Name,
    Negative,
    Node,
    depth,
    names_in,
)

# Long enough to read again what is printed of a network of hundreds of layers.
MAX_LENGTH: Final = 20_000
MAX_DIGITS: Final = 1200
MAX_NESTING: Final = 40
MAX_DEPTH: Final = 200
MAX_EXPONENT: Final = 400
# A longer run of additions is read as one sum of many, which needs no depth.
FEW_TERMS: Final = 8

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>{DOTTED_NAME})"
    r"|(?P<sign>\*\*|//|==|!=|<=|>=|[-+*/%(),<>]))"
)
# What is meant by a character of another notation.
_MEANT: Final = {
    "^": "write ** for a power",
    "²": "write ** 2",
    "³": "write ** 3",
    "√": "write sqrt(...)",
    "=": "write == to compare",
    **dict.fromkeys("×·", "write *"),
    "÷": "write /",
    "−": "write -",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    **dict.fromkeys("{}[]", "write ( and )"),
}


@dataclass(frozen=True)
class Formula:
    """A formula that was read: its tree, its names in order of first use, and how to run it.

    `run` takes the names' values in their order, `run_named` by name; `value` is `run_named`
    with a sentence for a name that has none.

    >>> convolution = read("(kernel * kernel * channels + 1) * filters")
    >>> convolution.names
    ('kernel', 'channels', 'filters')
    >>> convolution.run((3, 3, 100))
    2800
    >>> convolution.value({"kernel": 3, "channels": 3, "filters": 100})
    2800
    """

    tree: Node

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names that the formula reads, in the order of their first use."""
        return tuple(dict.fromkeys(names_in(self.tree)))

    @cached_property
    def run(self) -> Callable[[Sequence[Number]], Number]:
        """The function from the names' values, in their order, to the formula's."""
        return evaluator(self.tree, {name: index for index, name in enumerate(self.names)})

    @cached_property
    def run_named(self) -> Callable[[Mapping[str, Number]], Number]:
        """The function from the values by name to the formula's."""
        return evaluator(self.tree, {name: name for name in self.names})

    def value(self, cells: Mapping[str, Number]) -> Number:
        """The exact value, each name taken from `cells`; FormulaError for an unknown name."""
        try:
            return self.run_named(cells)
        except KeyError as unknown:
            raise FormulaError(f"unknown name {unknown.args[0]!r}") from None


@lru_cache(maxsize=4096)
def read(text: str) -> Formula:
    """The formula that `text` writes; FormulaError says what is wrong and at which character.

    >>> read("ceil(height / stride)").value({"height": 75, "stride": 2})
    38
    >>> read("2 +")
    Traceback (most recent call last):
    ...
    grader.errors.FormulaError: a number, a name or '(' is missing at the end (at character 4)
    """
    return Formula(_Reader(text).read())


def literal(text: str, offset: int = 0) -> Number:
    """The exact number that a numeral writes; FormulaError for digits or an exponent too many.

    >>> literal("0.25"), literal("9.034e5")
    (Fraction(1, 4), 903400)
    """
    mantissa, _, exponent = text.lower().partition("e")
    if exponent and (
        len(exponent) > len(str(MAX_EXPONENT)) + 1 or abs(int(exponent)) > MAX_EXPONENT
    ):
        raise FormulaError(f"an exponent beyond {MAX_EXPONENT}", offset)
    if len(mantissa) > MAX_DIGITS:
        raise FormulaError(f"a number of over {MAX_DIGITS:,} digits", offset)
    units, _, decimals = mantissa.partition(".")
    scale = int(exponent or 0) - len(decimals)
    digits = int((units + decimals) or 0)
    return digits * 10**scale if scale >= 0 else whole(Fraction(digits, 10**-scale))


class _Reader:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise FormulaError(f"a formula of {len(text)} characters; {MAX_LENGTH} is the most")
        self.tokens = list(_tokens(text))
        self.next = 0
        self.depth = 0

    @property
    def kind(self) -> str:
        return self.tokens[self.next][0]

    @property
    def token(self) -> str:
        return self.tokens[self.next][1]

    @property
    def offset(self) -> int:
        return self.tokens[self.next][2]

    def take(self) -> str:
        token = self.token
        self.next += 1
        return token

    def takes(self, *signs: str) -> str:
        """The sign at hand, taken, if it is one of `signs`; else nothing."""
        return self.take() if self.kind == "sign" and self.token in signs else ""

    def read(self) -> Node:
        tree = self.formula()
        if self.kind != "end":
            if self.token in COMPARISONS:
                raise FormulaError("comparisons can't be chained; write two", self.offset)
            if self.token == ")":  # noqa: S105 - a sign, no password
                raise FormulaError("a ')' has no '(' before it", self.offset)
            raise FormulaError(f"an operator is missing before {self.token!r}", self.offset)
        if depth(tree) > MAX_DEPTH:
            raise FormulaError(f"over {MAX_DEPTH} operations that rest on each other")
        return tree

    def formula(self) -> Node:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise FormulaError(f"nested more than {MAX_NESTING} deep", self.offset)
        tree = self.sum()
        if sign := self.takes(*COMPARISONS):
            tree = Binary(sign, tree, self.sum())
        self.depth -= 1
        return tree

    def sum(self) -> Node:
        terms = [self.product()]
        while sign := self.takes("+", "-"):
            term = self.product()
            if sign == "+":
                terms.append(term)
            else:
                terms = [Binary("-", _added(terms), term)]
        return _added(terms)

    def product(self) -> Node:
        tree = self.signed()
        while sign := self.takes("*", "/", "//", "%"):
            tree = Binary(sign, tree, self.signed())
        return tree

    def signed(self) -> Node:
        negative = False
        while sign := self.takes("+", "-"):
            negative ^= sign == "-"
        tree = self.power()
        return Negative(tree) if negative else tree

    def power(self) -> Node:
        tree = self.atom()
        if self.takes("**"):
            self.depth += 1
            if self.depth > MAX_NESTING:
                raise FormulaError(f"nested more than {MAX_NESTING} deep", self.offset)
            tree = Binary("**", tree, self.signed())
            self.depth -= 1
        return tree

    def atom(self) -> Node:
        offset = self.offset
        if self.kind == "number":
            return Literal(literal(self.take(), offset))
        if self.kind == "name":
            name = self.take()
            return self.call(name, offset) if self.takes("(") else Name(name)
        if self.takes("("):
            tree = self.formula()
            self.close()
            return tree
        here = f"before {self.token!r}" if self.kind != "end" else "at the end"
        raise FormulaError(f"a number, a name or '(' is missing {here}", offset)

    def call(self, name: str, offset: int) -> Node:
        if name not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise FormulaError(f"there is no function {name!r}; there are {known}", offset)
        operands = [self.formula()]
        while self.takes(","):
            operands.append(self.formula())
        self.close()
        _, fewest, most = FUNCTIONS[name]
        if not fewest <= len(operands) <= most:
            takes = "1 value" if fewest == most == 1 else f"{fewest} to {most} values"
            raise FormulaError(f"{name} takes {takes}, got {len(operands)}", offset)
        return Call(name, tuple(operands))

    def close(self) -> None:
        if not self.takes(")"):
            here = f"before {self.token!r}" if self.kind != "end" else "at the end"
            raise FormulaError(f"')' is missing {here}", self.offset)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    end = len(text.rstrip())
    offset = 0
    while offset < end:
        match = _TOKEN.match(text, offset)
        if match is None or match.lastgroup is None:
            while text[offset].isspace():
                offset += 1
            cure = _MEANT.get(text[offset], "")
            said = f"the character {text[offset]!r} means nothing here"
            raise FormulaError(f"{said}: {cure}" if cure else said, offset)
        kind = match.lastgroup
        yield kind, match[kind], match.start(kind)
        offset = match.end()
    yield "end", "", end


def _added(terms: Sequence[Node]) -> Node:
    """The terms added up, a long sum in one step."""
    if len(terms) > FEW_TERMS:
        return Call("sum", tuple(terms))
    return reduce(partial(Binary, "+"), terms)
