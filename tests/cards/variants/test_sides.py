"""Practice and decks never deal the numbers of homework and exams."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cards.checking.questions import check_question
from cards.loading.bank import load_bank
from cards.question import Question
from cards.variants.dealing import make_variant
from cards.variants.draws import PURPOSES, SEED_BYTES, Purpose, preview_seed, seed_for, side_of
from cards.variants.variant import Variant

BANK = load_bank()
# As few variants as a question of the bank has, and as many.
SAMPLE = ("cnn/grouped-bottleneck", "cnn/lenet-with-classes", "cnn/optimizer-state")
ROWS = """\
id: test/rows
title: {en: Rows, zh: 行数}
kind: numeric
draw: {rows: [ROWS]}
lines: {double: 2 * rows}
text: {en: "{rows} rows.", zh: "{rows} 行。"}
parts: [{id: double, ask: {en: "Twice {rows}?", zh: "{rows} 的两倍？"}, answer: double}]
"""


def dealt(question: Question, purpose: Purpose, count: int) -> list[Variant]:
    """So many people's variants."""
    return [
        make_variant(
            question, seed_for(b"k", purpose, question.id, question.content_hash, str(who))
        )
        for who in range(count)
    ]


@pytest.mark.parametrize("name", SAMPLE)
def test_homework_is_never_met_in_practice(name: str) -> None:
    """Whoever practises for ever, or owns the deck, has seen no number of homework or an exam."""
    practised, decks, homework, exams = (
        {variant.identity for variant in dealt(BANK[name], purpose, 150)}
        for purpose in ("practice", "deck", "homework", "exam")
    )

    assert set() == (practised | decks) & (homework | exams)
    assert practised & decks
    assert homework & exams
    assert min(len(practised), len(homework)) > 20


def test_a_seed_brings_its_side_along() -> None:
    """A variant is made again from its seed alone: the marker knows no purpose."""
    for purpose in PURPOSES:
        for variant in dealt(BANK[SAMPLE[0]], purpose, 20):
            again = make_variant(BANK[SAMPLE[0]], bytes.fromhex(variant.seed.hex()))
            assert (variant.seed, variant.numbers) == (again.seed, again.numbers)


def test_seeds_of_before_deal_as_before() -> None:
    """A seed of 32 bytes, kept in a database or in a key, deals from both sides, as previews do."""
    question = BANK[SAMPLE[0]]
    old = [seed_for(b"k", "homework", "q", "h", str(n))[:SEED_BYTES] for n in range(40)]
    previews = [preview_seed(question.id, str(number)) for number in range(40)]
    for seeds in (old, previews):
        sides = {side_of(question.id, make_variant(question, seed).numbers) for seed in seeds}
        assert 2 == len(sides)
        assert all(SEED_BYTES == len(seed) for seed in seeds)


@pytest.fixture
def rows(tmp_path: Path) -> Callable[[str], Question]:
    """A function: the values of its draw -> a question."""

    def make(values: str) -> Question:
        (tmp_path / "rows.yaml").write_text(ROWS.replace("ROWS", values), encoding="utf-8")
        return load_bank([tmp_path])["test/rows"]

    return make


def test_a_question_with_too_few_is_dealt_and_says_so(rows: Callable[[str], Question]) -> None:
    """With one number there is no other side: it is dealt to all, and `check` warns."""
    few, many = rows("7"), rows(", ".join(map(str, range(100, 300))))
    shown = {v.identity for purpose in ("practice", "homework") for v in dealt(few, purpose, 3)}

    told = str(check_question(few, students=1).warnings[0])

    assert 1 == len(shown)
    assert "expected 20 variants for practice and decks and as many others" in told
    assert "got 1, which all of them share" in told
    assert () == check_question(many, students=100).warnings


@pytest.mark.parametrize("seeds", [2, 30])
def test_a_handful_of_seeds_says_nothing_of_the_sides(
    rows: Callable[[str], Question], seeds: int
) -> None:
    """What was tried is no count of what there is, be it few combinations or thousands."""
    for values in (range(100, 300), range(100, 5000)):
        question = rows(", ".join(map(str, values)))
        assert () == check_question(question, seeds, students=2).warnings
