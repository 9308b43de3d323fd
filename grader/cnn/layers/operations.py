"""The table of operations: each with its fields, what it takes and gives, and its code.

An operation is added here; reading, solving, the reference page and the drawing follow.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from grader.cnn.layers import convolutions, dense, merging, pointwise, pooling
from grader.cnn.layers.fields import (
    ConnectionTable,
    FieldKind,
    Flag,
    PaddingField,
    Pair,
    PairOfNumbers,
    Remark,
    WholeNumber,
    Word,
)
from grader.cnn.layers.layer import Counts, Operation
from grader.wording import Text

_ONE: Final = Pair(1, 1)
_KERNEL: Final = PairOfNumbers()
_STRIDE: Final = PairOfNumbers(_ONE)
_WINDOW: Final[Mapping[str, FieldKind]] = {
    "kernel": _KERNEL,
    "stride": _STRIDE,
    "padding": PaddingField(),
    "dilation": PairOfNumbers(_ONE),
}
_POOL_WINDOW: Final[Mapping[str, FieldKind]] = {
    "kernel": _KERNEL,
    "stride": PairOfNumbers(as_field="kernel"),
    "padding": PaddingField(),
    "dilation": PairOfNumbers(_ONE),
    "ceil": Flag(default=False),
}
_AFFINE: Final = Flag(default=True)
_BIAS: Final = Flag(default=True)


def _keeping(name: str, en: str, zh: str, **fields: FieldKind) -> Operation:
    """An operation that keeps the shape and learns nothing."""
    return Operation(name, Text(en, zh), pointwise.unchanged, "any", "same", fields, replaces=True)


def _norm(
    name: str, en: str, zh: str, code: Callable[..., Counts[Any]], **fields: FieldKind
) -> Operation:
    return Operation(
        name, Text(en, zh), code, "any", "same", {**fields, "affine": _AFFINE}, replaces=True
    )


_ALL: Final = (
    Operation(
        "conv",
        Text(
            "Convolution; `connections` lists the input maps of each filter.",
            "卷积；connections 为每个卷积核列出它所看的输入特征图。",
        ),
        convolutions.convolution,
        "maps",
        "maps",
        {
            "filters": WholeNumber(),
            **_WINDOW,
            "groups": WholeNumber(1),
            "bias": _BIAS,
            "connections": ConnectionTable(),
        },
    ),
    Operation(
        "depthwise_conv",
        Text("Convolution of each channel on its own.", "逐深度卷积：每个通道单独卷积。"),
        convolutions.depthwise,
        "maps",
        "maps",
        {**_WINDOW, "multiplier": WholeNumber(1), "bias": _BIAS},
    ),
    Operation(
        "separable_conv",
        Text(
            "A depthwise convolution, then a 1×1 convolution, as one layer.",
            "深度可分离卷积：逐深度卷积之后接 1×1 卷积，算作一层。",
        ),
        convolutions.separable,
        "maps",
        "maps",
        {"filters": WholeNumber(), **_WINDOW, "multiplier": WholeNumber(1), "bias": _BIAS},
    ),
    Operation(
        "transposed_conv",
        Text("Transposed convolution, which enlarges.", "转置卷积：放大特征图。"),
        convolutions.transposed,
        "maps",
        "maps",
        {
            "filters": WholeNumber(),
            "kernel": _KERNEL,
            "stride": _STRIDE,
            "padding": PaddingField(),
            "output_padding": PairOfNumbers(Pair(0, 0), least=0),
            "dilation": PairOfNumbers(_ONE),
            "groups": WholeNumber(1),
            "bias": _BIAS,
        },
    ),
    Operation(
        "max_pool", Text("Max pooling.", "最大池化。"), pooling.pool, "maps", "maps", _POOL_WINDOW
    ),
    Operation(
        "avg_pool",
        Text("Average pooling.", "平均池化。"),
        pooling.pool,
        "maps",
        "maps",
        _POOL_WINDOW,
    ),
    Operation(
        "global_avg_pool",
        Text("The mean of each map.", "全局平均池化：每个特征图取平均值。"),
        pooling.global_pool,
        "maps",
        "maps",
    ),
    Operation(
        "global_max_pool",
        Text("The largest value of each map.", "全局最大池化：每个特征图取最大值。"),
        pooling.global_pool,
        "maps",
        "maps",
    ),
    Operation(
        "adaptive_avg_pool",
        Text("Average pooling to a given output size.", "自适应平均池化：给定输出大小。"),
        pooling.adaptive_pool,
        "maps",
        "maps",
        {"output": PairOfNumbers()},
    ),
    Operation(
        "subsample",
        Text(
            "Trainable subsampling: a learned factor and bias per map, as in LeNet-5.",
            "可训练的下采样：每个特征图有一个系数和一个偏置，如 LeNet-5。",
        ),
        pooling.subsample,
        "maps",
        "maps",
        {"kernel": _KERNEL, "stride": PairOfNumbers(as_field="kernel"), "padding": PaddingField()},
    ),
    Operation(
        "zero_pad",
        Text("Zeros around the maps.", "在特征图四周补零。"),
        pooling.zero_pad,
        "maps",
        "maps",
        {"padding": PaddingField(default=None, kinds=())},
    ),
    Operation(
        "upsample",
        Text("Each place repeated or interpolated.", "上采样：重复或插值。"),
        pooling.upsample,
        "maps",
        "maps",
        {"scale": PairOfNumbers()},
    ),
    _norm("batch_norm", "Batch normalization.", "批归一化。", pointwise.batch_norm),
    _norm(
        "layer_norm",
        "Layer normalization, over all values or over the channels at each place.",
        "层归一化：对全部数值，或在每个位置对各通道。",
        pointwise.layer_norm,
        over=Word(("all", "channels"), "all"),
    ),
    _norm(
        "group_norm",
        "Group normalization.",
        "组归一化。",
        pointwise.group_norm,
        groups=WholeNumber(),
    ),
    _keeping("lrn", "Local response normalization.", "局部响应归一化。", size=Remark(most=1000)),
    _keeping(
        "dropout",
        "Dropout; no figure depends on its rate.",
        "随机失活；各项数字与比率无关。",
        rate=Remark(),
    ),
    _keeping("relu", "Rectified linear unit.", "线性整流（ReLU）。"),
    _keeping("sigmoid", "Logistic function.", "逻辑函数（sigmoid）。"),
    _keeping("tanh", "Hyperbolic tangent.", "双曲正切（tanh）。"),
    _keeping("softmax", "Softmax.", "softmax。"),
    Operation(
        "prelu",
        Text(
            "ReLU with a learned slope per channel, or one shared by all.",
            "带可学习斜率的 ReLU：每个通道一个，或整层共享一个。",
        ),
        pointwise.prelu,
        "any",
        "same",
        {"shared": Flag(default=False)},
        replaces=True,
    ),
    _keeping("identity", "What comes in goes out.", "恒等：输入即输出。"),
    Operation(
        "dense",
        Text("Fully connected layer, on the flattened input.", "全连接层，作用于展平后的输入。"),
        dense.dense,
        "any",
        "units",
        {"units": WholeNumber(), "bias": _BIAS},
    ),
    Operation(
        "rbf",
        Text(
            "Radial basis functions with fixed centres, as in LeNet-5's output.",
            "中心固定的径向基函数，如 LeNet-5 的输出层。",
        ),
        dense.radial_basis,
        "any",
        "units",
        {"units": WholeNumber()},
    ),
    Operation(
        "flatten",
        Text("All values in one row; no new map is written.", "展平成一行；不写出新的特征图。"),
        dense.flatten,
        "any",
        "units",
        is_view=True,
    ),
    Operation(
        "add",
        Text("The sum of inputs of one shape.", "形状相同的输入逐项相加。"),
        merging.elementwise,
        "several",
        "same",
        replaces=True,
    ),
    Operation(
        "multiply",
        Text(
            "The product; later factors may be of size 1×1.",
            "逐项相乘；第一个之后的因子大小可为 1×1。",
        ),
        merging.elementwise,
        "several",
        "same",
        replaces=True,
    ),
    Operation(
        "concat",
        Text("Inputs of one size laid one on another.", "大小相同的输入按通道叠放。"),
        merging.concat,
        "several",
        "same",
    ),
)

OPERATIONS: Final[Mapping[str, Operation]] = {operation.name: operation for operation in _ALL}
