"""The rules for receptive fields, along one axis.

A place of a map sees `field` input places, of which the first place of the map sees those from
`start` on (negative: in the padding); the next place sees those `jump` further on. Fields are
not clipped at the input's border. A transposed or adaptive layer gives places unlike fields: its
own is the widest. What comes after one, or after an upsampling, is counted with its mean jump,
and so may see up to one more of the enlarged map's places.
"""

from typing import Final

from grader.cnn.rules.rule import ManyRule, largest_of, rule
from grader.tree import Binary, Call, Name, Node
from grader.wording import Text

_SOURCE: Final = (
    "Araujo, Norris, Sim: Computing receptive fields of convolutional neural networks (2019)"
)

JUMP: Final = rule(
    "field.jump",
    "jump * stride",
    "Neighbouring outputs lie one stride apart in the layer's input, so the strides multiply.",
    "相邻输出在输入上相隔一个步幅，因此各层步幅相乘。",
    _SOURCE,
)
FIELD: Final = rule(
    "field.size",
    "field + (kernel - 1) * jump",
    "A kernel widens the field by one jump for each place after its first.",
    "卷积核除第一个位置外，每多一个位置，感受野就增加一个间隔。",
    _SOURCE,
)
START: Final = rule(
    "field.start",
    "start - padding * jump",
    "The first window begins in the padding, so many jumps before.",
    "第一个窗口从填充处开始，提前若干个间隔。",
    _SOURCE,
)
START_SAME: Final = rule(
    "field.start_same",
    "start - floor(max((output - 1) * stride + kernel - size, 0) / 2) * jump",
    "`same` pads what the last window lacks, the smaller half first.",
    "`same` 补足最后一个窗口所缺的长度，较小的一半在前。",
    _SOURCE,
)
START_SAME_LOWER: Final = rule(
    "field.start_same_lower",
    "start - ceil(max((output - 1) * stride + kernel - size, 0) / 2) * jump",
    "`same_lower` pads what the last window lacks, the larger half first.",
    "`same_lower` 补足最后一个窗口所缺的长度，较大的一半在前。",
    "ONNX operator specification: Conv, auto_pad",
)
JUMP_DIVIDED: Final = rule(
    "field.jump_divided",
    "jump / stride",
    "Neighbouring outputs of an enlarging layer are a part of a jump apart.",
    "放大的层中，相邻输出之间只相隔间隔的一部分。",
    _SOURCE,
)
FIELD_TRANSPOSED: Final = rule(
    "field.size_transposed",
    "field + floor((kernel - 1) / stride) * jump",
    "An output of a transposed convolution sees the inputs whose kernels reach it.",
    "转置卷积的一个输出看到的是卷积核能覆盖到它的那些输入。",
    _SOURCE,
)
START_TRANSPOSED: Final = rule(
    "field.start_transposed",
    "start + (floor(padding / stride) - floor((kernel - 1) / stride)) * jump",
    "The first output is what remains after the padding is cut off.",
    "第一个输出是切去填充之后剩下的第一个位置。",
    _SOURCE,
)
START_TRANSPOSED_SAME: Final = rule(
    "field.start_transposed_same",
    "start + (floor(floor(max(kernel - stride, 0) / 2) / stride)"
    " - floor((kernel - 1) / stride)) * jump",
    "The first output is what remains after half of the overlap is cut off.",
    "第一个输出是切去一半重叠部分之后剩下的第一个位置。",
    _SOURCE,
)
START_TRANSPOSED_SAME_LOWER: Final = rule(
    "field.start_transposed_same_lower",
    "start + (floor(ceil(max(kernel - stride, 0) / 2) / stride)"
    " - floor((kernel - 1) / stride)) * jump",
    "The first output is what remains after the larger half of the overlap is cut off.",
    "第一个输出是切去重叠部分中较大一半之后剩下的第一个位置。",
    "ONNX operator specification: ConvTranspose, auto_pad",
)
FIELD_GLOBAL: Final = rule(
    "field.size_global",
    "field + (size - 1) * jump",
    "A layer that reads the whole map sees all that the map's places see.",
    "读取整个特征图的层能看到该图所有位置看到的范围。",
    _SOURCE,
)
JUMP_GLOBAL: Final = rule(
    "field.jump_global",
    "jump * size",
    "Global pooling strides over the whole map.",
    "全局池化的步幅就是整个特征图。",
    _SOURCE,
)
JUMP_ADAPTIVE: Final = rule(
    "field.jump_adaptive",
    "jump * size / output",
    "Adaptive pooling's windows are, in the mean, the input's size over the output's apart.",
    "自适应池化的窗口平均相隔输入尺寸除以输出尺寸。",
    _SOURCE,
)
FIELD_ADAPTIVE: Final = rule(
    "field.size_adaptive",
    "field + (ceil(size / output) + (output % max(size % output, 1) > 0) - 1) * jump",
    "An adaptive window runs from a place rounded down to a place rounded up.",
    "自适应池化的窗口从向下取整的位置到向上取整的位置。",
    "PyTorch documentation: torch.nn.AdaptiveAvgPool2d",
)


def _earliest(operands: list[Node]) -> Node:
    return operands[0] if len(operands) == 1 else Call("min", tuple(operands))


MERGED_JUMP: Final = ManyRule(
    "field.jump_merged",
    largest_of,
    Text("Merged maps lie place on place, a jump apart.", "合并的特征图逐位置对齐，间隔相同。"),
    _SOURCE,
)
MERGED_START: Final = ManyRule(
    "field.start_merged",
    lambda operands: _earliest(list(operands)),
    Text("A merged place sees from the earliest start on.", "合并后的位置从最早的起点看起。"),
    _SOURCE,
)


def _reach(operands: list[Node]) -> Node:
    """The furthest end of starts (the first half) and fields (the second), from the earliest."""
    half = len(operands) // 2
    pairs = zip(operands[:half], operands[half:], strict=True)
    ends = [Binary("+", start, field) for start, field in pairs]
    return Binary("-", largest_of(ends), Name("start"))


MERGED_FIELD: Final = ManyRule(
    "field.size_merged",
    lambda operands: _reach(list(operands)),
    Text(
        "A merged place sees all that its inputs see: from the earliest start to the furthest end.",
        "合并后的位置看到各输入所见的全部范围：从最早的起点到最远的终点。",
    ),
    _SOURCE,
)
