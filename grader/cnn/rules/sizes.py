"""The rules for sizes: how high and wide a layer's maps are, and how many values they hold.

`size` is the input's size along one axis and `kernel` the length that the kernel covers there
(with dilation its extent); the output's size is a count of window positions.
"""

from typing import Final

from grader.cnn.rules.rule import ManyRule, rule, sum_of
from grader.wording import Text

_GUIDE: Final = "Dumoulin, Visin: A guide to convolution arithmetic for deep learning (2016)"
_TENSORFLOW: Final = "TensorFlow API documentation: tf.nn, notes on padding"
_PYTORCH: Final = "PyTorch documentation: torch.nn"

EXTENT: Final = rule(
    "size.extent",
    "dilation * (kernel - 1) + 1",
    "With dilation d a kernel spans more than it has weights: it is d places from one to the next.",
    "膨胀率为 d 时，卷积核跨越的范围大于权重数：从一个权重到下一个相隔 d 个位置。",
    f"{_GUIDE}, section 5.1",
)
SAME: Final = rule(
    "size.same",
    "ceil(size / stride)",
    "With `same` padding the output is the input's size divided by the stride, rounded up.",
    "`same` 填充时，输出尺寸等于输入尺寸除以步幅，向上取整。",
    _TENSORFLOW,
)
VALID: Final = rule(
    "size.valid",
    "floor((size - kernel) / stride) + 1",
    "Without padding the window has one position, and one more for each full stride left.",
    "没有填充时，窗口先占一个位置，剩余长度每容下一个步幅再多一个位置。",
    f"{_GUIDE}, relationship 5",
)
EXPLICIT: Final = rule(
    "size.explicit",
    "floor((size + 2 * padding - kernel) / stride) + 1",
    "The padding lengthens the input on both sides; then the window positions are counted.",
    "填充在两侧各加长输入，然后数出窗口的位置数。",
    f"{_GUIDE}, relationship 6",
)
ASYMMETRIC: Final = rule(
    "size.asymmetric",
    "floor((size + before + after - kernel) / stride) + 1",
    "The padding lengthens the input by its two sides; then the window positions are counted.",
    "填充按两侧各自的长度加长输入，然后数出窗口的位置数。",
    f"{_GUIDE}, relationship 6, with the two sides apart",
)
POOL_CEIL: Final = rule(
    "size.pool_ceil",
    "min(ceil((size + 2 * padding - kernel) / stride) + 1, ceil((size + padding) / stride))",
    "In ceil mode a last window may overhang, but each window starts in the input or before it.",
    "向上取整时，最后一个窗口可以超出边界，但每个窗口的起点必须在输入之内或其起始一侧的填充之内。",
    f"{_PYTORCH}.MaxPool2d, ceil_mode",
    guarded=True,
)
POOL_CEIL_ASYMMETRIC: Final = rule(
    "size.pool_ceil_asymmetric",
    "min(ceil((size + before + after - kernel) / stride) + 1, ceil((size + before) / stride))",
    "In ceil mode a last window may overhang, but each window starts in the input or before it.",
    "向上取整时，最后一个窗口可以超出边界，但每个窗口的起点必须在输入之内或其起始一侧的填充之内。",
    f"{_PYTORCH}.MaxPool2d, ceil_mode, with the two sides apart",
    guarded=True,
)
TRANSPOSED_SAME: Final = rule(
    "size.transposed_same",
    "size * stride",
    "A transposed convolution with `same` padding gives one output place per stride and input.",
    "`same` 填充的转置卷积，输出尺寸等于输入尺寸乘以步幅。",
    _TENSORFLOW,
)
TRANSPOSED_VALID: Final = rule(
    "size.transposed_valid",
    "(size - 1) * stride + max(kernel, stride)",
    "Each input place writes a kernel's length, a stride apart; no stride is left out at the end.",
    "每个输入位置写出一个卷积核的长度，彼此相隔一个步幅，末尾至少留满一个步幅。",
    _TENSORFLOW,
)
TRANSPOSED_EXPLICIT: Final = rule(
    "size.transposed_explicit",
    "(size - 1) * stride - 2 * padding + kernel",
    "Each input place writes a kernel's length, a stride apart; the padding is cut off both ends.",
    "每个输入位置写出一个卷积核的长度，彼此相隔一个步幅，两端再各切去填充的长度。",
    f"{_GUIDE}, relationship 13",
)
TRANSPOSED_OUTPUT_PADDING: Final = rule(
    "size.transposed_output_padding",
    "(size - 1) * stride - 2 * padding + kernel + output_padding",
    "As without output padding, which then adds places at one end.",
    "先按没有输出填充计算，再在一端加上输出填充的长度。",
    f"{_PYTORCH}.ConvTranspose2d, output_padding",
)
TRANSPOSED_ASYMMETRIC: Final = rule(
    "size.transposed_asymmetric",
    "(size - 1) * stride - before - after + kernel + output_padding",
    "Each input place writes a kernel's length, a stride apart; each end is cut by its padding.",
    "每个输入位置写出一个卷积核的长度，彼此相隔一个步幅，两端再各按自己的填充切去。",
    f"{_PYTORCH}.ConvTranspose2d, with the two sides apart",
)
ZERO_PAD: Final = rule(
    "size.zero_pad",
    "size + before + after",
    "Zero padding adds its two sides.",
    "补零使尺寸增加两侧之和。",
)
UPSAMPLE: Final = rule(
    "size.upsample",
    "size * scale",
    "Upsampling repeats or interpolates each place `scale` times.",
    "上采样把每个位置重复或插值 scale 次。",
)
GLOBAL: Final = rule(
    "size.global",
    "1",
    "Global pooling leaves one place per map.",
    "全局池化后每个特征图只剩一个位置。",
    "Lin, Chen, Yan: Network in network (2013), section 3.2",
)
ADAPTIVE: Final = rule(
    "size.adaptive",
    "output",
    "Adaptive pooling is given its output's size and chooses its windows to fit.",
    "自适应池化直接给定输出尺寸，窗口由此确定。",
    f"{_PYTORCH}.AdaptiveAvgPool2d",
)
CHANNELS: Final = rule(
    "size.channels",
    "filters",
    "Each filter makes one map.",
    "每个卷积核产生一个特征图。",
)
MULTIPLIED_CHANNELS: Final = rule(
    "size.multiplied_channels",
    "channels * multiplier",
    "A depthwise convolution makes `multiplier` maps of each input map.",
    "逐深度卷积把每个输入特征图变成 multiplier 个特征图。",
    "Chollet: Xception (2017), section 2",
)
CONCATENATED: Final = ManyRule(
    "size.concatenated",
    sum_of,
    Text(
        "Concatenation lays the inputs one on another, so their channels add up.",
        "拼接把各输入叠在一起，通道数相加。",
    ),
)
COUNT: Final = rule(
    "size.count",
    "channels * height * width",
    "A layer's output holds channels times height times width values.",
    "一层输出的数值个数等于通道数乘以高乘以宽。",
)
FLATTEN: Final = rule(
    "size.flatten",
    "channels * height * width",
    "Flattening makes one long vector of all values.",
    "展平把所有数值排成一个长向量。",
)
UNITS: Final = rule(
    "size.units",
    "units",
    "A dense layer gives one value per unit.",
    "全连接层每个神经元输出一个数。",
)
