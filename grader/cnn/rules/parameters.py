"""The rules for learned parameters, and for the running statistics that are kept beside them."""

from typing import Final

from grader.cnn.rules.rule import ManyRule, rule, sum_of
from grader.wording import Text

_BOOK: Final = "Goodfellow, Bengio, Courville: Deep learning (2016), section 9.1"
_GROUPS: Final = "Krizhevsky, Sutskever, Hinton: ImageNet classification with deep CNNs (2012)"
_XCEPTION: Final = "Chollet: Xception (2017)"
_LENET: Final = "LeCun, Bottou, Bengio, Haffner: Gradient-based learning (1998), section II.B"
_BATCH_NORM: Final = "Ioffe, Szegedy: Batch normalization (2015), algorithms 1 and 2"

CONV: Final = rule(
    "conv.parameters",
    "(kernel_height * kernel_width * in_channels + 1) * filters",
    "Each filter has a weight per kernel place and input channel, and one bias.",
    "每个卷积核在每个核位置、每个输入通道上各有一个权重，另有一个偏置。",
    _BOOK,
)
CONV_NO_BIAS: Final = rule(
    "conv.parameters_no_bias",
    "kernel_height * kernel_width * in_channels * filters",
    "Each filter has a weight per kernel place and input channel; there are no biases.",
    "每个卷积核在每个核位置、每个输入通道上各有一个权重，没有偏置。",
    _BOOK,
)
CONV_GROUPS: Final = rule(
    "conv.parameters_groups",
    "(kernel_height * kernel_width * in_channels / groups + 1) * filters",
    "A filter sees only the input channels of its own group, and has one bias.",
    "每个卷积核只看本组的输入通道，另有一个偏置。",
    _GROUPS,
)
CONV_GROUPS_NO_BIAS: Final = rule(
    "conv.parameters_groups_no_bias",
    "kernel_height * kernel_width * in_channels / groups * filters",
    "A filter sees only the input channels of its own group; there are no biases.",
    "每个卷积核只看本组的输入通道，没有偏置。",
    _GROUPS,
)
CONNECTIONS: Final = rule(
    "conv.parameters_connections",
    "kernel_height * kernel_width * connections + filters",
    "Each connection of a filter with an input map has a kernel of weights; each filter one bias.",
    "卷积核与输入特征图的每条连接对应一个二维核，每个卷积核另有一个偏置。",
    f"{_LENET}, table I",
)
CONNECTIONS_NO_BIAS: Final = rule(
    "conv.parameters_connections_no_bias",
    "kernel_height * kernel_width * connections",
    "Each connection of a filter with an input map has a kernel of weights; there are no biases.",
    "卷积核与输入特征图的每条连接对应一个二维核，没有偏置。",
    f"{_LENET}, table I",
)
DEPTHWISE: Final = rule(
    "depthwise.parameters",
    "(kernel_height * kernel_width + 1) * in_channels * multiplier",
    "A depthwise filter sees one input channel only: a kernel of weights and one bias each.",
    "逐通道卷积的每个核只看一个输入通道：一个核的权重加一个偏置。",
    f"{_XCEPTION}, section 2",
)
DEPTHWISE_NO_BIAS: Final = rule(
    "depthwise.parameters_no_bias",
    "kernel_height * kernel_width * in_channels * multiplier",
    "A depthwise filter sees one input channel only; there are no biases.",
    "逐通道卷积的每个核只看一个输入通道，没有偏置。",
    f"{_XCEPTION}, section 2",
)
SEPARABLE: Final = rule(
    "separable.parameters",
    "kernel_height * kernel_width * in_channels * multiplier"
    " + (in_channels * multiplier + 1) * filters",
    "A depthwise part without bias, then a 1×1 convolution that mixes its maps, with the biases.",
    "先是没有偏置的逐通道卷积，再用 1×1 卷积混合各特征图，偏置在后者。",
    f"{_XCEPTION}, section 1",
)
SEPARABLE_NO_BIAS: Final = rule(
    "separable.parameters_no_bias",
    "kernel_height * kernel_width * in_channels * multiplier + in_channels * multiplier * filters",
    "A depthwise part, then a 1×1 convolution that mixes its maps; there are no biases.",
    "先是逐通道卷积，再用 1×1 卷积混合各特征图，没有偏置。",
    f"{_XCEPTION}, section 1",
)
DENSE: Final = rule(
    "dense.parameters",
    "(inputs + 1) * units",
    "Each unit has a weight for every input, and one bias.",
    "每个单元对每个输入有一个权重，另有一个偏置。",
    "Goodfellow, Bengio, Courville: Deep learning (2016), section 6.1",
)
DENSE_NO_BIAS: Final = rule(
    "dense.parameters_no_bias",
    "inputs * units",
    "Each unit has a weight for every input; there are no biases.",
    "每个单元对每个输入有一个权重，没有偏置。",
    "Goodfellow, Bengio, Courville: Deep learning (2016), section 6.1",
)
POOL: Final = rule(
    "pool.parameters",
    "0",
    "A pooling layer learns nothing.",
    "池化层没有可学习的参数。",
    "Goodfellow, Bengio, Courville: Deep learning (2016), section 9.3",
)
NORM: Final = rule(
    "norm.parameters",
    "2 * channels",
    "A normalization learns a scale and a shift per channel.",
    "归一化为每个通道学习一个缩放和一个平移。",
    _BATCH_NORM,
)
NORM_STATISTICS: Final = rule(
    "norm.statistics",
    "2 * channels",
    "Batch normalization keeps a running mean and variance per channel; they are not learned.",
    "批量归一化为每个通道保存滑动均值和方差，它们不是学习得到的参数。",
    _BATCH_NORM,
)
LAYER_NORM: Final = rule(
    "layer_norm.parameters",
    "2 * count",
    "Layer normalization learns a gain and a bias for each value of the layer.",
    "层归一化为层中每个数值学习一个增益和一个偏置。",
    "Ba, Kiros, Hinton: Layer normalization (2016), section 3",
)
PRELU: Final = rule(
    "prelu.parameters",
    "channels",
    "PReLU learns one slope per channel.",
    "PReLU 为每个通道学习一个斜率。",
    "He, Zhang, Ren, Sun: Delving deep into rectifiers (2015), section 2.1",
)
PRELU_SHARED: Final = rule(
    "prelu.parameters_shared",
    "1",
    "A channel-shared PReLU learns one slope for the whole layer.",
    "各通道共享的 PReLU 整层只学习一个斜率。",
    "He, Zhang, Ren, Sun: Delving deep into rectifiers (2015), section 2.1",
)
SUBSAMPLE: Final = rule(
    "subsample.parameters",
    "2 * channels",
    "Trainable subsampling learns one factor and one bias per map.",
    "可训练的下采样为每个特征图学习一个系数和一个偏置。",
    _LENET,
)
TOTAL: Final = ManyRule(
    "total.parameters",
    sum_of,
    Text(
        "The network has the parameters of all its layers; what learns nothing adds none.",
        "网络的参数是各层参数之和；没有可学习参数的层不增加参数。",
    ),
)
TOTAL_STATISTICS: Final = ManyRule(
    "total.statistics",
    sum_of,
    Text(
        "The running statistics of all layers, which are kept apart from the parameters.",
        "各层的滑动统计量之和，与参数分开计。",
    ),
)
