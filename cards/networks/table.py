"""A solved network as a table for a terminal."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from cards.texts.terminal_width import terminal_width
from grader.arithmetic import Number, round_half_away
from grader.cnn.layers.layer import Counts, Layer, Maps, Output
from grader.cnn.liveness import written_maps
from grader.cnn.rules.rule import Cell
from grader.cnn.solving import Solution
from grader.numerals import grouped, in_decimals
from grader.wording import Text

_HEADS: Final = (
    Text("layer", "层"),
    Text("op", "操作"),
    Text("output", "输出"),
    Text("parameters", "参数"),
    Text("multiply-adds", "乘加"),
    Text("bytes", "字节"),
    Text("alive", "同时保留"),
    Text("field", "感受野"),
)
_LEFT: Final = 3
_TOTAL: Final = Text("total", "合计")
_PEAK: Final = Text("  <- peak", "  <- 峰值")
_VIEW: Final = Text("view", "视图")
_IN_PLACE: Final = Text("in place", "原地")
_PREFIXES: Final = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


def table_lines(solved: Solution, language: str = "en") -> Iterator[str]:
    """The table, line by line: a row for the input, one per layer, the totals that add up.

    A layer that writes no map says so in place of its bytes, so the column's total is what one
    instance takes in training.

    >>> from cards.networks.files import read_network_file
    >>> from grader.cnn.solving import solution
    >>> print(list(table_lines(solution(read_network_file("lenet5"))))[4])
    input             1@32x32                                 4,096
    """
    network, source, totals = solved.network, solved.source, solved.totals
    peak = max(solved.alive_bytes)
    rows: list[tuple[str, ...]] = [
        ("input", "", _shape(source), "", "", _count(source.bytes), "", "")
    ]
    marks = [""]
    for layer, counts, alive in zip(network.layers, solved.counts, solved.alive_bytes, strict=True):
        rows.append(_layer_row(layer, counts, alive, language))
        marks.append(_PEAK.in_(language) if alive == peak else "")
    sums = (totals.parameters, totals.multiply_adds, _bytes_of_an_instance(solved))
    rows.append((_TOTAL.in_(language), "", "", *map(_count, sums), "", ""))
    marks.append("")
    heads = tuple(head.in_(language) for head in _HEADS)
    widths = [max(map(terminal_width, column)) for column in zip(heads, *rows, strict=True)]
    rule = "  ".join("-" * width for width in widths)
    yield network.name or "network"
    yield ""
    yield _row(heads, widths)
    yield rule
    for index, (row, mark) in enumerate(zip(rows, marks, strict=True)):
        if index == len(rows) - 1:
            yield rule
        yield (_row(row, widths) + mark).rstrip()
    yield ""
    yield from _summary(solved, language)


def _row(cells: Sequence[str], widths: Sequence[int], left: int = _LEFT) -> str:
    padded = []
    for index, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        blanks = " " * (width - terminal_width(cell))
        padded.append(cell + blanks if index < left else blanks + cell)
    return "  ".join(padded).rstrip()


def _layer_row(
    layer: Layer, counts: Counts[Number], alive: Number, language: str
) -> tuple[str, ...]:
    output = counts.output
    written = _count(output.bytes)
    if layer.operation.is_view or layer.in_place:
        written = (_VIEW if layer.operation.is_view else _IN_PLACE).in_(language)
    shown = [_count(cell) if cell else "" for cell in (counts.parameters, counts.multiply_adds)]
    return (
        layer.id,
        layer.operation.name,
        _shape(output),
        *shown,
        written,
        _count(alive),
        _field(output),
    )


def _field(output: Output[Number]) -> str:
    """What a place sees, in whole places of the input; empty where the input is units."""
    if output.height is None or output.width is None:
        return ""
    return "x".join(str(-(-axis.field // 1)) for axis in (output.height, output.width))


def _shape(output: Output[Number]) -> str:
    if isinstance(output, Maps):
        return f"{output.channels}@{output.height.size}x{output.width.size}"
    return str(output.units)


def _count(number: Cell) -> str:
    return grouped(str(number))


def _bytes_of_an_instance(solved: Solution) -> int:
    """The bytes of the input and of every map that is written."""
    written = [solved.counts[index].output.bytes for index in written_maps(solved.network)]
    return int(sum((solved.source.bytes, *written)))


def _summary(solved: Solution, language: str) -> Iterator[str]:
    totals, network = solved.totals, solved.network
    rows: list[tuple[Text, Cell | None, str, Text]] = [
        (
            Text("parameters", "参数"),
            totals.parameters,
            "",
            Text("learned numbers", "学习得到的数"),
        ),
        (
            Text("parameter bytes", "参数字节"),
            totals.parameter_bytes,
            "B",
            Text(f"{network.value_bytes} B each", f"每个 {network.value_bytes} B"),
        ),
        (Text("pair peak", "相邻峰值"), totals.pair_peak_bytes, "B", _pair(solved)),
        (Text("live peak", "存活峰值"), totals.live_peak_bytes, "B", _alive(solved)),
        (Text("inference", "推理"), totals.inference_bytes, "B", _inference(solved)),
        (Text("training", "训练"), totals.training_bytes, "B", _training(solved)),
    ]
    if totals.statistics:
        says = Text("running means and variances, not learned", "滑动均值与方差，不是学习得到的")
        rows.insert(1, (Text("statistics", "统计量"), totals.statistics, "", says))
    cells = [
        (name.in_(language), "-" if cell is None else _count(cell), "" if cell is None else unit)
        for name, cell, unit, _ in rows
    ]
    widths = [max(map(terminal_width, column)) for column in zip(*cells, strict=True)]
    for (name, number, unit), (_, _, _, remark) in zip(cells, rows, strict=True):
        line = f"{_row((name, number), widths[:2], 1)} {unit.ljust(widths[2])}"
        yield f"{line}  {remark.in_(language)}"


def _pair(solved: Solution) -> Text:
    """Between which outputs the pair peak is; why there is none where the network branches."""
    if solved.totals.pair_peak_bytes is None:
        return Text("the network branches", "网络有分支")
    indices = written_maps(solved.network)
    ids = [solved.network.layers[index].id for index in indices]
    sizes = [int(solved.counts[index].output.bytes) for index in indices]
    pairs = list(pairwise(range(len(indices))))
    if not pairs:
        return Text("at most one output is written", "至多写出一个输出")
    first, second = max(pairs, key=lambda pair: sizes[pair[0]] + sizes[pair[1]])
    return Text(
        f"{ids[first]} and {ids[second]}: two outputs that follow each other",
        f"{ids[first]} 与 {ids[second]}：相邻的两个输出",
    )


def _alive(solved: Solution) -> Text:
    index = solved.alive_bytes.index(max(solved.alive_bytes))
    id_ = solved.network.layers[index].id
    return Text(
        f"at {id_}: all maps alive at once, the input too",
        f"在 {id_}：同时保留的所有特征图，包括输入",
    )


def _inference(solved: Solution) -> Text:
    amount = binary(int(solved.totals.inference_bytes))
    if solved.totals.pair_peak_bytes is None:
        return Text(f"{amount}: the live peak and the parameters", f"{amount}：存活峰值与参数")
    return Text(f"{amount}: the pair peak and the parameters", f"{amount}：相邻峰值与参数")


def _training(solved: Solution) -> Text:
    amount = binary(int(solved.totals.training_bytes))
    batch, each = _count(solved.network.batch), _count(_bytes_of_an_instance(solved))
    return Text(
        f"{amount}: a batch of {batch} x {each} B of outputs and input, and the parameters",
        f"{amount}：批量 {batch} x {each} B 的输出与输入，加上参数",
    )


def binary(count: int) -> str:
    """Bytes in the largest unit of 1024s of which there is a whole one, to a decimal.

    >>> binary(12_613_600), binary(52), binary(2**30)
    ('12.0 MiB', '52 B', '1.0 GiB')
    """
    power = min(max(count.bit_length() - 1, 0) // 10, len(_PREFIXES) - 1)
    if power == 0:
        return f"{count} B"
    tenths = in_decimals(round_half_away(Fraction(count, 1024**power), 1), 1)
    return f"{grouped(tenths)} {_PREFIXES[power]}B"
