"""Whether a variant can tell: the right answer and the listed mistakes all show differently.

word        what it says of a mistake in a part
told        the question says that variants tell it apart there
demanded    every variant must: it is told, or, where no mistakes are listed, shows often enough
wanted      the mistakes that are demanded of one part
swallowed   the part's tolerance mostly holds its number: then it isn't demanded there
excused     in this draw it may lead to the right number, as it shows `mostly`
blind       it leads to the right number (`gradeck check` counts in how many draws)
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, pairwise, product
from typing import Final

from cards.question import Question
from cards.variants.draws import draw, has_sides, integers, may_deal, preview_seed
from grader.arithmetic import Number, distance
from grader.errors import FormulaError, RequirementError, WorksheetError
from grader.marking.numbers import AnswerKey
from grader.worksheet import Cells

RIGHT: Final = "the right answer"
NOTHING: Final = "nothing"

# For mistakes that no author listed: how many variants are looked at, and in which share of
# them two numbers must differ for the difference to be demanded of every variant.
_PROBES: Final = 60
_SHARE: Final = 0.4
_ATTEMPTS: Final = 1000
# Of so many draws one excuses a mistake that is said to show mostly.
_EXCUSED: Final = 3
_RELATIVE: Final = ("within", "digits")


@dataclass(frozen=True, slots=True)
class Clash:
    """Two ways of working, of which one may be right, that end at the same number in a part.

    Or a way that ends at NOTHING, such as a division by zero.
    """

    part: str
    first: str
    second: str

    def __str__(self) -> str:
        if self.second is NOTHING:
            return f"{self.first} leads to no number in part {self.part!r}"
        return f"{self.first} and {self.second} show the same in part {self.part!r}"

    @property
    def field(self) -> str:
        """The field of the question that a mistake of the two stands in; empty where it lists none.

        Of two mistakes the second.
        """
        named = next((one for one in (self.second, self.first) if one not in {RIGHT, NOTHING}), "")
        return f"mistakes.{named}" if named else ""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a draw isn't dealt, in words; and the field, and of a network the layer, that says so."""

    says: str
    field: str = ""
    layer: str = ""

    def __str__(self) -> str:
        return self.says


OTHER_SIDE: Final = Obstacle("the numbers are of the other side")


def numbers_for(
    question: Question, seed: bytes, attempt: int
) -> tuple[dict[str, Number], Cells] | Obstacle:
    """A draw and its solved worksheet; or the constraint that it doesn't meet, or its side.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> numbers, cells = numbers_for(pooled, preview_seed(pooled.id, "1"), 0)
    >>> numbers, cells["pool.height"]
    ({'height': 46, 'width': 28, 'kernel': 4, 'stride': 2}, 22)
    """
    numbers = draw(question.numeric.draws, seed, attempt)
    if has_sides(question.numeric.draws) and not may_deal(seed, question.id, numbers):
        return OTHER_SIDE
    for number, constraint in enumerate(question.numeric.require, start=1):
        says, field = f"require: {constraint.text}", f"require[{number}]"
        try:
            met = constraint.formula.value(numbers)
        except FormulaError as fault:
            return Obstacle(f"{says}: {fault}", field)
        if not met:
            return Obstacle(says, field)
    try:
        return numbers, question.numeric.core.solve(numbers)
    except RequirementError as unmet:
        # Which layer and field: the numbers in the message differ from draw to draw.
        says = "; ".join(dict.fromkeys(f"{where}: {field}" for where, field, _ in unmet.unmet))
        layer, field, _ = unmet.unmet[0]
        return Obstacle(says, field, layer)
    except WorksheetError as fault:
        return Obstacle(str(fault), f"lines.{fault.line}" if fault.line else "")


