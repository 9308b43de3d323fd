"""Figures: well-formed, the same bytes, named for those who can't see, and silent on answers."""

import re
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path

import pytest

from cards.figures import DARK, KINDS, LIGHT, PAPER, Figure, draw_figure, figure_from, variables
from cards.figures.blocks import BlockFigure, Box, Meeting, draw_block
from cards.figures.maps import MapStack, NetworkFigure, StepOfMaps, Units, draw_network
from cards.figures.memory import MemoryFigure, MemoryMoment, draw_memory
from cards.figures.pooling import PoolingFigure, draw_pooling
from cards.figures.statistics import ItemPoint, draw_histogram, draw_scatter
from cards.figures.window import WindowFigure, draw_window
from grader.arithmetic import Number
from grader.errors import QuestionError

SVG = "{http://www.w3.org/2000/svg}"


def words(svg: str) -> list[str]:
    """All that a figure says: its title, its description and its labels."""
    root = ET.fromstring(svg)  # noqa: S314 - our own figure
    return [element.text or "" for element in root.iter() if element.text]


def all_figures(language: str) -> dict[str, str]:
    """One figure of each kind and chart."""
    drawn = {kind: draw_figure(Figure(kind), {}, language=language) for kind in KINDS}
    points = [ItemPoint("Q1", 0.6, 0.5), ItemPoint("Q4", 0.97, 0.05), ItemPoint("Q6", 0.1, -0.4)]
    drawn["histogram"] = draw_histogram([0, 4, 22, 9], language)
    drawn["scatter"] = draw_scatter(points, language)
    return drawn


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_are_named_images(language: str) -> None:
    """Each figure is well-formed, an image by its role, with a title and a description."""
    for kind, svg in all_figures(language).items():
        root = ET.fromstring(svg)  # noqa: S314 - our own figure
        assert root.attrib["role"] == "img", kind
        assert root.attrib["lang"] == language
        assert [child.tag for child in list(root)[:2]] == [f"{SVG}title", f"{SVG}desc"]
        assert len(words(svg)[0]) >= 4
        assert len(words(svg)[1]) > 12


def test_languages_differ_in_words_only() -> None:
    """A figure in Chinese has Chinese words, and none in English has any."""
    han = re.compile("[\u4e00-\u9fff]")
    for kind in all_figures("en"):
        assert not han.search(all_figures("en")[kind]), kind
        assert han.search(all_figures("zh")[kind]), kind


def test_chinese_words_have_chinese_punctuation() -> None:
    """No comma, colon or bracket of half a width touches a Chinese character."""
    half_width = re.compile("[\u4e00-\u9fff][,:;()]|[,:;()][\u4e00-\u9fff]")
    for kind, svg in all_figures("zh").items():
        assert [] == [said for said in words(svg) if half_width.search(said)], kind


@pytest.mark.parametrize("kind", ["network", "inception", "residual"])
def test_examples_name_their_layers_in_the_figures_language(kind: str) -> None:
    """The example of a note says 卷积 where the English one says conv."""
    assert "conv" not in draw_figure(Figure(kind), {}, language="zh")
    assert "卷积" in draw_figure(Figure(kind), {}, language="zh")


def test_figures_are_the_same_bytes_each_time_and_can_share_a_page() -> None:
    """Drawn twice a figure is the same text; it has no id, style or script of its own."""
    assert all_figures("en") == all_figures("en")
    for kind, svg in all_figures("en").items():
        for forbidden in (' id="', "<style", " style=", "<script", "url(", "href"):
            assert forbidden not in svg, kind


def test_colours_are_variables_on_a_screen_and_plain_on_paper() -> None:
    """Every colour on a screen is a variable with a light fallback; on paper there is none."""
    for kind in KINDS:
        svg = draw_figure(Figure(kind), {})
        used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) - {"none"}
        assert used <= {f"var(--figure-{name},{colour})" for name, colour in LIGHT.items()}, kind
        assert "var(" not in draw_figure(Figure(kind), {}, palette=PAPER)


def test_light_and_dark_name_the_same_colours() -> None:
    """Whoever sets the dark colours sets them all."""
    assert set(LIGHT) == set(DARK)
    assert variables(DARK).count("--figure-") == len(DARK)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_labels_can_be_read(colours: dict[str, str]) -> None:
    """Words stand out by 4.5 to 1 from all they stand on, lines by 3 to 1 from the page."""
    for ground in ("paper", "plane", "neutral", "mark-fill", "point-fill"):
        assert contrast(colours["ink"], colours[ground]) >= 4.5, ground
        assert contrast(colours["soft"], colours[ground]) >= 4.5, ground
    for line in ("line", "mark", "point"):
        assert contrast(colours[line], colours["paper"]) >= 3, line


