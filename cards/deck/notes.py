"""Questions of the bank as notes of the deck: one for each language, one for each list item."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import Final, assert_never

from cards.deck.building import SHELVES
from cards.deck.card_pages import (
    ChoiceVariant,
    DealtStatement,
    LiveMistake,
    LivePart,
    LiveVariant,
    choice_fields,
    numeric_fields,
    prompt_side,
)
from cards.deck.note import RETIRED_TAG, DeckNote, note_fields
from cards.deck.note_types import BASIC, CHOICE, CLOZE, LIST, NUMERIC, NoteType
from cards.mathematics.formulas import step_equations
from cards.printing.figure import variant_figure
from cards.printing.names import naming
from cards.printing.terminal import ABOVE
from cards.question import Choice, Cloze, Enumeration, Fact, Item, Numeric, Question
from cards.texts.rendering import html, html_inline
from cards.variants.dealing import make_variant
from cards.variants.draws import seed_for
from cards.variants.variant import Variant, VariantPart
from grader.marking.choices import ChoiceKey
from grader.marking.numbers import AnswerKey
from grader.step import Step
from grader.wording import Text

HOMEWORK_TAG: Final = "homework"
VARIANTS: Final = 40
_ATTEMPTS: Final = 3 * VARIANTS
# Whoever has the deck has its answers: the seed only has to repeat, and be of its own purpose.
_SECRET: Final = b"gradeck deck"

_RETIRED: Final = Text(
    "This card was retired: its question is no longer part of the course. You may suspend it.",
    "此卡片已停用：对应的题目不再属于本课程，可以将它暂停。",
)
_LANGUAGE_TAGS: Final = {"en": "en", "zh": "zh-Hans"}


def note_keys(question: Question) -> list[str]:
    """The keys of all notes that a question has in the deck, in every language."""
    return [_key(question, language, item) for language in SHELVES for item in _items(question)]


def notes_of(question: Question, languages: Sequence[str]) -> Iterator[DeckNote]:
    """The question's notes in these languages."""
    drawn = deck_variants(question)
    for language in languages:
        for item in _items(question):
            yield _note(question, language, item, drawn)


def selected(questions: Iterable[Question], tag: str, *, homework: bool = False) -> list[Question]:
    """The deck's questions with that tag or one below it; all of them for no tag.

    A tag `cnn` holds all of `cnn::memory`. A question tagged `homework` takes minutes: it is no
    card, unless `homework` asks for it, or the tag itself does.
    """
    with_homework = homework or tag == HOMEWORK_TAG
    return [
        question
        for question in questions
        if (not tag or any(f"{own}::".startswith(f"{tag}::") for own in question.tags))
        and (with_homework or HOMEWORK_TAG not in question.tags)
    ]


def _items(question: Question) -> tuple[Item | None, ...]:
    content = question.content
    return content.items if isinstance(content, Enumeration) else (None,)


def _key(question: Question, language: str, item: Item | None) -> str:
    return " ".join(filter(None, (question.id, language, item.id if item else "")))


def _note(
    question: Question, language: str, item: Item | None, drawn: Sequence[Variant]
) -> DeckNote:
    key = _key(question, language, item)
    note_type, sides = _sides(question, language, item, drawn)
    fields = note_fields(
        Key=key,
        Title=html_inline(question.title.in_(language)),
        Language=_LANGUAGE_TAGS[language],
        Source=escape(question.source),
        Notice=_RETIRED.in_(language) if question.retired else "",
        **sides,
    )
    return DeckNote(
        key,
        note_type,
        SHELVES[language].name,
        (*question.tags, RETIRED_TAG) if question.retired else question.tags,
        fields,
        level=question.level,
        retired=question.retired,
    )


def _sides(
    question: Question, language: str, item: Item | None, drawn: Sequence[Variant]
) -> tuple[NoteType, dict[str, str]]:
    """The type of a question's note, and its fields Front, Back and Data."""
    match question.content:
        case Numeric():
            shown = [live_variant(variant, language) for variant in drawn]
            return NUMERIC, numeric_fields(shown, language)
        case Choice():
            return CHOICE, choice_fields([_hand(variant, language) for variant in drawn], language)
        case Cloze():
            return CLOZE, _concept_fields(question, language)
        case Enumeration():
            cue, answer = (item.cue, item.answer) if item else (None, None)
            return LIST, _concept_fields(question, language, cue, answer)
        case Fact(answer):
            return BASIC, _concept_fields(question, language, answer=answer)
        case never:
            assert_never(never)


