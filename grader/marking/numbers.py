"""Answer keys and a student's texts in, a Verdict out: right, wrong or unreadable, and why.

A wrong answer is compared with the other parts' right answers, then with what each mistake
leads to, then with what pairs of mistakes lead to. A later answer that follows correctly from
an earlier wrong one is *carried*: it earns its points.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from types import MappingProxyType
from typing import Final

from grader.arithmetic import Number, divide, multiply
from grader.errors import UnknownNameError
from grader.marking.diagnosis import (
    UNEXPLAINED,
    Diagnosis,
    WrongNumber,
    both_made,
    either,
    nearest,
    other_box,
    other_prefix,
)
from grader.marking.verdict import PartVerdict, ReadAnswer, Verdict
from grader.mistakes import Mistake, both_at_once
from grader.quantities import BINARY_TWINS, EXACT, UNITS, Precision
from grader.reading import Reading, Unreadable, read_answer
from grader.worksheet import Cells, Variation, Worksheet

_OTHER: Final = BINARY_TWINS | {binary: decimal for decimal, binary in BINARY_TWINS.items()}


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """The right value of a part: the line that has it, its unit, precision and points.

    Where the asked unit is not the worksheet's own, `line` is the conversion and `cell` the
    line converted, of which `scale` units make one asked unit.
    """

    part: str
    line: str
    unit: str = ""
    precision: Precision = EXACT
    points: Number = 1
    percent: bool = False
    binary_prefixes: bool = False
    cell: str = ""
    scale: Number = 1

    def fixed(self, value: Number) -> tuple[str, Number]:
        """The cell that a student's answer fixes for later parts, and its value there."""
        return (self.cell or self.line), value * self.scale

    def reads_like(self, other: "AnswerKey") -> bool:
        """Whether a text has the same value in the other part's box."""
        return (self.unit, self.percent, self.binary_prefixes) == (
            other.unit,
            other.percent,
            other.binary_prefixes,
        )


@dataclass(frozen=True, slots=True)
class _Against:
    """What an answer is held against: the right cells, and what wrong ways lead to.

    `mistaken` tells each part's number by mistake, `wrong` the earlier parts answered wrong
    with their answers, `carry_share` what share of the points an answer carried from them earns.
    """

    cells: Cells
    mistaken: Mapping[str, Mapping[str, Number]]
    wrong: Sequence[tuple[AnswerKey, Number]]
    carry_share: Number


