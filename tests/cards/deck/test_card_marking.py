"""The marking inside Anki cards, held to the homework's on the whole bank."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

from cards.deck.card_pages import part_data
from cards.deck.note_types import source
from cards.deck.notes import deck_variants
from cards.loading.bank import load_bank
from cards.question import Enumeration
from cards.texts.rendering import html
from cards.variants.dealing import make_variant
from cards.variants.variant import Variant, VariantPart
from grader.marking.choices import ChoiceKey, Option, mark_choice
from grader.marking.key_points import KeyPoint, mark_key_point
from grader.marking.numbers import AnswerKey
from grader.marking.verdict import PartVerdict
from grader.numerals import numeral
from grader.wording import Text
from tests.cards.deck.anki_screen import browser

pytestmark = pytest.mark.browser

Row = dict[str, Any]
Mark = Callable[[str, list[Row]], list[Row]]

KINDS = {"right": "right", "wrong": "wrong", "unreadable": "unread"}
OTHER_UNIT = {"MiB": "MB", "MB": "MiB", "KiB": "kB", "kB": "KiB", "GiB": "GB", "GB": "GiB"}
NUMBERS = "return rows.map(({ parts, at, typed }) => judgedNumber(parts, at, typed));"
LETTERS = "return rows.map(({ data, known, typed }) => judgedLetters(data, known, typed));"


@pytest.fixture(scope="module")
def mark(chromium: str) -> Iterator[Mark]:
    """Marks rows with the card's script."""
    script = source("reader.js", "marking.js", "key_points.js")
    with browser(chromium) as launched:
        page = launched.new_page()
        yield lambda work, rows: list(page.evaluate(f"(rows) => {{ {script} {work} }}", rows))


def typed_by_students(variant: Variant, part: VariantPart, key: AnswerKey) -> Iterator[str]:
    """Right and wrong answers of every sort to a part, as they may be typed."""
    right = variant.cells[key.line]
    yield key.precision.display(right)
    yield numeral(right)
    yield f"({numeral(right)})*2"
    yield from ("0", "-1", "1,5", "about ten", "2**4096", "1/2**4090")
    edge = key.precision.tolerance(right)
    for share in (Fraction(99, 100), 1, Fraction(101, 100)):
        yield numeral(right + edge * share)
    if key.unit in OTHER_UNIT:
        yield f"{key.precision.display(right)} {OTHER_UNIT[key.unit]}"
        yield f"{key.precision.display(right)} {key.unit}"
    for led_to in variant.mistaken[part.id].values():
        yield key.precision.display(led_to)
        yield numeral(led_to)
    for other in variant.parts:
        if isinstance(other.key, AnswerKey) and other is not part:
            copied = other.key.precision.display(variant.cells[other.key.line])
            yield copied
            yield f"{copied} {other.key.unit}"


def answers() -> Iterator[tuple[Row, Variant, VariantPart]]:
    """For two variants of every numeric question of the bank, what is typed into each part."""
    for question in load_bank().values():
        for variant in deck_variants(question, 2) if question.kind == "numeric" else ():
            keys = [key for key in variant.keys if isinstance(key, AnswerKey)]
            data = [part_data(variant, key, "en") for key in keys]
            for at, (part, key) in enumerate(zip(variant.parts, keys, strict=True)):
                for typed in typed_by_students(variant, part, key):
                    yield {"parts": data, "at": at, "typed": typed}, variant, part


def homework(variant: Variant, part: VariantPart, typed: str) -> PartVerdict:
    """What the homework says to the part when nothing else is answered."""
    marked = variant.question.numeric.marking.mark(variant.cells, {part.id: typed})
    return next(verdict for verdict in marked.parts if verdict.id == part.id)


def named(variant: Variant, verdict: PartVerdict) -> tuple[str, str]:
    """The sentence that the card knows by itself, and the deck's for the mistakes."""
    if verdict.outcome == "unreadable" or verdict.mistakes[:1] in {
        ("other-prefix",),
        ("other-part",),
    }:
        return verdict.feedback.in_("zh"), ""
    listed = {mistake.id: mistake for mistake in variant.question.numeric.marking.mistakes}
    known = [listed[mistake] for mistake in verdict.mistakes if mistake in listed]
    if not known or verdict.feedback.in_("en").startswith("Two things at once."):
        return "", ""
    says = [html(mistake.says.in_("en")) for mistake in known]
    if len(says) == 1:
        return "", says[0]
    several = verdict.feedback.in_("zh").partition("。")[0] + "："
    return several, f"<ul>{''.join(f'<li>{one}</li>' for one in says)}</ul>"


