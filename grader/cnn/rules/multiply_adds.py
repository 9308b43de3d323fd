"""The rules for multiply-adds: one per use of a weight, in convolutions and dense layers only.

Biases are not counted; places of zero padding are.
"""

from typing import Final

from grader.cnn.rules.rule import ManyRule, rule, sum_of
from grader.wording import Text

_HE: Final = "He, Zhang, Ren, Sun: Deep residual learning (2016), table 1: FLOPs are multiply-adds"
_MOBILE: Final = "Howard and others: MobileNets (2017), section 3.1"

CONV: Final = rule(
    "conv.multiply_adds",
    "kernel_height * kernel_width * in_channels * filters * height * width",
    "Every weight is used once at each place of the output.",
    "每个权重在输出的每个位置各用一次。",
    _HE,
)
CONV_GROUPS: Final = rule(
    "conv.multiply_adds_groups",
    "kernel_height * kernel_width * in_channels / groups * filters * height * width",
    "Every weight is used once at each place of the output; a filter has those of its group only.",
    "每个权重在输出的每个位置各用一次；每个卷积核只有本组通道的权重。",
    _HE,
)
CONNECTIONS: Final = rule(
    "conv.multiply_adds_connections",
    "kernel_height * kernel_width * connections * height * width",
    "Every weight of every connection is used once at each place of the output.",
    "每条连接的每个权重在输出的每个位置各用一次。",
    "LeCun, Bottou, Bengio, Haffner: Gradient-based learning (1998), section II.B",
)
TRANSPOSED: Final = rule(
    "transposed.multiply_adds",
    "kernel_height * kernel_width * in_channels * filters * in_height * in_width",
    "In a transposed convolution every weight is used once at each place of the input.",
    "转置卷积中，每个权重在输入的每个位置各用一次。",
    "Dumoulin, Visin: A guide to convolution arithmetic for deep learning (2016), chapter 4",
)
TRANSPOSED_GROUPS: Final = rule(
    "transposed.multiply_adds_groups",
    "kernel_height * kernel_width * in_channels / groups * filters * in_height * in_width",
    "In a transposed convolution every weight, of its group only, is used at each input place.",
    "转置卷积中，每个权重（仅限本组）在输入的每个位置各用一次。",
    "Dumoulin, Visin: A guide to convolution arithmetic for deep learning (2016), chapter 4",
)
DEPTHWISE: Final = rule(
    "depthwise.multiply_adds",
    "kernel_height * kernel_width * in_channels * multiplier * height * width",
    "Every weight of the one-channel kernels is used once at each place of the output.",
    "单通道卷积核的每个权重在输出的每个位置各用一次。",
    _MOBILE,
)
SEPARABLE: Final = rule(
    "separable.multiply_adds",
    "(kernel_height * kernel_width + filters) * in_channels * multiplier * height * width",
    "At each place the depthwise part costs a kernel per map, the 1×1 part one per map and filter.",
    "在每个位置，逐通道卷积对每个特征图用一个核，1×1 卷积对每个特征图和每个卷积核各用一次乘加。",
    _MOBILE,
)
DENSE: Final = rule(
    "dense.multiply_adds",
    "inputs * units",
    "A dense layer uses each weight once.",
    "全连接层的每个权重各用一次。",
    _HE,
)
TOTAL: Final = ManyRule(
    "total.multiply_adds",
    sum_of,
    Text("The network does the multiply-adds of all its layers.", "网络的乘加次数是各层之和。"),
)