class Marking:
    """All that is needed to mark a question's answers, made once and used for every variant.

    `mistakes` are those that the question lists, and tells apart; `others` are named too
    where they explain an answer that none of those explains. `told` gives, by mistake, the
    parts in which it is told apart: there its number is named before others that equal it.

    >>> from grader.wording import Text
    >>> from grader.worksheet import line, replacing_rules
    >>> sheet = Worksheet([line("weights", "(kernel * kernel * channels + 1) * filters")])
    >>> wrong = replacing_rules({"weights": "kernel * kernel * channels * filters"})
    >>> says = Text("That counts the weights only. What else does each filter have?", "...")
    >>> marking = Marking(sheet, [AnswerKey("a", "weights")], [Mistake("no-bias", wrong, says)])
    >>> cells = sheet.solve({"kernel": 3, "channels": 3, "filters": 100})
    >>> marking.mark(cells, {"a": "(3*3*3+1)*100"}).score
    1
    >>> marking.mark(cells, {"a": "2,700"}).parts[0].mistakes
    ('no-bias',)
    """

    def __init__(
        self,
        worksheet: Worksheet,
        keys: Iterable[AnswerKey],
        mistakes: Iterable[Mistake] = (),
        others: Iterable[Mistake] = (),
        *,
        told: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        self.worksheet = worksheet
        self.told = told
        self.keys = tuple(keys)
        self.mistakes = tuple(mistakes)
        self.others = tuple(mistake for mistake in others if not mistake.accepted)
        self.out_of: Number = sum((key.points for key in self.keys), start=0)
        self._variations = [(m, worksheet.variation(m.rewrite)) for m in self.mistakes]
        self._touched = [
            (mistake.id, variation, [key for key in self.keys if key.line in variation.touched])
            for mistake, variation in self._variations
        ]
        self._needed = {
            key.line: frozenset(line.name for line in worksheet.needed_for(key.line))
            for key in self.keys
        }
        self._carries: dict[frozenset[str], Variation] = {}

    @cached_property
    def _other_variations(self) -> list[tuple[Mistake, Variation]]:
        return [(m, self.worksheet.variation(m.rewrite)) for m in self.others]

    @cached_property
    def _pairs(self) -> list[tuple[Mistake, Mistake, Variation]]:
        return [
            (first, second, self.worksheet.variation(both_at_once(first, second)))
            for (first, one), (second, other) in combinations(self._variations, 2)
            if not (one.changed & other.changed or first.accepted or second.accepted)
        ]

    def touching(self, key: AnswerKey) -> tuple[Mistake, ...]:
        """The listed mistakes that can change the part's answer."""
        return tuple(m for m, variation in self._variations if key.line in variation.touched)

    def mistaken(self, cells: Cells) -> dict[str, dict[str, Number]]:
        """For each part, by mistake, the number that a student who makes it arrives at.

        A mistake that doesn't touch a part, or leads to no number, is left out.
        """
        found: dict[str, dict[str, Number]] = {key.part: {} for key in self.keys}
        for mistake, variation, keys in self._touched:
            wrong = variation.solve(cells) if keys else None
            if wrong is not None:
                for key in keys:
                    found[key.part][mistake] = wrong[key.line]
        return found

    def mark(
        self,
        cells: Cells,
        raw: Mapping[str, str],
        carry_share: Number = 1,
        *,
        mistaken: Mapping[str, Mapping[str, Number]] | None = None,
    ) -> Verdict:
        """The verdict on a student's texts, by part; a part without a text is unreadable.

        `carry_share` is the share of the points that a carried answer earns. `mistaken` is for
        who has these cells' mistaken numbers already. Raises UnknownNameError for a text whose
        part doesn't exist.
        """
        for part in raw:
            if part not in {key.part for key in self.keys}:
                raise UnknownNameError("part", part, (key.part for key in self.keys))
        verdicts: list[PartVerdict] = []
        wrong: list[tuple[AnswerKey, Number]] = []
        known = self.mistaken(cells) if mistaken is None else mistaken
        against = _Against(cells, known, wrong, carry_share)
        for key in self.keys:
            text = raw.get(key.part, "")
            reading = _read(key, text)
            if isinstance(reading, Unreadable):
                verdicts.append(PartVerdict.unreadable(key.part, text, reading.reason))
                continue
            verdict = self._judge(against, key, text, reading)
            verdicts.append(verdict)
            if verdict.outcome == "wrong":
                wrong.append((key, reading.value))
        return Verdict(tuple(verdicts), self.out_of)

    def _judge(self, against: _Against, key: AnswerKey, text: str, reading: Reading) -> PartVerdict:
        answer = ReadAnswer(key.part, text, reading.text)
        if key.precision.accepts(against.cells[key.line], reading.value):
            return PartVerdict.right(answer, key.points)
        diagnosis = self._diagnosis(against, key, text, reading)
        if (accepted := diagnosis.accepted) is not None:
            return PartVerdict.right(answer, key.points, accepted.says, mistakes=[accepted.id])
        source = self._carried(against, key, reading.value)
        if source is not None:
            points = multiply(key.points, against.carry_share)
            return PartVerdict.carried(answer, points, source, mistakes=diagnosis.ids)
        return PartVerdict.wrong(answer, diagnosis.says, mistakes=diagnosis.ids)

    def _diagnosis(
        self, against: _Against, key: AnswerKey, text: str, reading: Reading
    ) -> Diagnosis:
        """What explains a wrong answer: an accepted way first, then another box, then mistakes."""
        cells, value = against.cells, reading.value
        results = against.mistaken[key.part]
        told = [((m,), results[m.id]) for m in self._told_first(key) if m.id in results]
        listed = either(nearest(_near(cells, key, value, told), value))
        if listed.accepted:
            return listed
        if (number := self._other_box(cells, key, text, reading)) is not None:
            return other_box(number, len(self.keys))
        if (twin := _OTHER.get(reading.unit)) and self._is_other_prefix(cells, key, reading, twin):
            return other_prefix(reading.unit, twin)
        if listed.mistakes:
            return listed
        if others := nearest(_near(cells, key, value, self._numbers_of_others(cells, key)), value):
            return either(others)
        pairs = nearest(_near(cells, key, value, self._numbers_of_pairs(cells, key)), value)
        return both_made(pairs[0]) if pairs else UNEXPLAINED

    def _other_box(self, cells: Cells, key: AnswerKey, text: str, reading: Reading) -> int | None:
        """Which other part, counted from 1, has the text as its right answer."""
        for number, other in enumerate(self.keys, start=1):
            if other is key:
                continue
            there = reading if other.reads_like(key) else _read(other, text)
            if isinstance(there, Reading) and other.precision.accepts(
                cells[other.line], there.value
            ):
                return number
        return None

    def _told_first(self, key: AnswerKey) -> list[Mistake]:
        """The listed mistakes, first those that are told apart in this part."""
        return sorted(
            self.mistakes, key=lambda mistake: key.part not in self.told.get(mistake.id, ())
        )

    def _numbers_of_others(self, cells: Cells, key: AnswerKey) -> Iterator[WrongNumber]:
        for mistake, variation in self._other_variations:
            if key.line in variation.touched and (wrong := variation.solve(cells)):
                yield (mistake,), wrong[key.line]

    def _numbers_of_pairs(self, cells: Cells, key: AnswerKey) -> Iterator[WrongNumber]:
        for first, second, variation in self._pairs:
            if key.line in variation.touched and (wrong := variation.solve(cells)):
                yield (first, second), wrong[key.line]

    @staticmethod
    def _is_other_prefix(cells: Cells, key: AnswerKey, reading: Reading, twin: str) -> bool:
        meant = divide(multiply(reading.value, UNITS[twin].factor), UNITS[reading.unit].factor)
        return key.precision.accepts(cells[key.line], meant)

    def _carried(self, against: _Against, key: AnswerKey, value: Number) -> str | None:
        """The earlier part whose wrong answer leads to this one by right working."""
        needed = self._needed[key.line]
        earlier = [
            (k, v)
            for k, v in against.wrong
            if not needed.isdisjoint(self.worksheet.twins(k.fixed(v)[0])) and not _degenerate(v)
        ]
        choices = [earlier] if len(earlier) > 1 else []
        choices.extend([one] for one in reversed(earlier))
        for chosen in choices:
            for fixed in self._fixed(chosen):
                solution = self._carry(frozenset(fixed)).solve(against.cells, fixed)
                if solution is None:
                    continue
                result = solution[key.line]
                trivial = result <= 0 or any(result == v for _, v in chosen)
                if not trivial and key.precision.accepts(result, value):
                    return chosen[-1][0].part
        return None

    def following(
        self, cells: Cells, later: AnswerKey, earlier: AnswerKey, answer: Number
    ) -> Number | None:
        """What a later part comes to, worked correctly from an answer to an earlier one.

        None where it doesn't rest on that part, or rests on it in a way that earns nothing.
        """
        if _degenerate(answer) or self._needed[later.line].isdisjoint(
            self.worksheet.twins(earlier.fixed(answer)[0])
        ):
            return None
        given = next(self._fixed([(earlier, answer)]))
        solution = self._carry(frozenset(given)).solve(cells, given)
        return None if solution is None or solution[later.line] <= 0 else solution[later.line]

    def _fixed(self, chosen: Sequence[tuple[AnswerKey, Number]]) -> Iterator[dict[str, Number]]:
        """The cells that answers fix: with their twins, as a square map's width, or alone."""
        alone = dict(key.fixed(value) for key, value in chosen)
        twins = {
            twin: value for cell, value in alone.items() for twin in self.worksheet.twins(cell)
        }
        yield twins | alone
        if twins.keys() != alone.keys():
            yield alone

    def _carry(self, fixed: frozenset[str]) -> Variation:
        if fixed not in self._carries:
            self._carries[fixed] = self.worksheet.variation(fixed=fixed)
        return self._carries[fixed]


def _read(key: AnswerKey, text: str) -> Reading | Unreadable:
    return read_answer(
        text, unit=key.unit, percent=key.percent, binary_prefixes=key.binary_prefixes
    )


def _near(
    cells: Cells, key: AnswerKey, value: Number, candidates: Iterable[WrongNumber]
) -> Iterator[WrongNumber]:
    """Those of the wrong numbers that the answer is, at the key's precision."""
    for mistakes, result in candidates:
        if result != cells[key.line] and key.precision.accepts(result, value):
            yield mistakes, result


def _degenerate(value: Number) -> bool:
    """Whether an answer is one from which the rest follows too easily: none, negative, or 1."""
    return value <= 0 or value == 1
