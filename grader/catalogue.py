"""The catalogue of mistakes that students of convolutional networks make.

Each puts wrong formulas in the places of rules of `grader.cnn`, or of a conversion of units,
named by the rules' ids and written over the rules' own names. The sentence says what was done
and asks the question that leads on; it gives no number away.

Two kinds of formula are built rather than written: those over as many cells as a network has
layers, and the chain of roundings, which wraps the formula of every line that counts bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from grader.formula import Call, Formula, Literal, Name, Node, Operation
from grader.mistakes import Mistake
from grader.wording import Text
from grader.worksheet import Line, Rewrite, replacing_rules

_WEIGHTS: Final = "kernel_height * kernel_width * in_channels"
_MEBI: Final = 2**20

# The rules for the size of a window's output: floor with padding, in its three writings.
_PADDED: Final = {
    "size.valid": "size",
    "size.explicit": "size + 2 * padding",
    "size.asymmetric": "size + before + after",
}


def _sizes(template: str) -> dict[str, str]:
    """A wrong formula for each rule that counts window positions; `{padded}` is its length."""
    return {rule: template.format(padded=padded) for rule, padded in _PADDED.items()}


def _over_cells(rule: str, build: Callable[[Sequence[Node]], Node]) -> Rewrite:
    """The rewrite of a rule over many cells: `build` makes the wrong formula of its names."""

    def rewrite(line: Line) -> Formula | None:
        if line.rule.id != rule:
            return None
        names = [name for name in line.rule.formula.names if name != "batch"]
        return Formula(build([Name(name) for name in names]))

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

    def rewrite(line: Line) -> Formula | None:
        return next((wrong for each in rewrites if (wrong := each(line)) is not None), None)

    return rewrite


def _rounded_at_each_line(line: Line) -> Formula | None:
    """The line's own rule, with its result rounded to a tenth of a MiB."""
    if line.unit != "B":
        return None
    mebibytes = Operation("/", line.rule.formula.tree, Literal(_MEBI))
    return Formula(Operation("*", Call("round", (mebibytes, Literal(1))), Literal(_MEBI)))


def _units(wrong: Mapping[str, str]) -> Rewrite:
    return replacing_rules({f"unit.{symbol}": formula for symbol, formula in wrong.items()})


