"""What a figure shows where a note names its kind and has no numbers of its own."""

from cards.figures.blocks import BlockFigure, Box, Meeting
from cards.figures.maps import Maps, NetworkFigure, Step, Units
from cards.figures.memory import MemoryFigure, Moment
from cards.figures.pooling import PoolingFigure
from cards.figures.window import WindowFigure

WINDOW = WindowFigure(input=(7, 7), kernel=(3, 3), stride=(2, 2), output=(3, 3))

NETWORK = NetworkFigure(
    stages=(
        Maps(1, (28, 28)),
        Maps(8, (28, 28)),
        Maps(8, (14, 14)),
        Maps(16, (14, 14)),
        Maps(16, (7, 7)),
        Units(10),
    ),
    steps=(
        Step(("conv 5×5", "p 2"), (5, 5)),
        Step(("max pool 2×2",), (2, 2)),
        Step(("conv 3×3", "p 1"), (3, 3)),
        Step(("max pool 2×2",), (2, 2)),
        Step(("dense",)),
    ),
)

INCEPTION = BlockFigure(
    arriving="192@28×28",
    ways=(
        (Box(("conv 1×1", "64@28×28")),),
        (Box(("conv 1×1", "96@28×28")), Box(("conv 3×3", "128@28×28"))),
        (Box(("conv 1×1", "16@28×28")), Box(("conv 5×5", "32@28×28"))),
        (Box(("max pool 3×3", "192@28×28")), Box(("conv 1×1", "32@28×28"))),
    ),
    meeting=Meeting.CONCAT,
    leaving="256@28×28",
)

RESIDUAL = BlockFigure(
    arriving="64@56×56",
    ways=((Box(("conv 3×3", "64@56×56")), Box(("conv 3×3", "64@56×56"))), ()),
    meeting=Meeting.ADD,
    leaving="64@56×56",
    after=(Box(("ReLU",)),),
)

MEMORY = MemoryFigure(
    (
        Moment("conv1", 720_000, 6_000_000),
        Moment("conv2", 6_000_000, 3_000_000),
        Moment("conv3", 3_000_000, 1_520_000),
    )
)

POOLING = PoolingFigure(
    values=(("1", "5", "0", "3"), ("2", "7", "4", "4"), ("9", "1", "2", "6"), ("0", "3", "8", "5")),
    window=(2, 2),
    stride=(2, 2),
    output=(("7", "4"), ("9", "8")),
)