def test_the_card_marks_as_the_homework_does(mark: Mark) -> None:
    """On every numeric question both find the same answers right, wrong and unreadable.

    Both say the same to listed mistakes, alone or with others of the same number, to the other
    prefix and to the other box; pairs made at once and mistakes that the question doesn't list
    are the homework's alone.
    """
    asked = list(answers())
    found = mark(NUMBERS, [row for row, _, _ in asked])
    wrong = []
    seen = set()
    for (row, variant, part), card in zip(asked, found, strict=True):
        verdict = homework(variant, part, row["typed"])
        said = (card["why"] or {"zh": ""})["zh"], card["html"]
        by_itself = verdict.mistakes[0] if said[0] and not said[1] and verdict.mistakes else ""
        seen.add((verdict.outcome, by_itself, said[1].count("<p>")))
        if (KINDS[verdict.outcome], named(variant, verdict)) != (card["kind"], said):
            wrong.append((variant.question.id, part.id, row["typed"], verdict, card))
    assert [] == wrong
    assert {
        ("right", "", 0),
        ("right", "", 1),
        ("wrong", "", 0),
        ("wrong", "", 1),
        ("wrong", "", 2),
        ("wrong", "other-prefix", 0),
        ("wrong", "other-part", 0),
        ("unreadable", "", 0),
    } <= seen
    assert len(asked) > 2000


HANDS = {"several": "ABD", "one": "B"}
TYPED = [
    *(
        "A",
        "b",
        "A, B, D",
        "abd",
        "d b a",
        "A and B and D",
        "Ａ，Ｂ、Ｄ",
        "a和b和d",
        "A;B&D",
        "ABBD",
    ),
    *("", " ", "X", "AX", "Z, A", "and", "A?", "1", "A1", "ABCD", "，", "band", "ａ"),
]


@pytest.mark.parametrize("holding", HANDS.values(), ids=HANDS)
def test_letters_are_read_as_the_homework_reads_them(mark: Mark, holding: str) -> None:
    """However the letters are written, both readers take the same ones, or say why not."""
    options = tuple(
        Option(letter, letter, letter in holding, Text("", ""), Text("", "")) for letter in "ABCD"
    )
    key = ChoiceKey("choice", options, single=len(holding) == 1)
    data = {"true": holding, "single": key.single}
    rows = [{"data": data, "known": list("ABCD"), "typed": typed} for typed in TYPED]
    for typed, card in zip(TYPED, mark(LETTERS, rows), strict=True):
        verdict = mark_choice(key, typed)
        assert KINDS[verdict.outcome] == card["kind"], typed
        assert (verdict.read_as or "") == card["read"], typed
        if verdict.outcome == "unreadable":
            assert verdict.feedback.as_dict() == card["why"], typed


POINTS = """return rows.map(({ point, typed }) => judgedPoint(point, typed).kind);"""
FOUND = {"right": "found", "wrong": "opposite", "held": "held", "unreadable": "held"}


def said() -> Iterator[tuple[Row, str]]:
    """What may be said to every point of the bank's lists, and what the homework finds."""
    for question in load_bank().values():
        if not isinstance(question.content, Enumeration):
            continue
        keys = [key for key in make_variant(question, "").keys if isinstance(key, KeyPoint)]
        samples = [
            text
            for item in question.content.items
            for texts in item.samples.values()
            for text in texts
        ]
        for key in keys:
            point = {"accept": key.accept, "others": key.others, "reject": key.reject}
            wordings = (*key.accept, *key.reject, *key.others[:2], *samples)
            for text in wordings:
                spoken = (f"No, {text}!", f"{text}? No, less so", f"not {text}", f"不{text}")
                for typed in (text, text.upper(), *spoken, "？"):
                    verdict = mark_key_point(key, typed)
                    yield {"point": point, "typed": typed}, FOUND[verdict.outcome]


def test_the_card_finds_key_points_as_the_homework_does(mark: Mark) -> None:
    """On every item of the bank's lists both find the same texts right, wrong and undecided."""
    asked = list(said())
    found: list[Any] = mark(POINTS, [row for row, _ in asked])
    expected = [outcome for _, outcome in asked]
    wrong = [
        (row["typed"], one, other)
        for (row, one), other in zip(asked, found, strict=True)
        if one != other
    ]
    assert [] == wrong
    assert {"found", "opposite", "held"} == set(expected)
    assert len(asked) > 1000


GAPS = [
    ("largest", "the Largest", "found"),
    ("2,359,808", "2359808", "found"),
    ("×", "×", "found"),
    ("×", "+", "held"),
    ("没有", "没有", "found"),
    ("no", "some", "held"),
]


def test_a_gap_is_found_in_its_own_words(mark: Mark) -> None:
    """Case, articles and the grouping of digits don't matter, and signs count where no word is."""
    work = "return rows.map(({ hidden, typed }) => judgedGap(hidden, typed).kind);"
    found: list[Any] = mark(work, [{"hidden": gap, "typed": typed} for gap, typed, _ in GAPS])
    assert [outcome for _, _, outcome in GAPS] == found