_PARAMETERS: Final = [
    Mistake(
        "no-bias",
        replacing_rules(
            {
                "conv.parameters": f"{_WEIGHTS} * filters",
                "conv.parameters_groups": f"{_WEIGHTS} / groups * filters",
                "conv.parameters_connections": "kernel_height * kernel_width * connections",
                "depthwise.parameters": f"{_WEIGHTS} * multiplier",
                "separable.parameters": f"{_WEIGHTS} * multiplier"
                " + in_channels * multiplier * filters",
                "dense.parameters": "inputs * units",
            }
        ),
        Text(
            "This counts the weights only; the bias was forgotten. What does each filter add to "
            "its weighted sum?",
            "这里只数了权重，忘了偏置。每个卷积核在加权和之外还要加上什么？",
        ),
    ),
    Mistake(
        "bias-added",
        replacing_rules(
            {
                "conv.parameters_no_bias": f"({_WEIGHTS} + 1) * filters",
                "conv.parameters_groups_no_bias": f"({_WEIGHTS} / groups + 1) * filters",
                "depthwise.parameters_no_bias": "(kernel_height * kernel_width + 1)"
                " * in_channels * multiplier",
                "dense.parameters_no_bias": "(inputs + 1) * units",
            }
        ),
        Text(
            "This counts a bias for each filter. Does this layer have biases?",
            "这里给每个卷积核都算了一个偏置。这一层有偏置吗？",
        ),
    ),
    Mistake(
        "one-bias",
        replacing_rules(
            {
                "conv.parameters": f"{_WEIGHTS} * filters + 1",
                "conv.parameters_groups": f"{_WEIGHTS} / groups * filters + 1",
                "dense.parameters": "inputs * units + 1",
            }
        ),
        Text(
            "This has a single bias for the whole layer. How many biases does a layer have that "
            "makes several maps?",
            "这里整层只算了一个偏置。一层输出多个特征图时，需要几个偏置？",
        ),
    ),
    Mistake(
        "out-for-in-channels",
        replacing_rules(
            {
                "conv.parameters": "(kernel_height * kernel_width * filters + 1) * filters",
                "conv.parameters_no_bias": "kernel_height * kernel_width * filters * filters",
            }
        ),
        Text(
            "A filter was given as many channels as the layer has filters. How deep is the stack "
            "of maps that one filter reads?",
            "这里把卷积核的个数当成了每个核的通道数。一个卷积核读取的输入有多少个通道？",
        ),
    ),
    Mistake(
        "one-channel-kernels",
        replacing_rules(
            {
                "conv.parameters": "(kernel_height * kernel_width + 1) * filters",
                "conv.parameters_no_bias": "kernel_height * kernel_width * filters",
            }
        ),
        Text(
            "Each filter got the weights of a single channel. Over how many input channels does "
            "it reach?",
            "这里每个卷积核只算了一个通道的权重。它要跨越多少个输入通道？",
        ),
    ),
    Mistake(
        "kernel-side",
        replacing_rules(
            {
                "conv.parameters": "(kernel_height * in_channels + 1) * filters",
                "conv.parameters_no_bias": "kernel_height * in_channels * filters",
            }
        ),
        Text(
            "This takes one side of the kernel. How many places does a square kernel cover?",
            "这里只用了卷积核的一条边。一个方形的核覆盖多少个位置？",
        ),
    ),
    Mistake(
        "groups-forgotten",
        replacing_rules(
            {
                "conv.parameters_groups": f"({_WEIGHTS} + 1) * filters",
                "conv.parameters_groups_no_bias": f"{_WEIGHTS} * filters",
                "conv.multiply_adds_groups": f"{_WEIGHTS} * filters * height * width",
            }
        ),
        Text(
            "Here every filter reads all input channels. What do the groups leave a filter to "
            "read?",
            "这里每个卷积核读取了全部输入通道。分组之后，一个核只读取哪些通道？",
        ),
    ),
    Mistake(
        "separable-as-conv",
        replacing_rules(
            {
                "separable.parameters": f"({_WEIGHTS} + 1) * filters",
                "separable.multiply_adds": f"{_WEIGHTS} * filters * height * width",
            }
        ),
        Text(
            "This is an ordinary convolution's count. Into which two steps does a separable one "
            "fall?",
            "这是普通卷积的数目。可分离卷积分成哪两步？",
        ),
    ),
    Mistake(
        "pointwise-forgotten",
        replacing_rules(
            {
                "separable.parameters": f"{_WEIGHTS} * multiplier + filters",
                "separable.multiply_adds": f"{_WEIGHTS} * multiplier * height * width",
            }
        ),
        Text(
            "This is the depthwise step alone. What mixes the channels afterwards?",
            "这里只有逐通道那一步。之后由什么来混合各个通道？",
        ),
    ),
    Mistake(
        "statistics-counted",
        replacing_rules({"norm.parameters": "4 * channels"}),
        Text(
            "This counts the running mean and variance as well. Are they learned?",
            "这里把滑动均值和方差也算进去了。它们是学习得到的吗？",
        ),
    ),
]

_SIZES: Final = [
    Mistake(
        "floor-for-ceil",
        replacing_rules(
            {
                "size.same": "floor(size / stride)",
                "size.pool_ceil": "floor((size + 2 * padding - kernel) / stride) + 1",
                "size.pool_ceil_asymmetric": "floor((size + before + after - kernel) / stride) + 1",
            }
        ),
        Text(
            "A size was rounded down. Which way does this layer round when the stride doesn't "
            "divide evenly?",
            "这里把尺寸向下取整了。步幅除不尽时，这一层向哪个方向取整？",
        ),
    ),
    Mistake(
        "ceil-for-floor",
        replacing_rules(_sizes("ceil(({padded} - kernel) / stride) + 1")),
        Text(
            "A size was rounded up. Is there a window that doesn't fit into the input?",
            "这里把尺寸向上取整了。放不进输入的窗口也算数吗？",
        ),
    ),
    Mistake(
        "valid-for-same",
        replacing_rules({"size.same": "floor((size - kernel) / stride) + 1"}),
        Text(
            "This is the size without padding. What does SAME add at the border?",
            "这是不填充时的尺寸。SAME 在边缘补了什么？",
        ),
    ),
    Mistake(
        "same-for-valid",
        replacing_rules({"size.valid": "ceil(size / stride)"}),
        Text(
            "This is the size with SAME padding. Where can the kernel stand when nothing is "
            "added at the border?",
            "这是 SAME 填充时的尺寸。边缘不填充时，卷积核能放在哪些位置？",
        ),
    ),
    Mistake(
        "padding-forgotten",
        replacing_rules(
            {
                "size.explicit": "floor((size - kernel) / stride) + 1",
                "size.asymmetric": "floor((size - kernel) / stride) + 1",
            }
        ),
        Text(
            "The padding was left out. How long is the input once its border is padded?",
            "这里漏掉了填充。填充之后，输入有多长？",
        ),
    ),
    Mistake(
        "padding-once",
        replacing_rules({"size.explicit": "floor((size + padding - kernel) / stride) + 1"}),
        Text(
            "The padding was added once. On how many sides does it stand?",
            "填充只加了一次。它在几条边上都有？",
        ),
    ),
    Mistake(
        "stride-forgotten",
        replacing_rules({"size.same": "size", **_sizes("{padded} - kernel + 1")}),
        Text(
            "This is the size at stride 1. How far does the window move at each step?",
            "这是步幅为 1 时的尺寸。窗口每一步移动多远？",
        ),
    ),
    Mistake(
        "no-plus-one",
        replacing_rules(_sizes("floor(({padded} - kernel) / stride)")),
        Text(
            "This counts the steps of the window. How many positions are there with so many "
            "steps between them?",
            "这里数的是窗口移动的步数。有这么多步，窗口一共有多少个位置？",
        ),
    ),
    Mistake(
        "dilation-forgotten",
        replacing_rules({"size.extent": "kernel"}),
        Text(
            "The kernel was taken at its own width. How far does it reach once its taps are "
            "spread apart?",
            "这里用的是卷积核原来的宽度。各抽头拉开之后，它覆盖多远？",
        ),
    ),
    Mistake(
        "transposed-as-conv",
        replacing_rules(
            {
                "size.transposed_same": "ceil(size / stride)",
                "size.transposed_valid": "floor((size - kernel) / stride) + 1",
                "size.transposed_explicit": "floor((size + 2 * padding - kernel) / stride) + 1",
            }
        ),
        Text(
            "This is the size after an ordinary convolution. Does a transposed one make maps "
            "smaller or larger?",
            "这是普通卷积之后的尺寸。转置卷积使特征图变小还是变大？",
        ),
    ),
]

