"""A worked step as lines for a terminal, and as JSON has it."""

from collections.abc import Iterator
from typing import Any, Final

from cards.texts.rendering import plain_text
from grader.numerals import numeral
from grader.step import Step

_LONG_SUM: Final = 8


def step_lines(step: Step, language: str) -> Iterator[str]:
    """The formula, the numbers put in, the result; and under it the sentence of theory.

    >>> from grader.worksheet import Worksheet, line
    >>> sheet = Worksheet([line("area", "height * width", "px")])
    >>> list(step_lines(sheet.steps(sheet.solve({"height": 20, "width": 30}), "area")[0], "en"))
    ['area = height * width = 20 * 30 = 600 px']
    """
    name, _, formula = step.formula.partition(" = ")
    name = f"{name} = {step.also}" if step.also else name
    substituted = step.substituted.partition(" = ")[2]
    written = [part for part in (formula, substituted) if part != numeral(step.value)]
    parts = [shortened(part) for part in dict.fromkeys(written)]
    ends = " ".join(f"{sign} {text}" for sign, text in step.ends)
    yield f"{' = '.join([name, *parts])} {ends} {step.unit}".rstrip()
    if step.says is not None:
        yield f"    {plain_text(step.says.in_(language))}"


def step_as_json(step: Step) -> dict[str, Any]:
    r"""The step with its theory in every language, its value exactly, its formula in LaTeX too.

    >>> from grader.worksheet import Worksheet, line
    >>> sheet = Worksheet([line("area", "side ** 2")])
    >>> shown = step_as_json(sheet.steps(sheet.solve({"side": 30}), "area")[0])
    >>> shown["substituted"], shown["value"], shown["latex"]
    ('area = 30**2', '900', '\\text{area} = \\text{side}^{2} = 30^{2} = 900')
    """
    return {
        "name": step.name,
        "says": None if step.says is None else step.says.as_dict(),
        "formula": step.formula,
        "substituted": step.substituted,
        "value": numeral(step.value),
        "result": step.result,
        "exact": step.exact,
        "unit": step.unit,
        "latex": step.latex,
        "rounded": step.rounded,
        "also": step.also,
    }


def shortened(formula: str) -> str:
    """A long sum with its middle left out.

    >>> shortened("a + b"), shortened(" + ".join("abcdefghij"))
    ('a + b', 'a + b + c + (6 more) + j')
    """
    for separator in (" + ", ", "):
        parts = formula.split(separator)
        if len(parts) > _LONG_SUM:
            left_out = f"({len(parts) - 4} more)"
            formula = separator.join((*parts[:3], left_out, parts[-1]))
    return formula
