"""A worksheet: named lines, each a rule applied to draws and earlier lines.

One worksheet gives the value of every line, the worked solution, the number that a wrong
rule leads to (`Variation`), and what follows from a student's own value (`fixed`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from operator import itemgetter
from types import MappingProxyType
from typing import Final

from grader.arithmetic import Number
from grader.errors import FormulaError, RequirementError, UnknownNameError, WorksheetError
from grader.formula import Formula, read
from grader.numerals import numeral, shown
from grader.shortening import shortened
from grader.step import Step
from grader.tree import Name
from grader.wording import Text

Cells = dict[str, Number]
_NO_NUMBERS: Final[Mapping[str, Number]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rule:
    """A formula over names of its own, with the sentence of theory that it stands for.

    `id` is what a wrong rule names when it takes this one's place. `unit` is the symbol of the
    unit of what it gives, empty for a plain number. The formula of a `guarded` rule is a `min`
    with a bound, of which a worked step shows the operand that decides.
    """

    id: str
    formula: Formula
    says: Text | None = None
    source: str = ""
    unit: str = ""
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A rule at work: `given` tells, for each of the rule's names, a cell's name or a number.

    `given` may hold names that the right rule doesn't use, for wrong rules that do.
    """

    name: str
    rule: Rule
    given: Mapping[str, str | Number]

    @property
    def unit(self) -> str:
        """The symbol of the value's unit, empty for a plain number."""
        return self.rule.unit

    @property
    def sources(self) -> tuple[str, ...]:
        """The cells that the rule reads, in its order."""
        given = self.given
        cells = []
        for name in self.rule.formula.names:
            if name not in given:
                raise WorksheetError(f"{self.name}: rule {self.rule.id!r} is not given {name!r}")
            cell = given[name]
            cells.append(cell if isinstance(cell, str) else numeral(cell))
        return tuple(cells)

    def by(self, formula: Formula) -> "Line":
        """This line worked by another formula over the same names: by a wrong rule.

        >>> line("area", "height * width").by(read("height + width")).sources
        ('height', 'width')
        """
        return replace(self, rule=replace(self.rule, formula=formula))


@dataclass(frozen=True, slots=True)
class Requirement:
    """A comparison that must hold of the cells; `where` and `field` say whose demand it is.

    `message` may hold `{name}` for the value of one of the formula's names.
    """

    where: str
    field: str
    formula: Formula
    given: Mapping[str, str | Number]
    message: str


def line(name: str, formula: str, unit: str = "", says: Text | None = None) -> Line:
    """A line that is its own rule, its formula over cells' names, as an author writes it.

    >>> line("area", "height * width", "px").sources
    ('height', 'width')
    """
    tree = read(formula)
    rule = Rule(name, tree, says, unit=unit)
    return Line(name, rule, {source: source for source in tree.names})


# What a mistake does to a line: another in its place, or the line itself where it leaves it alone.
Rewrite = Callable[[Line], Line]


def untouched(line: Line) -> Line:
    """The line as it is: the rewrite of a mistake that is seen in the answer, not in the rules."""
    return line


def replacing_rules(wrong: Mapping[str, str]) -> Rewrite:
    """The rewrite that puts wrong formulas, over the same names, in the places of rules by id.

    >>> forgets_bias = replacing_rules({"weights": "kernel * kernel"})
    >>> forgets_bias(line("weights", "kernel * kernel + 1")).rule.formula == read("kernel * kernel")
    True
    """
    formulas = {rule: read(formula) for rule, formula in wrong.items()}

    def rewrite(line: Line) -> Line:
        formula = formulas.get(line.rule.id)
        return line if formula is None else line.by(formula)

    return rewrite


_Gather = Callable[[Mapping[str, Number]], Sequence[Number]]
_Station = tuple[str, Callable[[Sequence[Number]], Number], _Gather]