_MULTIPLY_ADDS: Final = [
    Mistake(
        "places-forgotten",
        replacing_rules(
            {
                "conv.multiply_adds": f"{_WEIGHTS} * filters",
                "conv.multiply_adds_groups": f"{_WEIGHTS} / groups * filters",
            }
        ),
        Text(
            "This counts each weight once. At how many places of the output is it used?",
            "这里每个权重只算了一次。它在输出的多少个位置上被使用？",
        ),
    ),
    Mistake(
        "two-per-multiply-add",
        replacing_rules(
            {
                "conv.multiply_adds": f"2 * {_WEIGHTS} * filters * height * width",
                "dense.multiply_adds": "2 * inputs * units",
            }
        ),
        Text(
            "This counts a multiplication and an addition apart. What is asked for: operations, "
            "or multiply-adds?",
            "这里把乘法和加法分开计了。问的是运算次数，还是乘加次数？",
        ),
    ),
    Mistake(
        "bias-in-multiply-adds",
        replacing_rules(
            {
                "conv.multiply_adds": f"({_WEIGHTS} + 1) * filters * height * width",
                "dense.multiply_adds": "(inputs + 1) * units",
            }
        ),
        Text(
            "The biases were counted too. Is anything multiplied when a bias is added?",
            "这里把偏置也算进去了。加偏置时有乘法吗？",
        ),
    ),
]

_MEMORY: Final = [
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
            "These are the maps alone. What else must be in memory before the first layer can run?",
            "这里只有特征图。第一层开始计算之前，内存里还必须有什么？",
        ),
    ),
    Mistake(
        "inputs-forgotten",
        replacing_rules({"memory.training": "activations + parameters"}),
        Text(
            "The instances themselves are missing. What does the first layer's gradient need?",
            "这里缺少输入实例本身。计算第一层的梯度需要什么？",
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
            "This is the memory for one instance. How many go through the network at once?",
            "这是一个实例所需的内存。一次有多少个实例同时通过网络？",
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
            "正确。每一步都取了近似值，所以略有偏差；保留精确的字节数，最后只取一次近似。",
        ),
        accepted=True,
    ),
]

_FIELDS: Final = [
    Mistake(
        "jump-forgotten",
        replacing_rules({"field.size": "field + (kernel - 1)"}),
        Text(
            "Each kernel was added at its own width. How far apart, in the input, are the "
            "places that a deeper kernel reads?",
            "这里每个卷积核都按自己的宽度相加。深层卷积核读取的位置，在输入上相隔多远？",
        ),
    ),
    Mistake(
        "kernels-added",
        replacing_rules({"field.size": "field + kernel * jump"}),
        Text(
            "The whole kernel was added. Which of its places did the field hold already?",
            "这里加上了整个卷积核。其中哪个位置原来就在感受野里？",
        ),
    ),
]

CATALOGUE: Final[Mapping[str, Mistake]] = {
    mistake.id: mistake for mistake in (*_PARAMETERS, *_SIZES, *_MULTIPLY_ADDS, *_MEMORY, *_FIELDS)
}
