"""A solved network as a table for a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from grader.cnn.layer import Figures, Maps
from grader.cnn.solving import Solution
from grader.writing import grouped

_HEADS: Final = ("layer", "op", "output", "parameters", "multiply-adds", "bytes", "alive", "field")
_LEFT: Final = 3
_PEAK: Final = "  <- peak"


def table_lines(solved: Solution) -> Iterator[str]:
    """The table, line by line: a row for the input, one per layer, the totals that add up."""
    network = solved.network
    peak = max(solved.alive_bytes)
    source = solved.source
    rows: list[tuple[str, ...]] = [
        ("input", "", _shape(source), "", "", _count(source.bytes), "", "")
    ]
    marks = [""]
    for layer, figures, alive in zip(
        network.layers, solved.figures, solved.alive_bytes, strict=True
    ):
        rows.append((layer.id, layer.operation.name, *_figures(figures, alive)))
        marks.append(_PEAK if alive == peak else "")
    totals = solved.totals
    rows.append(
        ("total", "", "", _count(totals.parameters), _count(totals.multiply_adds), "", "", "")
    )
    marks.append("")
    widths = [max(map(len, column)) for column in zip(_HEADS, *rows, strict=True)]
    rule = "  ".join("-" * width for width in widths)
    yield network.name or "network"
    yield ""
    yield _row(_HEADS, widths)
    yield rule
    for place, (row, mark) in enumerate(zip(rows, marks, strict=True)):
        if place == len(rows) - 1:
            yield rule
        yield (_row(row, widths) + mark).rstrip()
    yield ""
    yield from _summary(solved)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.ljust(width) if place < _LEFT else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def _figures(row: Figures, alive: int) -> tuple[str, ...]:
    height, width = row.output.height, row.output.width
    field = "" if height is None or width is None else f"{_up(height.field)}x{_up(width.field)}"
    counts = [_count(cell) if cell else "" for cell in (row.parameters, row.multiply_adds)]
    return (_shape(row.output), *counts, _count(row.output.bytes), _count(alive), field)


def _shape(output: object) -> str:
    if isinstance(output, Maps):
        return f"{output.channels}@{output.height.size}x{output.width.size}"
    return str(getattr(output, "units", ""))


def _up(cell: object) -> str:
    return str(-(-cell // 1)) if not isinstance(cell, str) else cell  # type: ignore[operator]  # a number


def _count(cell: object) -> str:
    return "" if cell is None else grouped(str(cell))


def _summary(solved: Solution) -> Iterator[str]:
    totals, network = solved.totals, solved.network
    pair = "the network branches" if totals.pair_peak_bytes is None else ""
    rows = [
        ("parameters", _count(totals.parameters), "learned numbers"),
        ("statistics", _count(totals.statistics), "running means and variances, not learned"),
        ("parameter bytes", _count(totals.parameter_bytes), f"{network.value_bytes} B each"),
        ("pair peak", _count(totals.pair_peak_bytes) or "-", pair or "two consecutive outputs"),
        ("live peak", _count(totals.live_peak_bytes), "all maps alive at once, the input too"),
        ("inference", _count(totals.inference_bytes), _mebibytes(totals.inference_bytes)),
        ("training", _count(totals.training_bytes), _training(solved)),
    ]
    names = max(len(name) for name, _, _ in rows)
    numbers = max(len(number) for _, number, _ in rows)
    for name, number, remark in rows:
        if name != "statistics" or totals.statistics:
            unit = " " if name in {"parameters", "statistics"} or number == "-" else "B"
            yield f"{name.ljust(names)}  {number.rjust(numbers)} {unit}  {remark}".rstrip()


def _mebibytes(value: object) -> str:
    tenths = (int(str(value)) * 20 + 2**20) // 2**21
    return f"{grouped(str(tenths // 10))}.{tenths % 10} MiB: the peak and the parameters"


def _training(solved: Solution) -> str:
    mebibytes = _mebibytes(solved.totals.training_bytes).partition(":")[0]
    batch = solved.network.batch
    return f"{mebibytes}: all outputs and inputs of a batch of {batch}, and the parameters"