WINDOW = {"input": "size", "kernel": "kernel", "stride": "stride", "padding": "pad"}
ASKED = [
    ("the output", {**WINDOW, "kind": "window", "output": "out"}, "out", (17, 93)),
    ("the stride", {**WINDOW, "kind": "window", "output": "out"}, "stride", (1, 4)),
    ("the padding", {**WINDOW, "kind": "window", "output": "out"}, "pad", (0, 5)),
    ("the kernel", {**WINDOW, "kind": "window", "output": "out"}, "kernel", (3, 11)),
    ("the input", {**WINDOW, "kind": "window", "output": "out"}, "size", (12, 871)),
    ("a formula over it", {**WINDOW, "kind": "window", "output": "2 * out - 1"}, "out", (9, 77)),
    (
        "a pooled value",
        {"kind": "pooling", "values": [["size", 2], [3, 4]], "output": [["out"]]},
        "out",
        (41, 988),
    ),
    (
        "a map's bytes",
        {"kind": "memory", "moments": [{"layer": "conv1", "held": "size", "made": "out"}]},
        "out",
        (4_100, 99_999),
    ),
]


@pytest.mark.parametrize(("why", "figure", "cell", "values"), ASKED, ids=[row[0] for row in ASKED])
def test_an_asked_number_leaves_no_trace(
    why: str, figure: dict[str, object], cell: str, values: tuple[int, int]
) -> None:
    """Two variants that differ in an asked number alone have the same figure, byte for byte."""
    cells = {"size": 10, "kernel": 3, "stride": 2, "pad": 1, "out": 5}
    first, second = (
        draw_figure(figure_from(figure, cells), {**cells, cell: value}, asked={cell})
        for value in values
    )

    assert first == second
    assert "?" in "".join(words(first))


def test_asked_numbers_of_a_network_are_neutral() -> None:
    """A map with an asked side is drawn at one size whatever its other numbers are."""
    step = (StepOfMaps(("conv 3×3",), (3, 3)),)
    known = draw_network(NetworkFigure((MapStack(3, (64, 64)), MapStack(8, (None, 31))), step))
    other = draw_network(NetworkFigure((MapStack(3, (64, 64)), MapStack(8, (None, 99))), step))

    assert known.replace("8@?×31", "") == other.replace("8@?×99", "")


def test_a_small_grid_is_drawn_to_scale() -> None:
    """On a known grid the window, the next one and the output have the cells they have."""
    svg = draw_window(WindowFigure((7, 7), (3, 3), (2, 2), output=(3, 3)))

    assert "input 7 × 7" in words(svg)
    assert "output 3 × 3" in words(svg)
    assert "stride 2" in words(svg)


def test_a_large_input_is_cut_off() -> None:
    """A 227 × 227 input is drawn as its first cells, and still says its size."""
    svg = draw_window(WindowFigure((227, 227), (11, 11), (4, 4), output=(55, 55)))

    assert len(svg) < 12_000
    assert "input 227 × 227" in words(svg)


def test_uneven_padding_is_said_side_by_side() -> None:
    """SAME padding that adds a row below only says so."""
    figure = WindowFigure((200, 300), (3, 3), (2, 2), ((0, 1), (0, 1)), output=(100, 150))

    assert "input 200 × 300, padding 0+1 × 0+1" in words(draw_window(figure))


def test_networks_wrap_into_rows() -> None:
    """A long network is drawn in rows, each stage once."""
    stages: tuple[MapStack | Units, ...] = (
        *(MapStack(8, (64 - 4 * i, 64 - 4 * i)) for i in range(10)),
        Units(10),
    )
    steps = tuple(StepOfMaps((f"conv {i}",), (5, 5)) for i in range(10))
    said = words(draw_network(NetworkFigure(stages, steps)))

    assert [f"conv {i}" for i in range(10)] == sorted(w for w in said if w.startswith("conv "))
    assert said.count("8@28×28") == 1


def test_the_peak_is_marked() -> None:
    """The largest sum of what is held and made is the peak, and is said to be."""
    moments = (
        MemoryMoment("conv1", 7, 60),
        MemoryMoment("conv2", 60, 30),
        MemoryMoment("conv3", 30, 15),
    )

    assert "peak: 90" in words(draw_memory(MemoryFigure(moments)))


def test_an_asked_peak_is_not_drawn_to_scale() -> None:
    """With the peak asked for, no bar's length says anything."""
    short = MemoryFigure((MemoryMoment("a", 1, 2), MemoryMoment("b", 2, 9)), peak_asked=True)
    long = MemoryFigure((MemoryMoment("a", 5, 6), MemoryMoment("b", 6, 7)), peak_asked=True)
    bars = [re.findall(r'width="(\d+)" height="20"', draw_memory(one)) for one in (short, long)]

    assert bars[0] == bars[1]


