"""What a figure shows where a note names its kind and has no numbers of its own."""

from cards.figures.blocks import BlockFigure, Box, Meeting
from cards.figures.known import say
from cards.figures.layer_words import NAMES
from cards.figures.maps import MapStack, NetworkFigure, StepOfMaps, Units
from cards.figures.memory import MemoryFigure, MemoryMoment
from cards.figures.pooling import PoolingFigure
from cards.figures.window import WindowFigure

WINDOW = WindowFigure(input=(7, 7), kernel=(3, 3), stride=(2, 2), output=(3, 3))


def network(language: str) -> NetworkFigure:
    """Two convolutions, each with a pooling, and a dense layer."""
    conv, pool = _name("conv", language), _name("max_pool", language)
    return NetworkFigure(
        stages=(
            MapStack(1, (28, 28)),
            MapStack(8, (28, 28)),
            MapStack(8, (14, 14)),
            MapStack(16, (14, 14)),
            MapStack(16, (7, 7)),
            Units(10),
        ),
        steps=(
            StepOfMaps((f"{conv} 5×5", say("p 2", "填充 2", language)), (5, 5)),
            StepOfMaps((f"{pool} 2×2",), (2, 2)),
            StepOfMaps((f"{conv} 3×3", say("p 1", "填充 1", language)), (3, 3)),
            StepOfMaps((f"{pool} 2×2",), (2, 2)),
            StepOfMaps((_name("dense", language),)),
        ),
    )


def inception(language: str) -> BlockFigure:
    """GoogLeNet's first module, 3a."""
    conv, pool = _name("conv", language), _name("max_pool", language)
    return BlockFigure(
        arriving="192@28×28",
        ways=(
            (Box((f"{conv} 1×1", "64@28×28")),),
            (Box((f"{conv} 1×1", "96@28×28")), Box((f"{conv} 3×3", "128@28×28"))),
            (Box((f"{conv} 1×1", "16@28×28")), Box((f"{conv} 5×5", "32@28×28"))),
            (Box((f"{pool} 3×3", "192@28×28")), Box((f"{conv} 1×1", "32@28×28"))),
        ),
        meeting=Meeting.CONCAT,
        leaving="256@28×28",
    )


def residual(language: str) -> BlockFigure:
    """ResNet-18's first block."""
    box = Box((f"{_name('conv', language)} 3×3", "64@56×56"))
    return BlockFigure(
        arriving="64@56×56",
        ways=((box, box), ()),
        meeting=Meeting.ADD,
        leaving="64@56×56",
        after=(Box((_name("relu", language),)),),
    )


def _name(operation: str, language: str) -> str:
    return NAMES[operation].in_(language)


MEMORY = MemoryFigure(
    (
        MemoryMoment("conv1", 720_000, 6_000_000),
        MemoryMoment("conv2", 6_000_000, 3_000_000),
        MemoryMoment("conv3", 3_000_000, 1_520_000),
    )
)

POOLING = PoolingFigure(
    values=(("1", "5", "0", "3"), ("2", "7", "4", "4"), ("9", "1", "2", "6"), ("0", "3", "8", "5")),
    window=(2, 2),
    stride=(2, 2),
    output=(("7", "4"), ("9", "8")),
)
