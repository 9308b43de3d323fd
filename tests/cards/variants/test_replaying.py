"""Replaying: the numbers and statements that were dealt, under a corrected question."""

from pathlib import Path

import pytest

from cards.loading.bank import load_bank
from cards.question import Question
from cards.variants.dealing import make_variant
from cards.variants.replaying import ReplayError, replayed
from cards.variants.variant import mark_variant

NUMERIC = """
id: demo/area
title: {en: Area, zh: 面积}
kind: numeric
draw:
  width: {from: 2, to: 40}
  height: {from: 2, to: 40}
require: [REQUIRED]
lines:
  area: FORMULA
text: {en: "{width} by {height}", zh: "{width} 乘 {height}"}
parts:
  - {id: area, ask: {en: area, zh: 面积}, answer: area}
"""
CHOICE = """
id: demo/choice
title: {en: Choice, zh: 选择}
kind: choice
text: {en: "Which hold?", zh: "哪些成立？"}
pick: 3
right: [1, 2]
statements:
"""
STATEMENT = """
  - id: s{number}
    holds: {holds}
    says: {{en: "Statement {number}.", zh: "第 {number} 句。"}}
    reason: {{en: "Reason {number}.", zh: "理由 {number}。"}}
"""
SEEDS = [f"seed {number}" for number in range(30)]


def question(folder: Path, text: str) -> Question:
    """The one question of a text."""
    folder.mkdir(exist_ok=True)
    path = folder / "question.yaml"
    path.write_text(text.strip() + "\n", encoding="utf-8")
    return next(iter(load_bank((path,)).values()))


def area(folder: Path, formula: str, required: str) -> Question:
    """A question with that formula and that constraint."""
    return question(folder, NUMERIC.replace("FORMULA", formula).replace("REQUIRED", required))


def choice(folder: Path, holds: list[bool]) -> Question:
    """A choice of statements that hold or fail."""
    return question(folder, CHOICE + statements(holds))


def statements(holds: list[bool]) -> str:
    """Statements that hold or fail, as they stand in a file."""
    return "".join(
        STATEMENT.format(number=number, holds=str(one).lower()) for number, one in enumerate(holds)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_old_numbers_stay_whatever_the_new_version_requires(tmp_path: Path, seed: str) -> None:
    """A tighter constraint deals others, and a replay keeps what students were asked."""
    wrong = area(tmp_path / "old", "width + height", "width != height")
    mended = area(tmp_path / "new", "width * height", "width > height")
    old = make_variant(wrong, seed)

    again = replayed(mended, old)

    assert old.numbers == again.numbers
    right = int(old.numbers["width"]) * int(old.numbers["height"])
    assert mark_variant(again, {"area": str(right)}).parts[0].outcome == "right"


def test_dealing_again_would_give_other_numbers(tmp_path: Path) -> None:
    """Why a replay is needed: the same seed does not give the same numbers any more."""
    wrong = area(tmp_path / "old", "width + height", "width != height")
    mended = area(tmp_path / "new", "width * height", "width > height")

    other = [
        seed
        for seed in SEEDS
        if make_variant(wrong, seed).numbers != make_variant(mended, seed).numbers
    ]
    assert len(other) > len(SEEDS) // 4


@pytest.mark.parametrize("seed", SEEDS)
def test_a_statement_that_turned_out_wrong_keeps_its_letter(tmp_path: Path, seed: str) -> None:
    """The dealt statements keep their letters; whether they hold is the new version's word."""
    first = [True, True, True, False, False, False]
    old = make_variant(choice(tmp_path / "old", first), seed)
    mended = choice(tmp_path / "new", [True, True, False, False, False, True])
    letters = {option.id: option.letter for option in old.parts[0].options}
    now_right = {letters[name] for name in ("s0", "s1", "s5") if name in letters}
    if not now_right:
        with pytest.raises(ReplayError, match="none of the dealt statements holds") as caught:
            replayed(mended, old)
        assert caught.value.reason == "none-holds"
    else:
        again = replayed(mended, old)
        assert letters == {option.id: option.letter for option in again.parts[0].options}
        verdict = mark_variant(again, {"choice": ", ".join(sorted(now_right))})
        assert verdict.parts[0].outcome == "right"


def test_of_one_to_name_each_that_holds_now_is_right(tmp_path: Path) -> None:
    """Asked which one holds, nobody is wrong who named one of two that turned out to hold."""
    truth = [True, False, False, False]
    first, mended = (
        question(tmp_path / name, (CHOICE + statements(holds)).replace("[1, 2]", "1"))
        for name, holds in (("old", truth), ("new", [True, True, False, False]))
    )
    seen = set()
    for seed in SEEDS:
        again = replayed(mended, make_variant(first, seed))
        letters = {option.id: option.letter for option in again.parts[0].options}
        for name, letter in letters.items():
            verdict = mark_variant(again, {"choice": letter}).parts[0]
            assert ("right" if name in {"s0", "s1"} else "wrong") == verdict.outcome
            assert int(name in {"s0", "s1"}) == verdict.points
        seen.add("s1" in letters)
    assert {True, False} == seen


def test_a_version_with_other_draws_cannot_take_over(tmp_path: Path) -> None:
    """A number that was never drawn is not made up: the refusal names it."""
    wrong = area(tmp_path / "old", "width + height", "width != height")
    text = NUMERIC.replace("width", "depth").replace("FORMULA", "depth * height")
    mended = question(tmp_path / "new", text.replace("REQUIRED", "depth != height"))

    with pytest.raises(ReplayError, match="draws that the versions don't share: depth"):
        replayed(mended, make_variant(wrong, "seed"))


def test_another_kind_cannot_take_over(tmp_path: Path) -> None:
    """A numeric variant has no statements."""
    wrong = area(tmp_path / "old", "width + height", "width != height")
    mended = choice(tmp_path / "new", [True, True, False, False])

    with pytest.raises(ReplayError, match="it was numeric, and is choice now"):
        replayed(mended, make_variant(wrong, "seed"))


def test_the_same_version_gives_the_same_variant(tmp_path: Path) -> None:
    """A replay under the version it was dealt from changes nothing."""
    for one in (
        area(tmp_path / "a", "width * height", "width != height"),
        choice(tmp_path / "b", [True, True, False, False]),
    ):
        old = make_variant(one, "seed")
        assert old.with_key() == replayed(one, old).with_key()
