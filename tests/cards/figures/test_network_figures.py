"""Figures of the engine's networks: their trunk, blocks, windows and memory."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from cards.checking.leaks import numbers_in
from cards.figures import Figure, draw_figure, hidden_cells
from cards.figures.layer_words import NAMES
from cards.figures.maps import MapStack, Units
from cards.figures.networks import (
    block_figure,
    memory_figure,
    network_figure,
    trunk,
    window_figure,
)
from cards.figures.numbers import Numbers
from cards.loading.bank import load_bank
from cards.networks.files import named_networks, read_network_file
from cards.printing.figure import variant_figure
from cards.question import Question
from cards.variants.dealing import make_variant
from grader.arithmetic import Number
from grader.cnn.layers.operations import OPERATIONS
from grader.cnn.network import Network, read_network
from grader.cnn.network_lines import network_worksheet
from grader.errors import QuestionError
from grader.worksheet import Worksheet, line

IMAGE = {"channels": 3, "height": 32, "width": 48}


def net(*layers: Mapping[str, Any], shape: Mapping[str, Any] = IMAGE) -> Network:
    """A network of these layers on a small image."""
    return read_network({"input": shape, "layers": list(layers)})


def conv(name: str, filters: int, **fields: object) -> dict[str, object]:
    """A 3×3 convolution that keeps the size, unless it is told otherwise."""
    return {"id": name, "op": "conv", "filters": filters, "kernel": 3, "padding": "same", **fields}


def solved(network: Network, asked: frozenset[str] = frozenset()) -> Numbers:
    """All cells of a network but those asked for."""
    cells: dict[str, Number] = network_worksheet(network).solve()
    return Numbers({name: cells[name] for name in cells if name not in asked}, asked)


@cache
def named(name: str) -> Network:
    """A network that comes with Gradeck."""
    return read_network_file(name)


def test_every_operation_has_a_name_on_figures() -> None:
    """Whoever adds an operation gives it a short name in both languages."""
    assert set() == set(OPERATIONS) - set(NAMES)


def test_layers_that_keep_the_shape_go_with_the_one_before() -> None:
    """A rectifier, a normalization and a flattening get no plane of their own."""
    network = net(
        conv("c1", 8), {"id": "n1", "op": "batch_norm"}, {"id": "r1", "op": "relu"},
        {"id": "f", "op": "flatten"}, {"id": "d", "op": "dense", "units": 10},
    )  # fmt: skip
    figure = network_figure(network, solved(network))

    assert (MapStack(3, (32, 48)), MapStack(8, (32, 48)), Units(10)) == figure.stages
    assert ("conv 3×3", "SAME", "batch norm", "ReLU") == figure.steps[0].words


def test_equal_steps_are_drawn_once() -> None:
    """Three equal convolutions in a row are one step that says so."""
    network = net(conv("a", 8), conv("b", 8), conv("c", 8), conv("d", 16))
    figure = network_figure(network, solved(network))

    assert ["3 × conv 3×3", "conv 3×3"] == [step.words[0] for step in figure.steps]


def test_asked_sizes_are_never_drawn_as_equal() -> None:
    """Equal steps with an asked size stay apart: that they are equal would be a hint."""
    network = net(conv("a", 8), conv("b", 8))
    asked = frozenset({"a.height", "b.height"})

    assert len(network_figure(network, solved(network, asked)).stages) == 3


@pytest.mark.parametrize("name", named_networks())
def test_every_named_network_can_be_drawn(name: str) -> None:
    """Each network that comes with Gradeck has a figure of a size that can be looked at."""
    network = named(name)
    numbers = solved(network)
    for language in ("en", "zh"):
        svg = draw_figure(Figure("network"), numbers.cells, network=network, language=language)
        assert len(svg) < 60_000
        assert 4 <= len(network_figure(network, numbers, language).stages) <= 32
        assert ET.fromstring(svg).attrib["lang"] == language  # noqa: S314 - our own figure


@pytest.mark.parametrize("name", named_networks())
def test_the_highest_bar_is_the_engines_peak(name: str) -> None:
    """The largest sum of bytes on the memory figure is the peak that the engine counts."""
    network = named(name)
    numbers = solved(network)
    totals = [moment.total for moment in memory_figure(network, numbers).moments]
    kind = "pair" if network.is_chain else "live"

    assert numbers.cells[f"inference.{kind}_peak_bytes"] == max(one or 0 for one in totals)


def test_the_trunk_leaves_out_what_stands_side_by_side() -> None:
    """Of a residual network's layers only those remain through which everything passes."""
    network = net(
        conv("a", 8), conv("b", 8), conv("c", 8),
        {"id": "s", "op": "add", "from": ["a", "c"]}, {"id": "r", "op": "relu"},
    )  # fmt: skip

    assert ["a", "s", "r"] == [network.layers[place].id for place in trunk(network)]


