"""A numeric question under stress: many variants drawn, solved, read, marked and compared."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, islice, product
from math import comb, prod
from typing import Final

from cards.checking.cases import ALWAYS, Cases
from cards.checking.leaks import LeakSearch
from cards.checking.recounting import look_at_keys, recounted
from cards.checking.rules import Finding
from cards.question import Question
from cards.texts.rendering import html
from cards.variants.dealing import Refused, attempts, no_variant
from cards.variants.draws import FEWEST_OF_SIDE, SIDES, has_sides, preview_seed, side_of
from cards.variants.telling import RIGHT, Obstacle, telling
from cards.variants.variant import Variant, mark_variant
from grader.arithmetic import Number
from grader.errors import Fault, FaultsError, GradeckError
from grader.marking.numbers import AnswerKey
from grader.numerals import decimals_needed
from grader.worksheet import Cells

CLASS: Final = 100

# A variant's draws, by name.
Identity = tuple[tuple[str, Number], ...]

# A draw that isn't dealt is drawn anew, at most so often for each variant that is wanted.
_MOST_DRAWS: Final = 60
_FEWEST_TO_TRY: Final = 2000
# Rendering, marking and searching texts cost more than drawing: fewer variants show the same.
_LOOKED_INTO: Final = 60
# A wrong key may be a matter of one draw in thirty.
_RECOUNTED: Final = 400
# All combinations of draws are gone through where there are at most so many.
_ENUMERATED: Final = 4000
_LONGEST_TEXT: Final = 6000
_MOST_DECIMALS: Final = 8


@dataclass(slots=True)
class DrawStatistics:
    """What the draws of a question were found to be like.

    `effective`: equally likely variants that would repeat as often; where none was `repeated`,
    at least so many.
    `blind`: by mistake, the share of solvable draws in which it changes no displayed answer.
    `hidden`: the same share of the variants that are dealt, for each that shows `mostly`.
    `swallowed`: by part and mistake, the share in which the tolerance takes its number for right.
    `other_box`: by part, mistake and other part, the share in which its number is right there.
    `alike`: by part, the pairs of mistakes that led to one number, and in which share of draws.
    `recounted`: the parts whose keys were counted again, in the variants that were looked at.
    `found`: how often each rule of `cards.checking.rules` found something.
    """

    combinations: int = 1
    drawn: int = 0
    solved: int = 0
    variants: int = 0
    different: int = 0
    effective: float = 0.0
    exhausted: bool = False
    repeated: bool = False
    blind: dict[str, float] = field(default_factory=dict)
    hidden: dict[str, float] = field(default_factory=dict)
    swallowed: dict[str, float] = field(default_factory=dict)
    other_box: dict[str, float] = field(default_factory=dict)
    alike: dict[str, float] = field(default_factory=dict)
    recounted: set[str] = field(default_factory=set)
    findings: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    @property
    def acceptance(self) -> float:
        """The share of draws that are dealt."""
        return self.variants / self.drawn if self.drawn else 0.0

    @property
    def valid(self) -> int:
        """How many combinations are dealt: gone through one by one, or by the acceptance."""
        return self.different if self.exhausted else round(self.combinations * self.acceptance)

    @property
    def equal_pairs(self) -> float:
        """How many equal pairs a class of 100 expects, were each dealt a variant by itself."""
        return comb(CLASS, 2) / self.effective if self.effective else float(comb(CLASS, 2))


def stress(question: Question, seeds: int, students: int = CLASS) -> DrawStatistics:
    """What `seeds` variants of a numeric question show; a class of `students` is to be dealt it."""
    statistics = DrawStatistics(
        combinations=prod(len(values) for values in question.numeric.draws.values())
    )
    _Stress(question, statistics).run(seeds, students)
    return statistics


class _Stress:
    """One question's run: counts, and notes each fault once."""

    def __init__(self, question: Question, statistics: DrawStatistics) -> None:
        self.question = question
        self.statistics = statistics
        self.seen: set[tuple[str, str]] = set()
        self.shown: Counter[str] = Counter()
        self.hidden: Counter[str] = Counter()
        self.swallowed: Counter[tuple[str, str]] = Counter()
        self.alike: Counter[str] = Counter()
        self.leaks = LeakSearch()
        self.cases = Cases(question)
        self.weights: Mapping[Identity, Fraction] = {}

    def note(
        self, where: str, expected: str, got: str, cure: str = "", *, warn: bool = False
    ) -> None:
        """Note a fault of the question, the first of its sort only."""
        if (where, expected) in self.seen:
            return
        self.seen.add((where, expected))
        question = self.question
        name = f"{question.id}: {where}" if where else question.id
        target = self.statistics.warnings if warn else self.statistics.faults
        target.append(
            Fault(
                expected, got, cure, file=question.where, line=question.line_of(where), field=name
            )
        )

    def run(self, seeds: int, students: int) -> None:
        refused: Counter[Obstacle] = Counter()
        identities: Counter[object] = Counter()
        seed = preview_seed(self.question.id, "stress")
        most = max(seeds * _MOST_DRAWS, _FEWEST_TO_TRY)
        for attempt in islice(attempts(self.question, seed, "stress"), most):
            self.statistics.drawn += 1
            shown: set[str] = set()
            if attempt.core is not None:
                self.statistics.solved += 1
                shown = self.count_mistakes(attempt.core, attempt.mistaken)
            if isinstance(attempt, Refused):
                refused[attempt.reason] += 1
            else:
                identities[attempt.identity] += 1
                self.hidden.update(self.question.numeric.mostly - shown)
                self.statistics.variants += 1
                self.look_at(attempt)
            hopeless = not identities and self.statistics.drawn >= _FEWEST_TO_TRY
            if self.statistics.variants == seeds or hopeless:
                break
        if not identities:
            fault = no_variant(self.question, refused)
            self.statistics.faults.append(fault)
            return
        self.conclude(identities)
        self.weigh(students)
        self.weigh_sides(self.weights or identities)

    def count_mistakes(self, cells: Cells, found: Mapping[str, Mapping[str, Number]]) -> set[str]:
        """The mistakes that show in this draw, counted; so is what a tolerance swallows."""
        shown: set[str] = set()
        demanded = telling(self.question).demanded
        for part in self.question.numeric.parts:
            right = cells[part.key.line]
            told = sorted(m for m in found[part.id] if part.id in demanded.get(m, ()))
            self.alike.update(
                f"{part.id}: {one} = {other}"
                for one, other in combinations(told, 2)
                if right != found[part.id][one] == found[part.id][other]
            )
            for mistake, wrong in found[part.id].items():
                if not part.key.precision.accepts(right, wrong):
                    shown.add(mistake)
                elif wrong != right:
                    self.swallowed[part.id, mistake] += 1
        self.shown.update(shown)
        return shown

    def look_at(self, variant: Variant) -> None:
        """Check what holds for each variant; the costly checks for the first ones only."""
        for key in self.question.numeric.marking.keys:
            self.check_answer(variant, key)
        self.cases.look(variant)
        self.recount(variant)
        if self.statistics.variants > _LOOKED_INTO:
            return
        for check in (self.leaks.look, self.check_texts, self.check_marking, self.check_solution):
            try:
                check(variant)
            except FaultsError as error:
                for fault in error.faults:
                    self.note(fault.field, fault.expected, fault.got, fault.cure)
            except GradeckError as error:
                self.note("", "a variant that can be shown and marked", str(error))

    def check_answer(self, variant: Variant, key: AnswerKey) -> None:
        right = variant.core[key.line]
        decimals = decimals_needed(right)
        if key.precision.kind == "exact" and (decimals is None or decimals > _MOST_DECIMALS):
            shown = variant.right(key)["display"]
            cure = "write a precision, such as {within: 1%} or {decimals: 2}"
            expected = f"an exact answer of at most {_MOST_DECIMALS} decimals"
            self.note(f"parts.{key.part}", expected, shown, cure, warn=decimals is not None)

    def recount(self, variant: Variant) -> None:
        if self.statistics.variants <= _RECOUNTED:
            counted = recounted(variant)
            self.statistics.recounted.update(counted)
            for finding in look_at_keys(variant, counted):
                self.report(finding)

    def check_texts(self, variant: Variant) -> None:
        texts = [
            ("text", variant.text),
            *((f"hints[{n + 1}]", h) for n, h in enumerate(variant.hints)),
        ]
        texts += [(f"parts.{part.id}.ask", part.ask) for part in variant.parts]
        for field_name, text in texts:
            for language, words in text.items():
                if len(words) > _LONGEST_TEXT:
                    expected = f"at most {_LONGEST_TEXT:,} characters"
                    self.note(f"{field_name}.{language}", expected, f"{len(words):,}", "shorten it")
                html(words)

    def check_marking(self, variant: Variant) -> None:
        """A right answer is right as it is displayed, and a listed mistake's is diagnosed."""
        raw = {key.part: variant.right(key)["display"] for key in variant.keys}
        for part, key in zip(mark_variant(variant, raw).parts, variant.keys, strict=True):
            if part.outcome != "right":
                got = f"{part.outcome}: {part.feedback.in_('en')}"
                expected = "the right answer, typed as it is displayed, to be right"
                self.note(f"parts.{key.part}", expected, f"{raw[key.part]!r}, {got}")
        for key in self.question.numeric.marking.keys:
            self.check_diagnoses(variant, key)

    def check_solution(self, variant: Variant) -> None:
        """A rounded answer stands rounded at the end of its worked solution."""
        for key in self.question.numeric.marking.keys:
            *_, last = variant.steps(key.part)
            if key.precision.kind != "exact" and "/" in last.result and not last.rounded:
                expected = "a solution that ends in the answer as it is asked for"
                self.report(Finding("unrounded", f"parts.{key.part}", expected, last.result))

    def report(self, finding: Finding) -> None:
        """Count what a rule found, and note it."""
        if (finding.field, finding.expected) not in self.seen:
            self.statistics.findings[finding.rule] += 1
        self.note(finding.field, finding.expected, finding.got, finding.cure, warn=finding.note)

    def check_diagnoses(self, variant: Variant, key: AnswerKey) -> None:
        judge = telling(self.question)
        excused = judge.excused(variant.seed, variant.attempt)
        for mistake, wrong in variant.mistaken[key.part].items():
            hidden = mistake in excused and key.precision.accepts(variant.core[key.line], wrong)
            if hidden or key.part not in judge.demanded.get(mistake, ()):
                continue
            typed = f"{wrong.numerator}/{wrong.denominator}" if wrong >= 0 else f"-({-wrong})"
            verdicts = mark_variant(variant, {key.part: typed}).parts
            verdict = next(part for part in verdicts if part.id == key.part)
            # Another part's right answer is told before any mistake that leads to it too.
            if mistake in verdict.mistakes or verdict.mistakes == ("other-part",):
                continue
            other = verdict.mistakes[0] if verdict.mistakes else RIGHT
            if judge.must_differ(key.part, other, mistake):
                got = ", ".join(verdict.mistakes) or verdict.outcome
                expected = f"the number that {mistake!r} leads to, to be diagnosed so"
                shown = key.precision.display(wrong)
                self.note(f"parts.{key.part}", expected, f"{shown} diagnosed as {got}")

    def conclude(self, identities: Counter[object]) -> None:
        """Work the counts out into shares, and note what is wrong with the question as a whole."""
        statistics = self.statistics
        statistics.different = len(identities)
        statistics.blind = {
            m.id: 1 - self.shown[m.id] / statistics.solved for m in self.question.numeric.mistakes
        }
        statistics.hidden = {
            mistake: self.hidden[mistake] / statistics.variants
            for mistake in sorted(self.question.numeric.mostly)
        }
        statistics.swallowed = {
            f"{part}: {mistake}": count / statistics.solved
            for (part, mistake), count in sorted(self.swallowed.items())
        }
        if statistics.combinations <= _ENUMERATED:
            statistics.exhausted = True
            self.weights = variant_weights(self.question)
            weights = self.weights.values()
            statistics.different = len(weights)
            statistics.effective = float(sum(weights) ** 2 / sum(weight**2 for weight in weights))
            statistics.repeated = True
        else:
            statistics.effective = min(effective_number(identities), statistics.valid)
            statistics.repeated = len(identities) < statistics.variants
        statistics.alike = {
            pair: count / statistics.solved for pair, count in sorted(self.alike.items())
        }
        statistics.findings["alike"] += len(statistics.alike)
        statistics.other_box = self.cases.shares("other-box")
        statistics.findings["other-box"] += sum(
            share >= ALWAYS for share in statistics.other_box.values()
        )
        for finding in (*self.cases.findings(), *self.leaks.sentences()):
            self.report(finding)
        for part, field_name in self.leaks.leaks():
            expected = f"no text that shows the answer to part {part!r}"
            self.note(field_name, expected, "one that nearly always does", "leave the number out")

    def weigh(self, students: int) -> None:
        """Note what the shares say: too few variants, a tolerance too wide."""
        statistics = self.statistics
        # A handful of draws says nothing about how often a large class repeats.
        counted = statistics.exhausted or statistics.variants >= students
        if counted and statistics.effective < students:
            cure = "widen `draw:`, loosen `require:`, or name a smaller --class"
            got = f"{statistics.effective:,.0f}"
            self.note("", f"a variant for each of {students:,} students", got, cure)
        demanded = telling(self.question).demanded
        for (part, mistake), count in sorted(self.swallowed.items()):
            wanted = self.question.numeric.told.get(mistake, ())
            if part in wanted and part not in demanded.get(mistake, ()):
                share = count / statistics.solved
                got = f"one that takes {mistake!r} for right in {share:.0%} of draws"
                cure = "narrow it, or leave the part out of the mistake's `parts:`"
                self.note(f"parts.{part}", "a tolerance that tells mistakes", got, cure, warn=True)

    def weigh_sides(self, identities: Iterable[object]) -> None:
        """Note where practice and decks, or homework and exams, have too few numbers to deal."""
        # A handful of draws says nothing about how many there are on either side.
        if not self.statistics.exhausted and self.statistics.variants < CLASS:
            return
        sides = Counter(
            side_of(self.question.id, dict(numbers))
            for numbers in identities
            if isinstance(numbers, tuple)
        )
        practised, held_back = (sides[SIDES[purpose]] for purpose in ("practice", "homework"))
        if min(practised, held_back) < FEWEST_OF_SIDE:
            got = f"{practised} for practice and decks, {held_back} for homework and exams"
            if not has_sides(self.question.numeric.draws):
                got = f"{practised + held_back}, which all of them share"
            expected = (
                f"{FEWEST_OF_SIDE} variants for practice and decks and as many others for homework "
                "and exams"
            )
            self.note("", expected, got, "widen `draw:`, or loosen `require:`", warn=True)


