"""Dealing: from a question and a seed to a variant.

A draw is dealt only if it meets the constraints, its worksheet has a value, and the right
answer and the mistakes to tell apart all show differently; else the next attempt is drawn,
from streams of its own.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, count, islice, repeat
from typing import Any, Final, assert_never

from cards.documents.strict_yaml import written
from cards.networks.fault_paths import fault_path
from cards.question import (
    Choice,
    Cloze,
    Enumeration,
    Fact,
    Numeric,
    Question,
    Statement,
)
from cards.variants.draws import SEED_BYTES, integers, preview_seed, shuffled
from cards.variants.telling import Obstacle, numbers_for, telling
from cards.variants.variant import Variant, numeric_variant, variant_without_numbers
from grader.arithmetic import Number
from grader.errors import Fault, QuestionError
from grader.marking.choices import LETTERS, ChoiceKey, Option
from grader.marking.key_points import KeyPoint
from grader.worksheet import Cells

ATTEMPTS: Final = 1000


@dataclass(frozen=True, slots=True)
class Refused:
    """A draw that isn't dealt, and why; its cells, where it has any, and what mistakes lead to."""

    reason: Obstacle
    core: Cells | None = None
    mistaken: Mapping[str, Mapping[str, Number]] = field(default_factory=dict)


def attempts(question: Question, seed: bytes, label: str = "") -> Iterator[Variant | Refused]:
    """What each attempt at a variant of this seed comes to, one after the other, without end.

    Only numeric questions refuse: of the others every attempt is the same variant.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> dealt = islice(attempts(pooled, preview_seed(pooled.id, "1")), 4)
    >>> [isinstance(one, Variant) for one in dealt]
    [False, True, True, False]
    """
    match question.content:
        case Numeric() as numeric:
            yield from _draws(question, numeric, seed, label)
        case Choice() as choice:
            hand = (_hand(choice, seed),)
            yield from repeat(variant_without_numbers(question, seed, hand, label=label))
        case Enumeration() as listed:
            points = _key_points(listed)
            yield from repeat(variant_without_numbers(question, seed, points, label=label))
        case Fact() | Cloze():
            yield from repeat(variant_without_numbers(question, seed, (), label=label))
        case never:
            assert_never(never)


def _draws(
    question: Question, numeric: Numeric, seed: bytes, label: str
) -> Iterator[Variant | Refused]:
    judge = telling(question)
    for attempt in count():
        solved = numbers_for(question, seed, attempt)
        if isinstance(solved, Obstacle):
            yield Refused(solved)
            continue
        numbers, cells = solved
        found = numeric.marking.mistaken(cells)
        clash = judge.clash(cells, found, judge.excused(seed, attempt))
        if clash is None:
            yield numeric_variant(
                question, seed, numbers, cells, label=label, attempt=attempt, mistaken=found
            )
        else:
            yield Refused(Obstacle(str(clash), clash.field), cells, found)


def make_variant(question: Question, seed: bytes | str) -> Variant:
    """The question's variant of that seed; a text stands for a preview's seed.

    It is of the seed's side, but where the question has too few to have any there, of which
    `gradeck check` warns.

    Raises QuestionError where none of many attempts gives a variant that can tell.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> make_variant(pooled, "1").numbers == make_variant(pooled, "1").numbers
    True
    """
    label = seed if isinstance(seed, str) else ""
    if isinstance(seed, str):
        seed = preview_seed(question.id, seed)
    refused: Counter[Obstacle] = Counter()
    for dealt_by in dict.fromkeys((seed, seed[:SEED_BYTES])):
        refused.clear()
        for attempt in islice(attempts(question, dealt_by, label), ATTEMPTS):
            if isinstance(attempt, Variant):
                return replace(attempt, seed=seed)
            refused[attempt.reason] += 1
    raise QuestionError([no_variant(question, refused)])


def no_variant(question: Question, refused: Counter[Obstacle]) -> Fault:
    """The fault of a question that has no variant, with what stood in the way and how often.

    It stands where that is written which most often stood in the way.
    """
    field = _field_of(question, refused.most_common(1)[0][0])
    name = f"{question.id}: {field}" if field else question.id
    reasons = "; ".join(f"{n:,} times {reason}" for reason, n in refused.most_common(3))
    got = f"none in {refused.total():,} draws ({reasons})"
    if field.startswith("lines."):
        expected = "a line that has a value"
        cure = "mend its formula, or leave such numbers out by `require:`"
    else:
        expected = "a variant that meets all constraints and tells the mistakes apart"
        cure = "widen `draw:`, loosen `require:`, or list fewer `mistakes:`"
    line = question.line_of(field)
    return Fault(expected, got, cure, file=question.where, line=line, field=name)


def _field_of(question: Question, obstacle: Obstacle) -> str:
    """The question's field that stands in the way: of a layer's field its draw, where it is one."""
    document = json.loads(question.document)
    if not obstacle.layer:
        holder, _, name = obstacle.field.partition(".")
        listed = document.get(holder)
        own = [one for one in listed or () if isinstance(one, dict) and one.get("id") == name]
        said = listed.get(name) if isinstance(listed, dict) else own[0] if own else None
        formula = ".formula" if isinstance(said, dict) and "formula" in said else ""
        return obstacle.field + formula
    network = document["network"]
    place = Fault("", "", layer=obstacle.layer, field=obstacle.field)
    path = fault_path(network, place)
    value: Any = network
    for step in path:
        inside = isinstance(value, list) or step in value
        value = value[step] if inside else None
    if isinstance(value, str) and value in question.numeric.draws:
        return f"draw.{value}"
    return written(("network", *path))


def _key_points(listed: Enumeration) -> tuple[KeyPoint, ...]:
    """A key point for each item, with the wordings of the other items."""
    wordings = {
        item.id: (*item.answer.values(), *chain.from_iterable(item.accept.values()))
        for item in listed.items
    }
    return tuple(
        KeyPoint(
            item.id,
            wordings[item.id],
            tuple(o for other, own in wordings.items() if other != item.id for o in own),
            reject=tuple(chain.from_iterable(item.reject.values())),
        )
        for item in listed.items
    )


def _hand(choice: Choice, seed: bytes) -> ChoiceKey:
    """So many statements of the pool, some of which hold, in an order of the seed's.

    Those that exclude each other are never dealt together.
    """
    fewest, most = choice.right
    holding = fewest + next(integers(seed, "right", 0, most - fewest + 1))
    dealt: list[Statement] = []
    for holds, most_dealt in ((True, holding), (False, choice.pick)):
        pool = [statement for statement in choice.statements if statement.holds is holds]
        for statement in shuffled(pool, seed, f"statements that {'hold' if holds else 'fail'}"):
            if len(dealt) < most_dealt and not any(statement.excluding(one) for one in dealt):
                dealt.append(statement)
    # A stable sort: the shuffled order, and those that are pinned behind it.
    ordered = sorted(shuffled(dealt, seed, "order"), key=lambda statement: statement.pinned)
    options = tuple(
        Option(letter, statement.id, statement.holds, statement.says, statement.reason)
        for letter, statement in zip(LETTERS, ordered, strict=False)
    )
    return ChoiceKey(choice.part, options, choice.single)
