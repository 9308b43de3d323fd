"""The bank's mistakes that share a number with another mistake, or with another box."""

from collections import defaultdict
from collections.abc import Iterator

from cards.loading.bank import load_bank
from cards.variants.dealing import make_variant
from cards.variants.variant import Variant, mark_variant
from grader.arithmetic import Number
from grader.marking.numbers import AnswerKey
from grader.marking.verdict import PartVerdict

BANK = load_bank()
SEEDS = [f"boxes {number}" for number in range(8)]


def keys() -> Iterator[tuple[Variant, AnswerKey]]:
    """Every answer box of a few variants of every numeric question."""
    for question in BANK.values():
        for seed in SEEDS if question.kind == "numeric" else ():
            variant = make_variant(question, seed)
            for key in variant.keys:
                assert isinstance(key, AnswerKey)
                yield variant, key


def verdict(variant: Variant, part: str, typed: str) -> PartVerdict:
    """What is found about one part when nothing else is answered."""
    return next(one for one in mark_variant(variant, {part: typed}).parts if one.id == part)


def accepted(variant: Variant) -> set[str]:
    """The ways of working that cost nothing."""
    return {mistake.id for mistake in variant.question.numeric.mistakes if mistake.accepted}


def test_the_answer_to_the_other_box_is_told_so() -> None:
    """Whoever fills the boxes in the wrong order is told that, and no mistake."""
    told = set()
    for variant, key in keys():
        for other in variant.keys:
            found = verdict(variant, key.part, variant.right(other)["display"])
            if other is key or found.outcome == "right":
                continue
            assert ("other-part",) == found.mistakes, (variant.question.id, key.part, other.part)
            told.add(variant.question.id)

    assert {"queueing/mm1-times", "cnn/remedy-half-floats", "cnn/output-bytes"} <= told
    assert len(told) > len(BANK) // 10


def test_mistakes_that_share_a_number_are_all_named() -> None:
    """Where several lead to one number all are named, with each one's sentence."""
    shared = 0
    for variant, key in keys():
        says = {mistake.id: mistake.says for mistake in variant.question.numeric.mistakes}
        ways: defaultdict[Number, set[str]] = defaultdict(set)
        for mistake, led_to in variant.mistaken[key.part].items():
            ways[led_to].add(mistake)
        for led_to, mistakes in ways.items():
            found = verdict(variant, key.part, f"({led_to})")
            if found.outcome == "right" or found.mistakes == ("other-part",):
                continue
            assert mistakes <= set(found.mistakes), (variant.question.id, key.part, led_to)
            shared += len(mistakes) > 1
            for mistake in mistakes:
                assert says[mistake].in_("en") in found.feedback.in_("en")
                assert says[mistake].in_("zh") in found.feedback.in_("zh")

    assert shared > len(SEEDS)


def test_what_is_accepted_is_right_whatever_shares_its_number() -> None:
    """A way of working that costs nothing costs nothing, also where another box is near."""
    seen = 0
    for variant, key in keys():
        for mistake in accepted(variant) & variant.mistaken[key.part].keys():
            led_to = variant.mistaken[key.part][mistake]
            found = verdict(variant, key.part, f"({led_to})")
            assert "right" == found.outcome, (variant.question.id, key.part, found)
            seen += 1

    assert seen