def _concept_fields(
    question: Question, language: str, cue: Text | None = None, answer: Text | None = None
) -> dict[str, str]:
    """The sides of a concept card: the prompt with its cue, the answer with the note."""
    below = f'<p class="gk-cue">{html_inline(cue.in_(language))}</p>' if cue else ""
    back = "".join(html(text.in_(language)) for text in (answer, question.note) if text)
    return {"Front": _prompt(question, language, below), "Back": back}


def _prompt(question: Question, language: str, cue: str = "") -> str:
    figure = variant_figure(make_variant(question, ""), language)
    return prompt_side(
        html(question.text.in_(language)) + cue,
        figure=figure,
        hints=[html(hint.in_(language)) for hint in question.hints],
        language=language,
    )


def deck_variants(question: Question, most: int = VARIANTS) -> list[Variant]:
    """The first of the deck's different telling variants, the same for a question's version."""
    if not question.content.varies:
        return []
    found: dict[object, Variant] = {}
    for attempt in range(_ATTEMPTS):
        if len(found) == most:
            break
        seed = seed_for(
            _SECRET, "deck", question.id, question.content_hash, who="", attempt=attempt
        )
        variant = make_variant(question, seed)
        found.setdefault(variant.identity, variant)
    return list(found.values())


def live_variant(variant: Variant, language: str) -> LiveVariant:
    """A variant of a numeric question as its card shows and marks it."""
    worked: set[str] = set()
    return LiveVariant(
        text=html(variant.text.in_(language)),
        figure=variant_figure(variant, language),
        hints=tuple(html(hint.in_(language)) for hint in variant.hints),
        note=html(variant.note.in_(language)) if variant.note else "",
        parts=tuple(
            _live_part(variant, part, part.key, language, worked)
            for part in variant.parts
            if isinstance(part.key, AnswerKey)
        ),
    )


def _live_part(
    variant: Variant, part: VariantPart, key: AnswerKey, language: str, worked: set[str]
) -> LivePart:
    """A part on the card; its solution leaves out the lines that an earlier part's worked."""
    led_to = variant.mistaken[part.id]
    marking = variant.question.numeric.marking
    told_first = sorted(
        marking.touching(key), key=lambda mistake: part.id not in marking.told.get(mistake.id, ())
    )
    steps = variant.steps(part.id)
    new = [step for step in steps if step.name not in worked]
    above = f"<p>{ABOVE.in_(language)}</p>" if len(new) < len(steps) else ""
    live = LivePart(
        ask=html(part.ask.in_(language)),
        right=variant.cells[key.line],
        unit=key.unit,
        precision=key.precision,
        percent=key.percent,
        binary_prefixes=key.binary_prefixes,
        steps=above + _steps(new, language, naming(variant.question, language)),
        mistakes=tuple(
            LiveMistake(
                mistake.id,
                led_to.get(mistake.id),
                html(mistake.says.in_(language)),
                mistake.accepted,
            )
            for mistake in told_first
        ),
    )
    worked.update(step.name for step in steps)
    return live


def _steps(steps: Sequence[Step], language: str, called: Callable[[str], str]) -> str:
    """The steps as a list; a rule that holds for many lines is said at the first of them."""
    items = ""
    said: set[Text] = set()
    for step in steps:
        says = ""
        if step.says and step.says not in said:
            said.add(step.says)
            says = html_inline(step.says.in_(language))
        equations = " ".join(
            f'<span class="gk-eq">{one}</span>' for one in step_equations(step, called)
        )
        items += f'<li>{says}<div class="gk-work">{equations}</div></li>'
    return f"<ol>{items}</ol>" if items else ""


def _hand(variant: Variant, language: str) -> ChoiceVariant:
    return ChoiceVariant(
        text=html(variant.text.in_(language)),
        statements=tuple(
            DealtStatement(
                option.letter,
                html(option.says.in_(language)),
                option.holds,
                html(option.reason.in_(language)),
            )
            for key in variant.keys
            if isinstance(key, ChoiceKey)
            for option in key.options
        ),
        hints=tuple(html(hint.in_(language)) for hint in variant.hints),
        note=html(variant.note.in_(language)) if variant.note else "",
    )
