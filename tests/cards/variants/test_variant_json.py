"""A variant as JSON, whole: what a student sees, and what the key adds, by formulas of our own."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from cards.loading.bank import load_bank
from cards.question import Question
from cards.variants.dealing import make_variant
from cards.variants.variant import numeric_variant, variant_without_numbers
from grader.marking.choices import ChoiceKey
from tests.cards.variants.test_variant import BASIC, CHOICE, LIST, NUMERIC

KIB = 1024


@pytest.fixture
def bank(tmp_path: Path) -> dict[str, Question]:
    """A question of each sort, by the name behind the slash."""
    file = tmp_path / "questions.yaml"
    file.write_text(f"{NUMERIC}---\n{CHOICE}---\n{LIST}---\n{BASIC}", encoding="utf-8")
    return {question.id.partition("/")[2]: question for question in load_bank([file]).values()}


def head(question: Question, kind: str, title: tuple[str, str]) -> dict[str, Any]:
    """What every variant of a question begins with."""
    return {
        "question": question.id,
        "content_hash": question.content_hash,
        "kind": kind,
        "title": dict(zip(("en", "zh"), title, strict=True)),
    }


def said(mistakes: list[tuple[str, int, str, str]]) -> list[dict[str, Any]]:
    """Mistakes with the number that each leads to."""
    return [
        {"id": name, "exact": str(number), "display": f"{number:,}", "says": {"en": en, "zh": zh}}
        for name, number, en, zh in mistakes
    ]


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_a_numeric_variant_is_its_numbers_and_what_follows(
    bank: dict[str, Question], seed: str
) -> None:
    """Texts, answers and mistakes are those of the rule, worked out beside it."""
    variant = make_variant(bank["rows"], seed)
    height, kernel, stride = (int(variant.numbers[name]) for name in ("height", "kernel", "stride"))
    reach = height - kernel
    rows = reach // stride + 1
    slips = [
        ("no-one", reach // stride, "One?", "加一？"),
        ("no-stride", reach + 1, "Stride?", "步幅？"),
    ]
    slips = [slip for slip in slips if slip[1] != rows]
    shown = variant.with_key()
    steps = [part.pop("steps") for part in shown["parts"]]

    assert {
        **head(bank["rows"], "numeric", ("Rows", "行数")),
        "numbers": {"height": height, "kernel": kernel, "stride": stride},
        "text": {
            "en": f"{height} rows, ${{{kernel}}} \\times {{{kernel}}}$, stride {stride}.",
            "zh": f"{height} 行，${{{kernel}}} \\times {{{kernel}}}$，步幅 {stride}。",
        },
        "seed": seed,
        "parts": [
            {
                "id": "rows",
                "ask": {"en": f"How many, of {height}?", "zh": f"{height} 中有多少？"},
                "unit": "",
                "precision": {},
                "points": 2,
                "answer": {"exact": str(rows), "display": str(rows)},
                "mistakes": said(slips),
            },
            {
                "id": "size",
                "ask": {"en": "How large?", "zh": "多大？"},
                "unit": "KiB",
                "precision": {},
                "points": 3,
                "answer": {"exact": str(2 * rows), "display": str(2 * rows)},
                "mistakes": said([(name, 2 * number, en, zh) for name, number, en, zh in slips]),
            },
        ],
    } == shown
    assert [["reach", "rows"], ["reach", "rows", "bytes", "bytes.KiB"]] == [
        [step["name"] for step in part] for part in steps
    ]
    assert 5 == variant.out_of


def test_a_hand_is_its_statements_and_their_reasons(bank: dict[str, Question]) -> None:
    """Letters in order; the key names those that hold, and why the others don't."""
    variant = make_variant(bank["choice"], "a")
    (key,) = variant.keys
    assert isinstance(key, ChoiceKey)
    says = dict(
        zip(("t1", "t2", "f1", "f2", "f3"), ["真一", "真二", "假一", "假二", "假三"], strict=True)
    )
    reasons = dict(zip(says, ("因一", "因二", "因三", "因四", "因五"), strict=True))
    hand = [(option.letter, option.id) for option in key.options]
    right = ", ".join(letter for letter, name in hand if name.startswith("t"))

    assert ["A", "B", "C"] == [letter for letter, _ in hand]
    assert {
        **head(bank["choice"], "choice", ("Which", "哪些")),
        "numbers": {},
        "text": {"en": "Which hold?", "zh": "哪些成立？"},
        "seed": "a",
        "parts": [
            {
                "id": "choice",
                "ask": {"en": "Which of them hold?", "zh": "哪些成立？"},
                "unit": "",
                "precision": {},
                "points": 1,
                "single": False,
                "options": [
                    {"letter": letter, "says": {"en": name.upper(), "zh": says[name]}}
                    for letter, name in hand
                ],
                "answer": {"exact": right, "display": right},
                "steps": [],
                "mistakes": [
                    {
                        "id": name,
                        "exact": letter,
                        "display": letter,
                        "says": {"en": f"R{list(says).index(name) + 1}", "zh": reasons[name]},
                    }
                    for letter, name in hand
                    if name.startswith("f")
                ],
            }
        ],
    } == variant.with_key()


