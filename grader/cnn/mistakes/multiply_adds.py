"""Mistakes in counting multiply-adds."""

from typing import Final

from grader.mistakes import Mistake
from grader.wording import Text
from grader.worksheet import replacing_rules

_WEIGHTS: Final = "kernel_height * kernel_width * in_channels"

MULTIPLY_ADDS: Final = [
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
            "This counts a multiplication and an addition separately. What is asked for: "
            "operations, or multiply-adds?",
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
