"""Questions of the bank as notes of the deck: one for each language, one for each list item."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final, assert_never

from cards.deck.building import SHELVES
from cards.deck.card_pages import choice_fields, concept_fields, numeric_fields
from cards.deck.note import RETIRED_TAG, DeckNote, note_fields
from cards.deck.note_types import BASIC, CHOICE, CLOZE, LIST, NUMERIC, NoteType
from cards.question import Choice, Cloze, Enumeration, Fact, Item, Numeric, Question
from cards.texts.rendering import html_inline
from cards.variants.dealing import make_variant
from cards.variants.draws import seed_for
from cards.variants.variant import Variant
from grader.wording import SPOKEN, Text

HOMEWORK_TAG: Final = "homework"
VARIANTS: Final = 40
_ATTEMPTS: Final = 3 * VARIANTS
# Whoever has the deck has its answers: the seed only has to repeat, and be of its own purpose.
_SECRET: Final = b"gradeck deck"

_RETIRED: Final = Text(
    "This card was retired: its question is no longer part of the course. You may suspend it.",
    "此卡片已停用：对应的题目不再属于本课程，可以将它暂停。",
)


def note_keys(question: Question) -> list[str]:
    """The keys of all notes that a question has in the deck, in every language.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> note_keys(pooled)
    ['cnn/pooled-size en', 'cnn/pooled-size zh']
    """
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

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> [question.id for question in selected([pooled], "cnn")], selected([pooled], "queueing")
    (['cnn/pooled-size'], [])
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
        Language=SPOKEN[language].tag,
        Source=escape(question.source, quote=False),
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
            return NUMERIC, numeric_fields(drawn, language)
        case Choice():
            return CHOICE, choice_fields(drawn, language)
        case Cloze():
            return CLOZE, concept_fields(make_variant(question, ""), language)
        case Enumeration():
            answer = item.answer if item else None
            return LIST, concept_fields(make_variant(question, ""), language, item, answer)
        case Fact(answer):
            return BASIC, concept_fields(make_variant(question, ""), language, answer=answer)
        case never:
            assert_never(never)


def deck_variants(question: Question, most: int = VARIANTS) -> list[Variant]:
    """The first of the deck's different telling variants, the same for a question's version.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> len(deck_variants(pooled, 3))
    3
    """
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
