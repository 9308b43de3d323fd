"""The rules for memory: bytes of maps and parameters, in use and in training."""

from collections.abc import Sequence
from typing import Final

from grader.cnn.rules.rule import ManyRule, largest_of, largest_pair_of, rule, sum_of
from grader.tree import Binary, Name, Node
from grader.wording import Text

_SCHEDULE: Final = (
    "Chen, Xu, Zhang, Guestrin: Training deep nets with sublinear memory cost (2016), section 3"
)

LAYER: Final = rule(
    "layer.bytes",
    "count * value_bytes",
    "Each value takes as many bytes as its data type.",
    "每个数值占用的字节数由其数据类型决定。",
    unit="B",
)
PARAMETERS: Final = rule(
    "memory.parameter_bytes",
    "parameters * value_bytes",
    "Each parameter takes as many bytes as its data type.",
    "每个参数占用的字节数由其数据类型决定。",
    unit="B",
)
PAIR_PEAK: Final = ManyRule(
    "memory.pair_peak",
    largest_pair_of,
    Text(
        "A layer's input can be freed once it is computed: only two consecutive outputs are held.",
        "一层算完后，它的输入即可释放：任何时刻只需保留相邻两层的输出。",
    ),
    _SCHEDULE,
    unit="B",
)
ALIVE: Final = ManyRule(
    "memory.alive",
    sum_of,
    Text(
        "While a layer is computed, its output and every map that is still to be read are held.",
        "计算一层时，它的输出以及此后还要读取的所有特征图都在内存中。",
    ),
    _SCHEDULE,
    unit="B",
)
LIVE_PEAK: Final = ManyRule(
    "memory.live_peak",
    largest_of,
    Text(
        "The peak is the largest sum of maps that are held at the same time.",
        "峰值是同一时刻所保留特征图之和的最大值。",
    ),
    _SCHEDULE,
    unit="B",
)
INFERENCE: Final = rule(
    "memory.inference",
    "peak + parameters",
    "At inference, the network needs its largest maps held at once and all its parameters.",
    "推理时需要同时保留的最大特征图，再加上全部参数。",
    unit="B",
)


def _of_a_batch(operands: Sequence[Node]) -> Node:
    return Binary("*", Name("batch"), sum_of(operands))


TRAINING_ACTIVATIONS: Final = ManyRule(
    "memory.training_activations",
    _of_a_batch,
    Text(
        "In training the outputs of all layers are kept for the backward pass, for each image of "
        "the batch.",
        "训练时，小批量中每个样本的各层输出都要保留到反向传播。",
    ),
    _SCHEDULE,
    unit="B",
)
TRAINING_INPUTS: Final = rule(
    "memory.training_inputs",
    "batch * channels * height * width * value_bytes",
    "The batch's inputs are held as well.",
    "小批量的输入也要保留。",
    unit="B",
)
TRAINING_INPUT_UNITS: Final = rule(
    "memory.training_input_units",
    "batch * units * value_bytes",
    "The batch's inputs are held as well.",
    "小批量的输入也要保留。",
    unit="B",
)
TRAINING: Final = rule(
    "memory.training",
    "activations + inputs + parameters",
    "Training holds all outputs, the inputs and the parameters; by convention no gradients count.",
    "训练要保存所有层的输出、输入和参数；按约定不计梯度。",
    unit="B",
)