def test_a_list_is_its_cues_and_wordings(bank: dict[str, Question]) -> None:
    """A box an item, in the list's order; the key has every wording that is taken."""
    box = {"unit": "", "precision": {}, "points": 1, "steps": [], "mistakes": []}

    assert {
        **head(bank["list"], "list", ("Remedies", "办法")),
        "numbers": {},
        "text": {"en": "What helps?", "zh": "有何帮助？"},
        "seed": "a",
        "parts": [
            {
                "id": "batch",
                "ask": {"en": "Images", "zh": "图像"},
                "answer": {
                    "exact": "A smaller batch",
                    "display": "A smaller batch / 减小批量 / fewer images at once",
                },
                **box,
            },
            {
                "id": "floats",
                "ask": {"en": "Numbers", "zh": "数"},
                "answer": {"exact": "16-bit floats", "display": "16-bit floats / 16 位浮点数"},
                **box,
            },
        ],
    } == make_variant(bank["list"], "a").with_key()


def test_a_card_is_its_two_sides(bank: dict[str, Question]) -> None:
    """It has no boxes and no points, and braces in its text are braces."""
    variant = make_variant(bank["basic"], "a")

    assert {
        **head(bank["basic"], "basic", ("A fact", "事实")),
        "numbers": {},
        "text": {"en": "Front {with} braces", "zh": "正面"},
        "seed": "a",
        "parts": [],
        "answer": {"en": "Back", "zh": "背面"},
    } == variant.with_key()
    assert 0 == variant.out_of


SHARE = """\
id: test/share
title: {en: Share, zh: 份额}
kind: numeric
draw: {part: [0.5, 1.5], whole: [7, 9]}
lines: {share: part / whole}
text: {en: "{part} of {whole}.", zh: "{whole} 中的 {part}。"}
parts:
  - {id: share, ask: {en: Which share?, zh: 占多少？}, answer: share, precision: {digits: 3}}
"""


def test_a_number_with_decimals_is_a_text_and_a_precision_is_told(tmp_path: Path) -> None:
    """JSON's own numbers would round; how near an answer must come stands beside its box."""
    file = tmp_path / "share.yaml"
    file.write_text(SHARE, encoding="utf-8")
    variant = make_variant(load_bank([file])["test/share"], "a")
    part, whole = variant.numbers["part"], variant.numbers["whole"]
    shown = variant.public()

    assert part in {Fraction(1, 2), Fraction(3, 2)}
    assert {"part": f"{float(part)}", "whole": whole} == shown["numbers"]
    assert {"digits": "3"} == shown["parts"][0]["precision"]


def test_a_hand_has_a_seed_and_no_numbers(bank: dict[str, Question]) -> None:
    """A seed of bytes is told as such; what draws no numbers has no cells and one attempt."""
    variant = make_variant(bank["choice"], b"seed")
    made = variant_without_numbers(bank["choice"], b"other", variant.keys)

    assert b"seed".hex() == variant.with_key()["seed"]
    assert b"other".hex() == made.with_key()["seed"]
    assert (0, {}, {}, {}) == (variant.attempt, variant.numbers, variant.core, variant.mistaken)


def test_a_variant_of_given_numbers_works_out_what_it_is_not_given(
    bank: dict[str, Question],
) -> None:
    """The mistakes' numbers are those of its cells; whoever has them already gives them."""
    dealt = make_variant(bank["rows"], "a")
    made = numeric_variant(bank["rows"], b"seed", dealt.numbers, dealt.core)
    given = numeric_variant(bank["rows"], b"seed", dealt.numbers, dealt.core, mistaken={})

    assert dealt.mistaken == made.mistaken != given.mistaken == {}
    assert (0, b"seed".hex()) == (made.attempt, made.with_key()["seed"])


def test_a_part_that_is_not_there_has_no_steps(bank: dict[str, Question]) -> None:
    """Steps are asked for by a part's name, of whatever kind the question is."""
    for question in bank.values():
        assert () == make_variant(question, "a").steps("nowhere")
