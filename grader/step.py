"""A step: one line of a worked solution, and each way to write it."""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.arithmetic import Number
from grader.formula import Formula
from grader.numerals import shown
from grader.wording import Text
from grader.writing import as_latex, as_text, latex_name, latex_number


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a worked solution: its formula, the numbers put in, the result.

    `tree` is the rule's formula, without what changes nothing; `named` and `numbers` tell, for
    each of its names, what stands there in the line: a cell's name or a number, and the number.
    `rounded` is the value as an answer shows it, where that is asked and says something more;
    `also` is another cell that has the same line.

    >>> from grader.worksheet import Worksheet, line
    >>> sheet = Worksheet([line("weights", "kernel * kernel * channels")])
    >>> step = sheet.steps(sheet.solve({"kernel": 3, "channels": 100}), "weights")[0]
    >>> print(step.formula, "|", step.substituted, "|", step.result)
    weights = kernel * kernel * channels | weights = 3 * 3 * 100 | 900
    """

    name: str
    says: Text | None
    tree: Formula
    named: Mapping[str, str | Number]
    numbers: Mapping[str, Number]
    value: Number
    unit: str
    rounded: str = ""
    also: str = ""

    @property
    def formula(self) -> str:
        """The line as the rule gives it, over the names of cells."""
        return f"{self.name} = {as_text(self.tree, self.named)}"

    @property
    def substituted(self) -> str:
        """The line with the numbers put in; read again, it has the line's value."""
        return f"{self.name} = {as_text(self.tree, self.numbers)}"

    @property
    def result(self) -> str:
        """The value as it is shown, rounded where it is long."""
        return shown(self.value)[0]

    @property
    def exact(self) -> bool:
        """Whether the result is the value itself, and not rounded."""
        return shown(self.value)[1]

    @property
    def ends(self) -> tuple[tuple[str, str], ...]:
        """What the line comes to, each with its sign: the value, and rounded as it is asked for.

        A value that is too long to be shown as it is stands there rounded once.
        """
        rounded = (("≈", self.rounded),) if self.rounded else ()
        if self.exact:
            return (("=", self.result), *rounded)
        return rounded or (("≈", self.result),)

    @property
    def latex(self) -> str:
        """The line as LaTeX: the formula, the numbers put in, the result."""
        written = dict.fromkeys(as_latex(self.tree, cells) for cells in (self.named, self.numbers))
        *_, substituted = written
        latex = f"{latex_name(self.name)} = {' = '.join(written)}"
        result = latex_number(self.value)
        if self.exact and result != substituted:
            latex += rf" = {result}"
        elif not self.exact and not self.rounded:
            latex += rf" \approx {result}"
        if self.rounded:
            latex += rf" \approx {self.rounded.replace(',', '{,}')}"
        return latex