def test_a_shortcut_without_layers_is_the_identity() -> None:
    """An empty way is drawn and said as the identity."""
    block = BlockFigure("x", ((Box(("conv",)),), ()), Meeting.ADD, "y")

    assert "identity" in words(draw_block(block))
    assert "恒等" in words(draw_block(block, "zh"))


def test_words_are_escaped() -> None:
    """What an author writes stays words."""
    block = BlockFigure("<a & b>", ((Box(("<script>",)),),), Meeting.CONCAT, "y")

    assert "<script>" in words(draw_block(block))
    assert "<script>" not in draw_block(block)


def test_pooling_shows_its_values_and_hides_none_given() -> None:
    """Given values stand in their cells; a missing output is a grid of question marks."""
    said = words(draw_pooling(PoolingFigure((("-3", "1/2"), ("4", "0")), (2, 2), (2, 2))))

    assert {"-3", "1/2", "4", "0"} <= set(said)
    assert said.count("?") == 4


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ("windw", "the nearest is 'window'"),
        ({"kind": "window", "input": "sise", "kernel": 3}, "input: expected names of draws"),
        ({"kind": "window", "input": [1, 2, 3], "kernel": 3}, "[height, width], got 3 values"),
        ({"kind": "window", "input": 9, "kernel": 3, "strid": 2}, "the nearest is 'stride'"),
        ({"kind": "window", "input": 9}, "kernel: expected a value, got nothing"),
        ({"kind": "window", "input": 9, "kernel": 0}, "from 1 to 1,000,000"),
        ({"kind": "window", "input": 9, "kernel": 3, "stride": -2}, "got -2"),
        ({"kind": "window", "input": 10**9, "kernel": 3}, "got 1000000000"),
        ({"kind": "window", "input": 9, "kernel": 3, "padding": [[1], 2]}, "padding[1]: expected"),
        ({"kind": "window", "input": 9, "kernel": 3, "dilation": "<script>"}, "dilation: expected"),
        ({"kind": "window", "layer": "conv1"}, "got a question without a network"),
        ({"kind": "pooling", "values": 7}, "values: expected a list, got 7"),
        ({"kind": "pooling", "values": [[1, 2], [3]]}, "rows of one length, got rows of 1 and 2"),
        ({"kind": "pooling", "values": []}, "a grid of 1 to 12 rows and columns"),
        ({"kind": "pooling", "values": [[]]}, "a grid of 1 to 12 rows and columns"),
        ({"kind": "pooling", "values": [[0] * 200] * 200}, "got 200 rows of 200"),
        ({"kind": "pooling", "values": {"a": 1}}, "values: expected a list, got a mapping"),
        ({"kind": "pooling", "values": [[1]], "of": "median"}, "of: expected one of max, avg"),
        ({"kind": "memory", "moments": "conv1"}, "moments: expected a list"),
        ({"kind": "memory", "moments": ["conv1"]}, "moments[1]: expected a mapping"),
        ({"kind": "memory", "moments": [{"layer": "a"}]}, "moments[1].made: expected a value"),
        ({"kind": "memory", "moments": [{"layer": "a", "made": 1}] * 10_000}, "got 10,000"),
        (
            {"kind": "memory", "moments": [{"layer": "a", "made": 1, "held": [1]}]},
            "moments[1].held: expected a whole number",
        ),
        ({"kind": "memory", "moments": [{"layer": "a", "made": Fraction(1, 2)}]}, "got 0.5"),
        ({"kind": "residual", "input": 9}, "input: expected a known key"),
        (3, "expected one of window, network"),
    ],
)
def test_a_figure_that_cannot_be_drawn_is_refused(figure: object, message: str) -> None:
    """Each fault of a figure is said at its field, before anything is drawn."""
    with pytest.raises(QuestionError) as raised:
        figure_from(figure, {"size"})

    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("field", "size", "message"),
    [("kernel", 0, "kernel: expected a number from 1"), ("input", Fraction(7, 2), "whole number")],
)
def test_a_formula_out_of_its_bounds_is_refused(field: str, size: Number, message: str) -> None:
    """A formula's value is held against the same bounds as a written number."""
    figure = figure_from({"kind": "window", "input": 9, "kernel": 3, field: "size"}, {"size"})

    with pytest.raises(QuestionError, match=message):
        draw_figure(figure, {"size": size})


def test_the_reference_lists_every_kind() -> None:
    """Each kind of figure has its row in the reference, and no row is of a kind that is gone."""
    page = Path(__file__).parents[3] / "docs" / "reference" / "figures.md"
    rows = re.findall(r"^\| `(\w+)` \|", page.read_text(encoding="utf-8"), re.MULTILINE)

    assert list(KINDS) == rows