def effective_number(counts: Counter[object]) -> float:
    """How many equally likely variants would make as many equal pairs as were found.

    With no equal pair at all, it is what one pair would have given: at least so many.

    >>> effective_number(Counter({"a": 2, "b": 2}))
    3.0
    """
    pairs = comb(counts.total(), 2)
    equal = sum(comb(count, 2) for count in counts.values())
    return pairs / max(equal, 1)


def variant_weights(question: Question) -> dict[Identity, Fraction]:
    """How often each combination of draws is dealt once drawn; those that never are left out.

    Each is as likely to be drawn as any other, and is dealt always, or in the share of draws
    that excuse the mistakes it hides.
    """
    judge = telling(question)
    weights = {}
    for values in product(*question.numeric.draws.values()):
        numbers = dict(zip(question.numeric.draws, values, strict=True))
        cells = _solved(question, numbers)
        if cells is not None and (
            weight := judge.weight(cells, question.numeric.marking.mistaken(cells))
        ):
            weights[tuple(sorted(numbers.items()))] = weight
    return weights


def _solved(question: Question, numbers: Mapping[str, Number]) -> Cells | None:
    try:
        if not all(constraint.formula.value(numbers) for constraint in question.numeric.require):
            return None
        return question.numeric.core.solve(numbers)
    except GradeckError:
        return None
