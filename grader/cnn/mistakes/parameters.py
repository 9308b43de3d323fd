"""Mistakes in counting learned parameters."""

from typing import Final

from grader.mistakes import Mistake
from grader.wording import Text
from grader.worksheet import replacing_rules

_WEIGHTS: Final = "kernel_height * kernel_width * in_channels"

PARAMETERS: Final = [
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
            "This counts the weights only; the bias was forgotten. What does each filter or unit "
            "add to its weighted sum?",
            "这里只数了权重，忘了偏置。每个卷积核（或单元）在加权和之外还要加上什么？",
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
            "This has a single bias for the whole layer. How many filters or units have one of "
            "their own?",
            "这里整层只算了一个偏置。有几个卷积核（或单元）各有自己的偏置？",
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
            "A filter was given as many channels as the layer has filters. How many channels does "
            "the layer's input have?",
            "这里把卷积核的个数当成了每个核的通道数。这一层的输入有多少个通道？",
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
            "Here every filter reads all input channels. Which input channels can a filter of one "
            "group read?",
            "这里每个卷积核以全部输入通道为输入。分组之后，一个核的输入只有哪些通道？",
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
            "This is an ordinary convolution's count. What two steps make up a depthwise separable "
            "convolution?",
            "这是普通卷积的数目。深度可分离卷积由哪两步组成？",
        ),
    ),
    Mistake(
        "pointwise-forgotten",
        replacing_rules(
            {
                "separable.parameters": f"{_WEIGHTS} * multiplier",
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
