"""What a figure calls a layer: its operation, kernel, stride and padding, in few words."""

from collections.abc import Mapping
from typing import Any, Final

from cards.figures.known import Pair, say, size
from cards.figures.numbers import Numbers
from grader.cnn.layers.layer import Layer
from grader.wording import Text

NAMES: Final[Mapping[str, Text]] = {
    "conv": Text("conv", "卷积"),
    "depthwise_conv": Text("depthwise conv", "逐深度卷积"),
    "separable_conv": Text("separable conv", "可分离卷积"),
    "transposed_conv": Text("transposed conv", "转置卷积"),
    "max_pool": Text("max pool", "最大池化"),
    "avg_pool": Text("average pool", "平均池化"),
    "global_avg_pool": Text("global average", "全局平均"),
    "global_max_pool": Text("global maximum", "全局最大"),
    "adaptive_avg_pool": Text("average pool", "平均池化"),
    "subsample": Text("subsampling", "下采样"),
    "zero_pad": Text("zeros around", "补零"),
    "upsample": Text("upsample", "上采样"),
    "dense": Text("dense", "全连接"),
    "rbf": Text("radial basis", "径向基"),
    "batch_norm": Text("batch norm", "批归一化"),
    "layer_norm": Text("layer norm", "层归一化"),
    "group_norm": Text("group norm", "组归一化"),
    "lrn": Text("LRN", "LRN"),
    "dropout": Text("dropout", "随机失活"),
    "relu": Text("ReLU", "ReLU"),
    "prelu": Text("PReLU", "PReLU"),
    "sigmoid": Text("sigmoid", "sigmoid"),
    "tanh": Text("tanh", "tanh"),
    "softmax": Text("softmax", "softmax"),
    "identity": Text("identity", "恒等"),
    "flatten": Text("flatten", "展平"),
    "add": Text("add", "相加"),
    "multiply": Text("multiply", "相乘"),
    "concat": Text("concat", "拼接"),
}


def operation_name(layer: Layer, language: str) -> str:
    """The operation's name; an operation that has none here keeps its own.

    >>> from grader.cnn.network import read_network
    >>> pool = {"id": "pool1", "op": "max_pool", "kernel": 2}
    >>> image = {"channels": 3, "height": 8, "width": 8}
    >>> operation_name(read_network({"input": image, "layers": [pool]}).layers[0], "zh")
    '最大池化'
    """
    name = layer.operation.name
    return NAMES[name].in_(language) if name in NAMES else name.replace("_", " ")


def layer_words(layer: Layer, numbers: Numbers, language: str) -> tuple[str, ...]:
    """A layer in one line or two: what it is with its kernel, then stride and padding."""
    fields = layer.fields
    name = operation_name(layer, language)
    kernel = field_pair(fields, "kernel", numbers)
    if kernel is not None:
        name += f" {size(kernel[0])}×{size(kernel[1])}"
    more = [words for words in _more(fields, numbers, language) if words]
    return (name, say(", ", "，", language).join(more)) if more else (name,)


def field_pair(fields: Mapping[str, Any], name: str, numbers: Numbers) -> Pair | None:
    """A field's numbers for height and width; None where the layer has no such field."""
    if name not in fields:
        return None
    return numbers.whole(fields[name][0]), numbers.whole(fields[name][1])


def _more(fields: Mapping[str, Any], numbers: Numbers, language: str) -> list[str]:
    return [
        _pair_words(field_pair(fields, "stride", numbers), "s ", "步幅 ", language),
        _padding(fields, numbers, language),
        _pair_words(field_pair(fields, "dilation", numbers), "d ", "膨胀 ", language),
        _groups(fields, numbers, language),
    ]


def _pair_words(pair: Pair | None, en: str, zh: str, language: str) -> str:
    if pair is None or pair == (1, 1):
        return ""
    one = size(pair[0]) if pair[0] == pair[1] else f"{size(pair[0])}×{size(pair[1])}"
    return say(en, zh, language) + one


def _padding(fields: Mapping[str, Any], numbers: Numbers, language: str) -> str:
    padding = fields.get("padding")
    if padding is None or padding.kind == "valid":
        return ""
    if padding.kind != "explicit":
        return "SAME"
    sides = {numbers.whole(side) for side in padding[1:]}
    if sides == {0}:
        return ""
    one = (
        size(sides.pop())
        if len(sides) == 1
        else "+".join(size(numbers.whole(side)) for side in padding[1:])
    )
    return say("p ", "填充 ", language) + one


def _groups(fields: Mapping[str, Any], numbers: Numbers, language: str) -> str:
    groups = numbers.whole(fields["groups"]) if "groups" in fields else 1
    return "" if groups == 1 else say(f"{size(groups)} groups", f"{size(groups)} 组", language)