def test_a_residual_block_has_its_layers_and_the_identity() -> None:
    """The way past the layers is empty, and what follows the sum is drawn after it."""
    network = net(
        conv("a", 8), conv("b", 8), conv("c", 8),
        {"id": "s", "op": "add", "from": ["c", "a"]}, {"id": "r", "op": "relu"},
    )  # fmt: skip
    block = block_figure(network, solved(network))

    assert ("8@32×48", "8@32×48") == (block.arriving, block.leaving)
    assert [2, 0] == [len(way) for way in block.ways]
    assert [("ReLU",)] == [box.words for box in block.after]


def test_googlenets_first_module_has_its_published_channels() -> None:
    """64, 128, 32 and 32 maps of 28 × 28 come together (Szegedy et al. 2015, table 1)."""
    network = named("googlenet")
    block = block_figure(network, solved(network))
    ends = [next(word for word in way[-1].words if "@" in word) for way in block.ways]

    assert ["64@28×28", "128@28×28", "32@28×28", "32@28×28"] == ends
    assert ("192@28×28", "256@28×28") == (block.arriving, block.leaving)


def test_a_chain_has_no_block() -> None:
    """A figure of a block of a chain is refused with what was expected."""
    network = net(conv("a", 8))
    with pytest.raises(QuestionError, match="layers whose ways part and meet again"):
        block_figure(network, solved(network))


def test_the_window_of_a_layer_has_its_numbers() -> None:
    """Kernel, stride, padding and both sizes come from the layer that is named."""
    network = net(conv("a", 8), conv("b", 8, kernel=5, stride=2, padding=1, dilation=2))
    window = window_figure(network, solved(network, frozenset({"b.height"})), "b")

    assert ((32, 48), (5, 5), (2, 2)) == (window.input, window.kernel, window.stride)
    assert (((1, 1), (1, 1)), (2, 2)) == (window.padding, window.dilation)
    assert (None, 21) == window.output


def test_same_padding_goes_by_its_name() -> None:
    """How many zeros SAME adds is worked out from the output, so the figure doesn't count them."""
    network = net(conv("a", 8, stride=2))
    window = window_figure(network, solved(network))

    assert ("SAME", ((None, None), (None, None))) == (window.padding_name, window.padding)


def test_what_an_answer_rests_on_is_hidden_with_it() -> None:
    """Steps on the way, what follows from them, and equal values are hidden; givens are not."""
    sheet = Worksheet(
        [
            line("rows", "ceil(size / 2)"),
            line("area", "rows * rows"),
            line("bytes", "4 * rows"),
            line("filters", "maps"),
            line("twin", "size - 1"),
            line("apart", "maps + 1"),
        ]
    )
    cells = sheet.solve({"size": 10, "maps": 8})

    assert {"rows", "area", "bytes"} == hidden_cells(sheet, cells, ["area"])
    assert {"rows", "area", "bytes", "apart", "twin"} == hidden_cells(
        sheet, {**cells, "apart": 25, "twin": 25}, ["area"]
    )
    assert {"filters"} == hidden_cells(sheet, cells, ["filters"])


BANK = load_bank()
WITH_FIGURE = [
    question.id
    for question in BANK.values()
    if question.figure is not None and question.kind == "numeric"
]


def words_of(svg: str) -> str:
    """All that a figure says."""
    root = ET.fromstring(svg)  # noqa: S314 - our own figure
    return "\n".join(element.text or "" for element in root.iter())


@pytest.mark.parametrize("name", WITH_FIGURE)
def test_no_figure_of_the_bank_tells_an_answer(name: str) -> None:
    """No answer stands in any word of the figure, unless the text gives the same number away."""
    question: Question = BANK.find(name)
    for seed in range(12):
        variant = make_variant(question, str(seed))
        given = set(map(Fraction, variant.numbers.values())) | set(
            numbers_in(variant.text.in_("en"))
        )
        answers = {
            number
            for key in variant.keys
            for spelling in variant.right(key).values()
            for number in numbers_in(spelling)
        }
        for language in ("en", "zh"):
            shown = set(numbers_in(words_of(variant_figure(variant, language))))
            assert set() == (shown & answers) - given, (seed, language)


def test_a_square_maps_width_is_hidden_with_its_height() -> None:
    """Where heights are asked all along, no width of the same maps gives them away."""
    variant = make_variant(BANK.find("cnn/lenet-first-layers"), "3")
    said = words_of(variant_figure(variant))

    assert "1@32×32" in said
    assert {"?"} == set(re.findall(r"@(\S+?)×", said.replace("1@32×32", "")))
    assert {"?"} == set(re.findall(r"@\S+?×(\S)", said.replace("1@32×32", "")))


@pytest.mark.parametrize("name", WITH_FIGURE)
def test_figures_speak_once_all_parts_are_solved(name: str) -> None:
    """After the answers nothing is a question mark any more that belongs to a part."""
    variant = make_variant(BANK.find(name), "a")
    solved_parts = [part.id for part in variant.parts]
    asking = words_of(variant_figure(variant)).count("?")

    assert words_of(variant_figure(variant, solved=solved_parts)).count("?") <= asking
    assert not re.search(r"peak: \?", words_of(variant_figure(variant, solved=solved_parts)))
