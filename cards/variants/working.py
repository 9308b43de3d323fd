"""The worked solution as it is shown: twin lines in one, the answer rounded at its end."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from grader.marking.numbers import AnswerKey
from grader.step import Step


def worked(steps: Iterable[Step], key: AnswerKey) -> tuple[Step, ...]:
    """The steps that lead to an answer, the last with the answer as it is asked for.

    >>> from grader.quantities import Precision
    >>> from grader.worksheet import Worksheet, line
    >>> sheet = Worksheet([line("share", "part / whole")])
    >>> steps = sheet.steps(sheet.solve({"part": 200, "whole": 29}), "share")
    >>> (step,) = worked(steps, AnswerKey("share", "share", precision=Precision("digits", 4)))
    >>> step.result, step.rounded
    ('200/29', '6.897')
    """
    *before, last = without_twins(steps)
    shown = key.precision.display(last.value)
    # 1.200 says no more than 1.2: only what differs is rounded.
    if key.precision.kind != "exact" and Fraction(shown.replace(",", "")) != last.value:
        last = replace(last, rounded=shown)
    return (*before, last)


def without_twins(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps with the height and the width of a square map in one line.

    >>> from grader.worksheet import Worksheet, line
    >>> lines = [line("pool.height", "ceil(size / 2)"), line("pool.width", "ceil(size / 2)")]
    >>> sheet = Worksheet([*lines, line("places", "pool.height * pool.width")])
    >>> steps = sheet.steps(sheet.solve({"size": 7}), "places")
    >>> [(step.name, step.also) for step in without_twins(steps)]
    [('pool.height', 'pool.width'), ('places', '')]
    """
    kept: dict[str, Step] = {}
    for step in steps:
        name = _turned(step.name)
        twin = kept.get(name)
        if twin is not None and name != step.name and _alike(twin, step):
            kept[name] = replace(twin, also=step.name)
        else:
            kept[step.name] = step
    return tuple(kept.values())


def _alike(height: Step, width: Step) -> bool:
    """Whether a line for the width is the line for the height, in names and numbers."""
    turned = {
        local: _turned(cell) if isinstance(cell, str) else cell
        for local, cell in width.named.items()
    }
    return (height.tree, height.named, height.numbers) == (width.tree, turned, width.numbers)


def _turned(name: str) -> str:
    """The name of the same figure along the other axis; a name that isn't of the width, itself."""
    return name.removesuffix(".width") + ".height" if name.endswith(".width") else name
