"""Mistakes in sizes of maps, and in how much of the input a place sees."""

from typing import Final

from grader.mistakes import Mistake
from grader.wording import Text
from grader.worksheet import replacing_rules

# The rules for the size of a window's output: floor with padding, in its three writings.
_PADDED: Final = {
    "size.valid": "size",
    "size.explicit": "size + 2 * padding",
    "size.asymmetric": "size + before + after",
}


def _sizes(template: str) -> dict[str, str]:
    """A wrong formula for each rule that counts window positions; `{padded}` is its length."""
    return {rule: template.format(padded=padded) for rule, padded in _PADDED.items()}


SIZES: Final = [
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
            "A size was rounded up. Does a window count that doesn't fit into the input?",
            "这里把尺寸向上取整了。放不进输入的窗口也算数吗？",
        ),
    ),
    Mistake(
        "valid-for-same",
        replacing_rules({"size.same": "floor((size - kernel) / stride) + 1"}),
        Text(
            "This is the size without padding. What does `same` padding add at the border?",
            "这是不填充时的尺寸。`same` 填充在边缘补了什么？",
        ),
    ),
    Mistake(
        "same-for-valid",
        replacing_rules({"size.valid": "ceil(size / stride)"}),
        Text(
            "This is the size with `same` padding. Where can the kernel stand when nothing is "
            "added at the border?",
            "这是 `same` 填充时的尺寸。边缘不填充时，卷积核能放在哪些位置？",
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
            "The padding was added once. On how many sides is it added?",
            "填充只加了一次。输入有几侧补了零？",
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
            "The kernel was counted without its dilation. How far does it reach once its weights "
            "are spread apart?",
            "这里没有计入膨胀。各权重拉开之后，卷积核跨越多远？",
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

FIELDS: Final = [
    Mistake(
        "jump-forgotten",
        replacing_rules({"field.size": "field + (kernel - 1)"}),
        Text(
            "Each kernel was added without the strides below it. How far apart, in the input, are "
            "the places that a deeper kernel reads?",
            "这里每个卷积核都没有计入其下的步幅。深层卷积核的输入位置，在图像上相隔多远？",
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