class Telling:
    """What a question's variants must tell apart, and whether a given one does."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.accepted = frozenset(m.id for m in question.numeric.mistakes if m.accepted)
        self.keys = tuple(part.key for part in question.numeric.parts)
        self.demanded: Mapping[str, frozenset[str]] = question.numeric.told
        self.pairs: Mapping[str, frozenset[frozenset[str]]] | None = None
        if question.numeric.mistakes and not question.numeric.told:
            self._demand_what_numbers_allow()
        elif any(key.precision.kind != "exact" for key in self.keys):
            self._leave_what_tolerances_swallow()
        self._wanted = {
            key.part: frozenset(m for m, parts in self.demanded.items() if key.part in parts)
            for key in self.keys
        }

    def _demand_what_numbers_allow(self) -> None:
        """For mistakes that nobody listed: demand the differences that show often enough."""
        shows: Counter[tuple[str, str]] = Counter()
        apart: Counter[tuple[str, frozenset[str]]] = Counter()
        count = 0
        for cells, found in self._probes():
            count += 1
            for key in self.keys:
                displays = {
                    mistake: _display(key, wrong)
                    for mistake, wrong in found[key.part].items()
                    if _differs(key, cells[key.line], wrong)
                }
                shows.update((key.part, mistake) for mistake in displays)
                for one, other in combinations(displays, 2):
                    if displays[one] != displays[other]:
                        apart[key.part, frozenset((one, other))] += 1
        least = count * _SHARE
        parts = {part for part, _ in shows}
        self.demanded = {
            mistake: frozenset(part for part in parts if shows[part, mistake] >= least)
            for mistake in {mistake for _, mistake in shows}
        }
        self.pairs = {
            key.part: frozenset(
                pair for (part, pair), n in apart.items() if part == key.part and n >= least
            )
            for key in self.keys
        }

    def _leave_what_tolerances_swallow(self) -> None:
        """A listed mistake needn't show in a part whose tolerance mostly holds its number too.

        It must still show in the other parts that it changes; where there are none, in all.
        """
        loose = [key for key in self.keys if key.precision.kind != "exact"]
        shows: Counter[tuple[str, str]] = Counter()
        count = 0
        for cells, found in self._probes():
            count += 1
            shows.update(
                (mistake, key.part)
                for key in loose
                for mistake, wrong in found[key.part].items()
                if _differs(key, cells[key.line], wrong)
            )
        swallowed = {
            (mistake, key.part)
            for mistake in self.demanded
            for key in loose
            if shows[mistake, key.part] < count * _SHARE
        }
        self.demanded = {
            mistake: frozenset(part for part in parts if (mistake, part) not in swallowed) or parts
            for mistake, parts in self.demanded.items()
        }

    def _probes(self) -> Iterator[tuple[Cells, dict[str, dict[str, Number]]]]:
        found = 0
        seed = preview_seed(self.question.id, "what can be told apart")
        for attempt in range(_ATTEMPTS):
            solved = numbers_for(self.question, seed, attempt)
            if not isinstance(solved, Obstacle):
                yield solved[1], self.question.numeric.marking.mistaken(solved[1])
                found += 1
            if found == _PROBES:
                return

    def excused(self, seed: bytes, attempt: int) -> frozenset[str]:
        """The mistakes that may lead to the right number in the draw of this seed and attempt.

        Each that shows `mostly` is excused in a third of the draws: else no variant would ever
        hold a case in which the wrong rule gives the right number.
        """
        return frozenset(
            mistake
            for mistake in self.question.numeric.mostly
            if next(integers(seed, f"excused/{mistake}", attempt, _EXCUSED)) == 0
        )

    def weight(self, cells: Cells, found: Mapping[str, Mapping[str, Number]]) -> Fraction:
        """The share of the draws with these cells that are dealt: 1 where all mistakes show."""
        mostly = sorted(self.question.numeric.mostly)
        share = Fraction(0)
        for truth in product((True, False), repeat=len(mostly)):
            excused = frozenset(m for m, one in zip(mostly, truth, strict=True) if one)
            if self.clash(cells, found, excused) is None:
                others = len(mostly) - len(excused)
                share += Fraction((_EXCUSED - 1) ** others, _EXCUSED ** len(mostly))
        return share

    def clash(
        self,
        cells: Cells,
        found: Mapping[str, Mapping[str, Number]],
        excused: frozenset[str] = frozenset(),
    ) -> Clash | None:
        """The first two ways of working that these cells can't tell apart; None for none.

        `found` are the numbers that mistakes lead to, by part and mistake; those `excused` may
        lead to the right one.
        """
        for key in self.keys:
            right = cells[key.line]
            wanted = self._wanted[key.part]
            told = {m: wrong for m, wrong in found[key.part].items() if m in wanted}
            if self.question.numeric.told and len(told) < len(wanted):
                return Clash(key.part, min(wanted - told.keys()), NOTHING)
            tolerance = key.precision.tolerance(right)
            for mistake, wrong in list(told.items()):
                near = distance(wrong, right) <= tolerance if tolerance else wrong == right
                if near and mistake in excused:
                    del told[mistake]
                elif near and mistake not in self.accepted:
                    return Clash(key.part, RIGHT, mistake)
            shown: dict[object, str] = {}
            for name, value in _close(key, {RIGHT: right, **told}):
                other = shown.setdefault(_display(key, value), name)
                if other is not name and self.must_differ(key.part, other, name):
                    return Clash(key.part, other, name)
        return None

    def must_differ(self, part: str, one: str, other: str) -> bool:
        """Whether every variant must show two ways of working differently in a part."""
        if one is RIGHT:
            return other not in self.accepted
        if self.pairs is None:
            return True
        return frozenset((one, other)) in self.pairs[part]


def _display(key: AnswerKey, value: Number) -> object:
    """What is compared: the displayed text; for an exact answer the number itself, as quick."""
    return value if key.precision.kind == "exact" else key.precision.display(value)


def _close(key: AnswerKey, values: Mapping[str, Number]) -> Iterable[tuple[str, Number]]:
    """Those of the values that might show alike: a display rounds by less than the tolerance."""
    if key.precision.kind == "exact":
        return values.items()
    try:
        floats = {name: float(value) for name, value in values.items()}
    except OverflowError:
        return values.items()
    relative = key.precision.kind in _RELATIVE
    if relative and not floats[RIGHT]:
        return values.items()  # A share of nothing tells nothing of how the others are rounded.
    # A number of digits rounds by up to ten times more where the first digit is small.
    near = (30 if key.precision.kind == "digits" else 3) * float(
        key.precision.tolerance(values[RIGHT])
    )
    share = near / abs(floats[RIGHT]) if relative else 0.0
    order = sorted(floats, key=floats.__getitem__)
    close = {
        name
        for low, high in pairwise(order)
        if floats[high] - floats[low]
        <= max(near, share * abs(floats[high]), share * abs(floats[low]))
        for name in (low, high)
    }
    return [(name, value) for name, value in values.items() if name in close]


def _differs(key: AnswerKey, right: Number, wrong: Number) -> bool:
    return not key.precision.accepts(right, wrong) and _display(key, right) != _display(key, wrong)


@lru_cache(maxsize=1024)
def telling(question: Question) -> Telling:
    """What the question's variants must tell apart, worked out once.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> sorted(telling(pooled).demanded["ceil-for-floor"])
    ['height']
    """
    return Telling(question)