class Worksheet:
    """Lines in an order in which each comes after those that it reads; never changed.

    Raises WorksheetError for a name given twice and for a cycle. `inputs` are the names
    that no line gives: the draws.

    >>> sheet = Worksheet([line("height", "ceil(input / stride)"), line("area", "height ** 2")])
    >>> sorted(sheet.inputs)
    ['input', 'stride']
    >>> sheet.solve({"input": 75, "stride": 2})["area"]
    1444
    """

    def __init__(self, lines: Iterable[Line], requirements: Iterable[Requirement] = ()) -> None:
        self.lines: tuple[Line, ...] = tuple(_in_order(tuple(lines)))
        self.requirements: tuple[Requirement, ...] = tuple(requirements)
        self._by_name = {line.name: line for line in self.lines}
        self._constants: Cells = {}
        for given in (*(line.given for line in self.lines), *(r.given for r in self.requirements)):
            for cell in given.values():
                if not isinstance(cell, str):
                    self._constants[numeral(cell)] = cell
        self._stations = tuple(_station(line) for line in self.lines)
        # Layers that share a field demand the same of it: once is enough.
        demands = dict.fromkeys((r.formula, _cells_of(r)) for r in self.requirements)
        self._checks = tuple((formula.run, _gatherer(cells)) for formula, cells in demands)
        self.inputs: frozenset[str] = frozenset(
            source
            for line in self.lines
            for source in line.sources
            if source not in self._by_name and source not in self._constants
        )

    def __getitem__(self, name: str) -> Line:
        """The line of that name; UnknownNameError, with the nearest, where there is none."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownNameError("line", name, self._by_name) from None

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def with_lines(
        self, lines: Iterable[Line], requirements: Iterable[Requirement] = ()
    ) -> "Worksheet":
        """A new worksheet with further lines and requirements."""
        return Worksheet((*self.lines, *lines), (*self.requirements, *requirements))

    def solve(self, numbers: Mapping[str, Number] = _NO_NUMBERS) -> Cells:
        """The exact value of every line, with the numbers put in.

        Raises RequirementError where the numbers don't meet a requirement, WorksheetError
        for an input without a number and for a line without a value, such as 1/0.
        """
        if missing := self.inputs - numbers.keys():
            raise WorksheetError(f"no number is given for {', '.join(sorted(missing))}")
        cells = {**self._constants, **numbers}
        try:
            for name, run, gather in self._stations:
                cells[name] = run(gather(cells))
        except FormulaError as fault:
            self._check(cells)
            raise WorksheetError(f"{name}: {fault.reason}", name) from fault
        for run, gather in self._checks:
            if not run(gather(cells)):
                self._check(cells)
        return cells

    def _check(self, cells: Mapping[str, Number]) -> None:
        """Raise a RequirementError for the requirements that the cells so far don't meet."""
        unmet = []
        for requirement in self.requirements:
            sources = _named(requirement.given)
            if all(sources[name] in cells for name in requirement.formula.names):
                values = {
                    name: cells[source] for name, source in sources.items() if source in cells
                }
                if not requirement.formula.value(values):
                    shown_values = {name: shown(value)[0] for name, value in values.items()}
                    message = requirement.message.format(**shown_values)
                    unmet.append((requirement.where, requirement.field, message))
        if unmet:
            raise RequirementError(unmet)

    def only(self, names: Iterable[str]) -> "Worksheet":
        """A smaller worksheet: the lines that these names and the requirements rest on."""
        asked = [name for name in names if name in self]
        asked += [c for r in self.requirements for c in _cells_of(r) if c in self]
        needed = {line.name for name in asked for line in self.needed_for(name)}
        kept = (line for line in self.lines if line.name in needed)
        return Worksheet(kept, self.requirements)

    def needed_for(self, name: str) -> tuple[Line, ...]:
        """The lines that a line rests on, and the line itself, in order."""
        needed, waiting = set[str](), [self[name].name]
        while waiting:
            current = waiting.pop()
            if current in self._by_name and current not in needed:
                needed.add(current)
                waiting.extend(self._by_name[current].sources)
        return tuple(line for line in self.lines if line.name in needed)

    def twins(self, name: str) -> frozenset[str]:
        """The line and all others that always have its value: the same rule from the same cells.

        >>> square = [line("height", "ceil(size / 2)"), line("width", "ceil(size / 2)")]
        >>> sorted(Worksheet(square).twins("width"))
        ['height', 'width']
        """
        return self._twins[name]

    @cached_property
    def _twins(self) -> Mapping[str, frozenset[str]]:
        first: dict[str, str] = {}
        ways: dict[object, str] = {}
        for line in self.lines:
            tree = line.rule.formula.tree
            sources = tuple(first.get(source, source) for source in line.sources)
            # A line that only repeats a cell is that cell's twin.
            repeated = sources[0] if isinstance(tree, Name) else line.name
            first[line.name] = ways.setdefault((tree, sources), repeated)
        together: dict[str, set[str]] = {}
        for name, one in first.items():
            together.setdefault(one, set()).add(name)
        return {name: frozenset(together[one]) for name, one in first.items()}

    def variation(self, rewrite: Rewrite | None = None, fixed: Collection[str] = ()) -> "Variation":
        """This worksheet with wrong rules in place of right ones, or with some cells fixed.

        Only the lines that change, and those that rest on them, are solved anew. Raises
        WorksheetError where a wrong rule reads a line that rests on its own.
        """
        lines = self.lines
        changed: set[str] = set()
        if rewrite is not None:
            lines = tuple(line if line.name in fixed else rewrite(line) for line in self.lines)
            pairs = zip(lines, self.lines, strict=True)
            changed = {line.name for line, right in pairs if line is not right}
            lines = tuple(_in_order(lines))
        touched = {*fixed, *changed}
        for line in lines:
            if any(source in touched for source in line.sources):
                touched.add(line.name)
        stations = tuple(
            _station(line) for line in lines if line.name in touched and line.name not in fixed
        )
        return Variation(stations, frozenset(changed), frozenset(touched))

    def steps(self, cells: Mapping[str, Number], name: str) -> tuple[Step, ...]:
        """The worked solution of a line: a step for each line that it rests on, and its own."""
        return tuple(self.step(cells, line) for line in self.needed_for(name))

    def step(self, cells: Mapping[str, Number], line: Line) -> Step:
        """One line worked: its formula, the numbers put in, the result."""
        rule = line.rule
        named = {local: line.given[local] for local in rule.formula.names}
        numbers = {local: cells[source] for local, source in _named(named).items()}
        formula = shortened(rule.formula, named, numbers, guarded=rule.guarded)
        return Step(line.name, rule.says, formula, named, numbers, cells[line.name], line.unit)


