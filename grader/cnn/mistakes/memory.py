"""Mistakes in memory: bytes of maps and parameters, their units, their rounding.

Two kinds of formula are built rather than written: those over as many cells as a network has
layers, and the chain of roundings, which wraps the formula of every line that counts bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from grader.formula import Formula
from grader.mistakes import Mistake
from grader.tree import Binary, Call, Literal, Name, Node
from grader.wording import Text
from grader.worksheet import Line, Rewrite, replacing_rules

_MEBI: Final = 2**20


def _over_cells(rule: str, build: Callable[[Sequence[Node]], Node]) -> Rewrite:
    """The rewrite of a rule over many cells: `build` makes the wrong formula of its names."""

    def rewrite(line: Line) -> Line:
        if line.rule.id != rule:
            return line
        names = [name for name in line.rule.formula.names if name != "batch"]
        return line.by(Formula(build([Name(name) for name in names])))

    return rewrite


def _sum(cells: Sequence[Node]) -> Node:
    return Call("sum", tuple(cells))


def _largest(cells: Sequence[Node]) -> Node:
    return Call("max", tuple(cells))


def _first_again(cells: Sequence[Node]) -> Node:
    """The largest of A1 + (A1 + A2): a pair to which its first map was added again."""
    pairs = list(pairwise(cells)) or [(cells[0], Literal(0))]
    return _largest([_sum((first, first, second)) for first, second in pairs])


def _any_of(*rewrites: Rewrite) -> Rewrite:
    """The first of the rewrites that touches a line."""

    def rewrite(line: Line) -> Line:
        return next((wrong for each in rewrites if (wrong := each(line)) is not line), line)

    return rewrite


def _rounded_at_each_line(line: Line) -> Line:
    """The line by its own rule, with the result rounded to a tenth of a MiB."""
    if line.unit != "B":
        return line
    mebibytes = Binary("/", line.rule.formula.tree, Literal(_MEBI))
    rounded = Call("round", (mebibytes, Literal(1)))
    return line.by(Formula(Binary("*", rounded, Literal(_MEBI))))


def _units(wrong: Mapping[str, str]) -> Rewrite:
    return replacing_rules({f"unit.{symbol}": formula for symbol, formula in wrong.items()})


MEMORY: Final = [
    Mistake(
        "bits-for-bytes",
        replacing_rules(
            {
                "layer.bytes": "count * value_bytes * 8",
                "memory.parameter_bytes": "parameters * value_bytes * 8",
                "memory.training_inputs": "batch * channels * height * width * value_bytes * 8",
                "memory.training_input_units": "batch * units * value_bytes * 8",
            }
        ),
        Text(
            "This is a number of bits. How many of them make a byte?",
            "这是比特数。几个比特是一个字节？",
        ),
    ),
    Mistake(
        "values-for-bytes",
        replacing_rules(
            {
                "layer.bytes": "count",
                "memory.parameter_bytes": "parameters",
                "memory.training_inputs": "batch * channels * height * width",
                "memory.training_input_units": "batch * units",
            }
        ),
        Text(
            "This counts numbers. How many bytes does each of them take?",
            "这里数的是数值的个数。每个数值占多少字节？",
        ),
    ),
    Mistake(
        "all-layers-kept",
        _over_cells("memory.pair_peak", _sum),
        Text(
            "All layers' outputs were kept. Which of them can be freed once the next one is "
            "computed?",
            "这里保留了所有层的输出。算出下一层之后，哪些可以释放？",
        ),
    ),
    Mistake(
        "partial-sum-again",
        _over_cells("memory.pair_peak", _first_again),
        Text(
            "A map was added to a sum that already held it. Which maps are held at the same "
            "time, each counted once?",
            "这里把一个已经计入的特征图又加了一次。同一时刻保留着哪些特征图，各算一次？",
        ),
    ),
    Mistake(
        "largest-map-only",
        _over_cells("memory.pair_peak", _largest),
        Text(
            "This is the largest map alone. What must still be held while it is computed, or "
            "while the next one is?",
            "这里只算了最大的一个特征图。计算它或计算下一层时，还要保留什么？",
        ),
    ),
    Mistake(
        "parameters-forgotten",
        replacing_rules({"memory.inference": "peak", "memory.training": "activations + inputs"}),
        Text(
            "Here the parameters are missing. What does each layer compute its output with?",
            "这里没有计入参数。每一层用什么来计算输出？",
        ),
    ),
    Mistake(
        "inputs-forgotten",
        replacing_rules({"memory.training": "activations + parameters"}),
        Text(
            "The input images themselves are missing. What does the first layer's gradient need?",
            "这里缺少输入图像本身。计算第一层的梯度需要什么？",
        ),
    ),
    Mistake(
        "batch-forgotten",
        _any_of(
            _over_cells("memory.training_activations", _sum),
            replacing_rules(
                {
                    "memory.training_inputs": "channels * height * width * value_bytes",
                    "memory.training_input_units": "units * value_bytes",
                }
            ),
        ),
        Text(
            "This is the memory for one image. How many go through the network at once?",
            "这是一个样本所需的内存。一次有多少个样本同时通过网络？",
        ),
    ),
    Mistake(
        "gradients-kept",
        replacing_rules({"memory.training": "2 * activations + inputs + parameters"}),
        Text(
            "Every activation was counted with a gradient. Are all gradients held at the same "
            "time?",
            "这里给每个激活值都算了一份梯度。所有梯度会同时保留吗？",
        ),
    ),
    Mistake(
        "mb-for-mib",
        _units({"KiB": "bytes / 1000", "MiB": "bytes / 1000000", "GiB": "bytes / 1000000000"}),
        Text(
            "This was divided by a power of 1000. How many bytes are in the unit with an i?",
            "这里除以了 1000 的幂。带 i 的单位里有多少字节？",
        ),
    ),
    Mistake(
        "mib-for-mb",
        _units({"kB": "bytes / 1024", "MB": "bytes / 1048576", "GB": "bytes / 1073741824"}),
        Text(
            "This was divided by a power of 1024. How many bytes are in the unit without an i?",
            "这里除以了 1024 的幂。不带 i 的单位里有多少字节？",
        ),
    ),
    Mistake(
        "rounded-early",
        _rounded_at_each_line,
        Text(
            "Right. It was rounded at every step, so it is a little off; keep the exact bytes "
            "and round once, at the end.",
            "正确。每一步都做了舍入，所以略有偏差；保留精确的字节数，最后只舍入一次。",
        ),
        accepted=True,
    ),
]
