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
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, partial, reduce
from typing import Any, Final

from grader.arithmetic import (
    FUNCTIONS,
    OPERATORS,
    Number,
    ceil_divide,
    floor_divide,
    negate,
    whole,
)
from grader.errors import FormulaError
from grader.naming import DOTTED_NAME

# Long enough to read again what is printed of a network of hundreds of layers.
MAX_LENGTH: Final = 20_000
MAX_DIGITS: Final = 1200
MAX_NESTING: Final = 40
MAX_DEPTH: Final = 200
MAX_EXPONENT: Final = 400
# A longer run of additions is read as one sum of many, which needs no depth.
FEW_TERMS: Final = 8

COMPARISONS: Final = ("==", "!=", "<=", ">=", "<", ">")

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
Run = Callable[[Sequence[Number]], Number]
RunNamed = Callable[[Mapping[str, Number]], Number]
Operate = Callable[[Number, Number], Number]


@dataclass(frozen=True, slots=True)
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
    names: tuple[str, ...] = field(init=False, compare=False)
    run: Run = field(init=False, compare=False, repr=False)
    run_named: RunNamed = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        names = tuple(dict.fromkeys(_names(self.tree)))
        object.__setattr__(self, "names", names)
        keys = {name: index for index, name in enumerate(names)}
        object.__setattr__(self, "run", _runner(self.tree, keys))
        object.__setattr__(self, "run_named", _runner(self.tree, {name: name for name in names}))

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
        if _depth(tree) > MAX_DEPTH:
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


def _operands(tree: Node) -> tuple[Node, ...]:
    match tree:
        case Negative(operand):
            return (operand,)
        case Binary(_, left, right):
            return left, right
        case Call(_, operands):
            return operands
    return ()


def _depth(tree: Node) -> int:
    """How many operations rest on each other, counted without recursion."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [operand for node in level for operand in _operands(node)]
    return depth


def _names(tree: Node) -> Iterator[str]:
    if isinstance(tree, Name):
        yield tree.name
    for operand in _operands(tree):
        yield from _names(operand)


_Run = Callable[[Any], Number]

# A rounded quotient needs no fraction on the way, which is slow to make.
_ROUNDED_QUOTIENTS: Final[Mapping[str, Operate]] = {"floor": floor_divide, "ceil": ceil_divide}


def _operation(operate: Operate, left: Node, right: Node, keys: Mapping[str, Any]) -> _Run:
    """Two operands and a sign as a closure; most operands are names, which need no call."""
    if isinstance(left, Name) and isinstance(right, Name):
        first, second = keys[left.name], keys[right.name]
        return lambda values: operate(values[first], values[second])
    run_left, run_right = _runner(left, keys), _runner(right, keys)
    if isinstance(right, Name):
        last = keys[right.name]
        return lambda values: operate(run_left(values), values[last])
    return lambda values: operate(run_left(values), run_right(values))


def _runner(tree: Node, keys: Mapping[str, Any]) -> _Run:
    """The tree as nested closures: built once, run many times.

    `keys` tells where a name's value is found: at an index of a sequence, or under a key.
    """
    match tree:
        case Literal(value):
            return lambda _: value
        case Name(name):
            key = keys[name]
            return lambda values: values[key]
        case Negative(operand):
            run = _runner(operand, keys)
            return lambda values: negate(run(values))
        case Binary(sign, left, right):
            return _operation(OPERATORS[sign], left, right, keys)
        case Call("floor" | "ceil" as function, (Binary("/", left, right),)):
            return _operation(_ROUNDED_QUOTIENTS[function], left, right, keys)
        case Call(function, operands):
            apply = FUNCTIONS[function][0]
            if all(isinstance(operand, Name) for operand in operands):
                at = tuple(keys[operand.name] for operand in operands if isinstance(operand, Name))
                return lambda values: apply(*[values[key] for key in at])
            runs = tuple(_runner(operand, keys) for operand in operands)
            return lambda values: apply(*[run(values) for run in runs])
