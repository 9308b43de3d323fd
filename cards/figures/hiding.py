"""Which numbers a figure may not show while they are asked for."""

from collections.abc import Collection, Mapping

from grader.arithmetic import Number
from grader.tree import Literal, Name
from grader.worksheet import Worksheet


def hidden_cells(
    worksheet: Worksheet,
    cells: Mapping[str, Number],
    asked: Collection[str],
    fields: Collection[str] = (),
) -> frozenset[str]:
    """The asked lines, and all from which one of them could be read off.

    Those are the lines that an asked one is worked out from, the lines worked out from any of
    these, and every worked-out line that has the value of one of the first two: a square map's
    width while its height is asked. A line that only repeats a draw or a number of the text (a
    layer's filters) stays visible unless it is asked; `fields` are lines that the text tells
    too, such as a network's field over draws.

    >>> from grader.worksheet import line
    >>> sheet = Worksheet([line("kernel_area", "kernel ** 2"), line("weights", "kernel_area * 8"),
    ...                    line("rows", "size - kernel + 1"), line("same", "kernel")])
    >>> cells = {"kernel": 3, "size": 9, **sheet.solve({"kernel": 3, "size": 9})}
    >>> sorted(hidden_cells(sheet, cells, ["weights"]))
    ['kernel_area', 'weights']
    """
    told = told_lines(worksheet, fields)
    hidden = set(asked)
    for name in asked:
        if name in worksheet:
            hidden |= {line.name for line in worksheet.needed_for(name)} - told
    below = set(hidden)
    for line in worksheet.lines:
        if not below.isdisjoint(line.sources):
            below.add(line.name)
    values = {cells[name] for name in hidden if name in cells}
    like = {
        line.name
        for line in worksheet.lines
        if line.name not in told and cells.get(line.name) in values
    }
    return frozenset(hidden | below | like)


def told_lines(worksheet: Worksheet, fields: Collection[str] = ()) -> frozenset[str]:
    """The lines that only repeat a draw, a number, one of `fields`, or another such line.

    >>> from grader.worksheet import line
    >>> sheet = Worksheet([line("copied", "height"), line("area", "height * width")])
    >>> sorted(told_lines(sheet))
    ['copied']
    """
    told = set(fields)
    for line in worksheet.lines:
        repeats = isinstance(line.rule.formula.tree, Name | Literal)
        if repeats and all(name in told or name not in worksheet for name in line.sources):
            told.add(line.name)
    return frozenset(told)