@dataclass(frozen=True, slots=True)
class Variation:
    """A worksheet worked another way: what a mistake, or a value of the student's, leads to.

    `changed` are the lines with a wrong rule, `touched` those and all that rest on them.
    """

    stations: tuple[_Station, ...] = field(repr=False)
    changed: frozenset[str]
    touched: frozenset[str]

    def solve(self, right: Cells, fixed: Mapping[str, Number] = _NO_NUMBERS) -> Cells | None:
        """The cells of this variation, from the right ones; None where a line has no value.

        >>> sheet = Worksheet([line("height", "ceil(input / 2)"), line("area", "height ** 2")])
        >>> floored = sheet.variation(replacing_rules({"height": "floor(input / 2)"}))
        >>> floored.solve(sheet.solve({"input": 75}))["area"]
        1369
        """
        cells = {**right, **fixed}
        try:
            for name, run, gather in self.stations:
                cells[name] = run(gather(cells))
        except FormulaError:
            return None
        return cells


def _named(given: Mapping[str, str | Number]) -> dict[str, str]:
    """Each local name's cell; a number's cell is called by its numeral."""
    return {name: cell if isinstance(cell, str) else numeral(cell) for name, cell in given.items()}


def _cells_of(requirement: Requirement) -> tuple[str, ...]:
    """The cells that a requirement compares, in its formula's order."""
    sources = _named(requirement.given)
    return tuple(sources[name] for name in requirement.formula.names)


def _station(line: Line) -> _Station:
    """What solving does at a line: gather the values of its sources, run, keep the result."""
    return line.name, line.rule.formula.run, _gatherer(line.sources)


def _gatherer(sources: tuple[str, ...]) -> _Gather:
    if len(sources) > 1:
        return itemgetter(*sources)
    return lambda cells: [cells[source] for source in sources]


def _in_order(lines: tuple[Line, ...]) -> Iterator[Line]:
    """The lines so that each comes after those it reads; as they are where that holds already."""
    by_name: dict[str, Line] = {}
    sorted_already = True
    later = {line.name for line in lines}
    for line in lines:
        if line.name in by_name:
            raise WorksheetError(f"the line {line.name!r} is given twice", line.name)
        sorted_already = sorted_already and later.isdisjoint(_readable(line))
        by_name[line.name] = line
        later.discard(line.name)
    if sorted_already:
        return iter(lines)
    graph = {line.name: [cell for cell in _readable(line) if cell in by_name] for line in lines}
    try:
        return iter([by_name[name] for name in TopologicalSorter(graph).static_order()])
    except CycleError as cycle:
        names = cycle.args[1]
        circle = " -> ".join(reversed(names))
        raise WorksheetError(f"lines that rest on each other: {circle}", names[0]) from None


def _readable(line: Line) -> Iterator[str]:
    """The cells that a line's rule reads, or that a wrong rule in its place might."""
    yield from line.sources
    for cell in line.given.values():
        if isinstance(cell, str):
            yield cell
