"""A formula's tree as a function of its names' values, bounded at each operation.

Most of what is worked out is a product or a quotient of a few whole numbers. For these the bounds
of `grader.arithmetic` are decided beforehand: where no name's value is negative or over `WIDTH`
bits, no value on the way is over MAX_BITS, so Python's own operators give what the bounded ones
would, in a fraction of the time. All else is worked by the bounded ones: a fraction or a huge
number among the values, a division by zero.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from grader.arithmetic import (
    FUNCTIONS,
    MAX_BITS,
    OPERATORS,
    Number,
    ceil_divide,
    divide,
    floor_divide,
    negate,
)
from grader.tree import COMPARISONS, Binary, Call, Literal, Name, Negative, Node

Run = Callable[[Any], Number]
Operate = Callable[[Number, Number], Number]

WIDTH: Final = 64
# A formula of more names is a sum over a network's layers, and is worked once.
_MOST_NAMES: Final = 12

# A rounded quotient needs no fraction on the way, which is slow to make.
_ROUNDED_QUOTIENTS: Final[Mapping[str, Operate]] = {"floor": floor_divide, "ceil": ceil_divide}


def evaluator(tree: Node, keys: Mapping[str, Any]) -> Run:
    """The function that works a tree; `keys` tells where a name's value is found in its argument.

    A key is an index of a sequence that holds these values alone, in order, or a mapping's key.

    >>> from grader.formula import read
    >>> tree = read("ceil(height / stride) * width").tree
    >>> evaluator(tree, {"height": 0, "stride": 1, "width": 2})((75, 2, 38))
    1444
    """
    careful = bounded(tree, keys)
    try:
        return _straight(tree, keys, careful) if 0 < len(keys) <= _MOST_NAMES else careful
    except _NotWholeError:
        return careful


class _NotWholeError(Exception):
    """A tree that is not worked in whole numbers throughout, or might leave the bounds."""


def _straight(tree: Node, keys: Mapping[str, Any], careful: Run) -> Run:
    """The tree as Python's own code for whole numbers, which hands all others to `careful`."""
    local = {name: f"v{index}" for index, name in enumerate(keys)}
    match tree:
        case Binary("/", left, right):
            expression = f"divide({_written(left, local)[0]}, {_written(right, local)[0]})"
        case _:
            expression = _written(tree, local)[0]
    values = ", ".join(local.values())
    code = (
        f"def run(values):\n"
        f"    {values}, = {', '.join(f'values[{key!r}]' for key in keys.values())},\n"
        f"    if {'.__class__ is '.join(local.values())}.__class__ is int"
        f" and not ({' | '.join(local.values())}) >> {WIDTH}:\n"
        f"        try:\n"
        f"            return {expression}\n"
        f"        except ZeroDivisionError:\n"
        f"            pass\n"
        f"    return careful(values)\n"
    )
    namespace: dict[str, Any] = {"careful": careful, "divide": divide}
    exec(code, namespace)  # noqa: S102 - our own words: signs, whole numbers, names that we count
    run: Run = namespace["run"]
    return run


def _written(tree: Node, local: Mapping[str, str]) -> tuple[str, int]:
    """A tree of whole numbers as Python's text, and how many bits its value has at most.

    But for a power no operation here gives more bits than its operands have together.
    """
    match tree:
        case Literal(int() as value):
            return f"({value})", max(1, value.bit_length())
        case Name(name):
            return local[name], WIDTH
        case Binary("**", base, Literal(int() as exponent)) if exponent >= 0:
            text, size = _written(base, local)
            text, size = f"({text} ** {exponent})", max(1, size * exponent)
        case _:
            template, operands = _operation(tree)
            written = [_written(operand, local) for operand in operands]
            text, size = template.format(*(text for text, _ in written)), sum(s for _, s in written)
    if size >= MAX_BITS:
        raise _NotWholeError
    return text, size


def _operation(tree: Node) -> tuple[str, tuple[Node, ...]]:
    """The operation at a tree's root as Python writes it, with `{}` for each of its operands."""
    match tree:
        case Negative(operand):
            return "(-{})", (operand,)
        case Binary("+" | "-" | "*" | "//" | "%" as sign, left, right):
            return f"({{}} {sign} {{}})", (left, right)
        case Binary(sign, left, right) if sign in COMPARISONS:
            return f"(1 if {{}} {sign} {{}} else 0)", (left, right)
        case Call("floor", (Binary("/", left, right),)):
            return "({} // {})", (left, right)
        case Call("ceil", (Binary("/", left, right),)):
            return "(-(-{} // {}))", (left, right)
        case Call("floor" | "ceil" | "round", (operand,)):
            return "{}", (operand,)
        case Call("abs", operands):
            return "abs({})", operands
        case Call("min" | "max" as function, (_, _, *_) as operands):
            return f"{function}({', '.join('{}' for _ in operands)})", operands
        case Call("min" | "max" | "sum", operands):
            return f"({' + '.join('{}' for _ in operands)})", operands
    raise _NotWholeError


def _applied(operate: Operate, left: Node, right: Node, keys: Mapping[str, Any]) -> Run:
    """Two operands and a sign as a closure; most operands are names, which need no call."""
    if isinstance(left, Name) and isinstance(right, Name):
        first, second = keys[left.name], keys[right.name]
        return lambda values: operate(values[first], values[second])
    run_left, run_right = bounded(left, keys), bounded(right, keys)
    if isinstance(right, Name):
        last = keys[right.name]
        return lambda values: operate(run_left(values), values[last])
    return lambda values: operate(run_left(values), run_right(values))


def bounded(tree: Node, keys: Mapping[str, Any]) -> Run:
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
            run = bounded(operand, keys)
            return lambda values: negate(run(values))
        case Binary(sign, left, right):
            return _applied(OPERATORS[sign], left, right, keys)
        case Call("floor" | "ceil" as function, (Binary("/", left, right),)):
            return _applied(_ROUNDED_QUOTIENTS[function], left, right, keys)
        case Call(function, operands):
            apply = FUNCTIONS[function][0]
            if all(isinstance(operand, Name) for operand in operands):
                at = tuple(keys[operand.name] for operand in operands if isinstance(operand, Name))
                return lambda values: apply(*[values[key] for key in at])
            runs = tuple(bounded(operand, keys) for operand in operands)
            return lambda values: apply(*[run(values) for run in runs])
