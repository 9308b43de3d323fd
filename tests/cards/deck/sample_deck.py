"""A small deck of all five kinds made by hand, and a real Anki collection to import it into."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from anki.collection import (
    Collection,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

from cards.deck.building import SHELVES, write_deck
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
from cards.deck.lock import Lock
from cards.deck.note import RETIRED_TAG, DeckNote, note_fields
from cards.deck.note_types import BASIC, CHOICE, CLOZE, LIST, NUMERIC, NoteType
from grader.quantities import Precision

NOW = 1_790_000_000
LATER = NOW + 86_400

SIZES = ((3, 100), (5, 60), (7, 40))
WITHIN_ONE_PERCENT = Precision("within", Fraction(1, 100))


def numeric_variant(kernel: int, filters: int) -> LiveVariant:
    """A layer's parameters and their bytes, for `filters` kernels on a colour image."""
    parameters = (kernel * kernel * 3 + 1) * filters
    no_bias = kernel * kernel * 3 * filters
    steps = (
        "<ol><li>Each filter has its weights and one bias.<math display='block'><mrow><mo>(</mo>"
        f"<mn>{kernel}</mn><mo>·</mo><mn>{kernel}</mn><mo>·</mo><mn>3</mn><mo>+</mo><mn>1</mn>"
        f"<mo>)</mo><mo>·</mo><mn>{filters}</mn><mo>=</mo><mn>{parameters:,}</mn></mrow></math>"
        "</li></ol>"
    )
    forgot = "<p>That counts the weights. What else does each filter have?</p>"
    return LiveVariant(
        text=f"<p>A layer of {filters} filters, {kernel}×{kernel}, reads an RGB image.</p>",
        hints=("<p>Count one filter first.</p>",),
        parts=(
            LivePart(
                "<p>How many parameters does it have?</p>",
                parameters,
                steps=steps,
                mistakes=(LiveMistake("no-bias", no_bias, forgot),),
            ),
            LivePart(
                "<p>How large are they as 32-bit floats?</p>",
                Fraction(parameters * 4, 1024),
                unit="KiB",
                precision=WITHIN_ONE_PERCENT,
                mistakes=(LiveMistake("no-bias", Fraction(no_bias * 4, 1024), forgot),),
            ),
        ),
    )


def hands() -> list[ChoiceVariant]:
    """Two hands of the same statements about pooling."""
    learns = ("<p>Pooling learns nothing.</p>", True, "<p>It has no weights.</p>")
    adds = ("<p>Pooling adds maps.</p>", False, "<p>It gives one map for each.</p>")
    shrinks = ("<p>A stride shrinks maps.</p>", True, "<p>It skips places.</p>")
    prompt = "<p>Which statements are true?</p>"
    return [
        ChoiceVariant(
            prompt,
            tuple(DealtStatement(letter, *one) for letter, one in zip("ABC", hand, strict=True)),
        )
        for hand in ((learns, adds, shrinks), (adds, shrinks, learns))
    ]


def sample_notes(language: str = "en") -> list[DeckNote]:
    """A note of each kind; the cloze makes two cards."""

    def note(kind: NoteType, name: str, level: int, **texts: str) -> DeckNote:
        key = f"sample/{name} {language}"
        spoken = {"en": "en", "zh": "zh-Hans"}[language]
        fields = note_fields(Key=key, Title=name.title(), Language=spoken, **texts)
        tags = ("sample::all",)
        return DeckNote(key, kind, SHELVES[language].name, tags, fields, level=level)

    numbers = numeric_fields([numeric_variant(*size) for size in SIZES], language)
    front = prompt_side("<p>Why share weights?</p>", language=language)
    cue = prompt_side('<p>What helps?</p><p class="gk-cue">the batch</p>', language=language)
    cloze = "<p>Pooling takes the {{c1::largest}} of each {{c2::window}}.</p>"
    return [
        note(NUMERIC, "numbers", 2, **numbers, Source="a book"),
        note(BASIC, "fact", 1, Front=front, Back="<p>Fewer parameters.</p>"),
        note(CLOZE, "gaps", 1, Front=cloze),
        note(LIST, "item", 3, Front=cue, Back="<p>Make it smaller.</p>"),
        note(CHOICE, "statements", 1, **choice_fields(hands(), language)),
    ]


def edited(note: DeckNote, **texts: str) -> DeckNote:
    """The note with other texts in the fields named."""
    old = dict(zip(note_fields_names(), note.fields, strict=True))
    return replace(note, fields=note_fields(**(old | texts)))


def retired(note: DeckNote) -> DeckNote:
    """The note as the deck keeps it when its question is retired."""
    gone = edited(note, Notice="This card was retired.")
    return replace(gone, tags=(*note.tags, RETIRED_TAG), retired=True)


def note_fields_names() -> list[str]:
    """The names of the fields in Anki's order."""
    return [field["name"] for field in BASIC.as_anki(0)["flds"]]


def built(path: Path, notes: list[DeckNote], lock: Lock | None = None, now: int = NOW) -> Lock:
    """The lock after these notes were written to `path`."""
    return write_deck(path, notes, lock or Lock(), now=now).lock


@dataclass(frozen=True)
class Rendered:
    """A card's two sides as the backend renders them, with its style sheet."""

    key: str
    front: str
    back: str
    css: str


class Student:
    """A student's collection."""

    def __init__(self, folder: Path) -> None:
        self.collection = Collection(str(folder / "collection.anki2"))
        self.media = folder / "collection.media"

    def take(self, package: Path) -> dict[str, int]:
        """Import a package as the student would; how many notes were new, updated, ..."""
        request = ImportAnkiPackageRequest(
            package_path=str(package),
            options=ImportAnkiPackageOptions(with_deck_configs=True),
        )
        log = self.collection.import_anki_package(request).log
        # Python's cache of note types is not told of what the backend imported.
        self.collection.models._clear_cache()
        names = ("new", "updated", "duplicate", "conflicting", "empty_first_field")
        counts = {name: len(getattr(log, name)) for name in names}
        return {name: count for name, count in counts.items() if count}

    def rows(self, query: str) -> list[Any]:
        """The rows of a query."""
        assert self.collection.db is not None
        return list(self.collection.db.all(query))

    def rendered(self) -> Iterator[Rendered]:
        """Every card, both sides."""
        for (card_id,) in self.rows("select id from cards order by id"):
            card = self.collection.get_card(card_id)
            output = card.render_output()
            yield Rendered(
                key=card.note().fields[0],
                front=output.question_text,
                back=output.answer_text,
                css=output.css,
            )


@contextmanager
def student() -> Iterator[Student]:
    """A new collection, closed and removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        taken = Student(Path(folder))
        try:
            yield taken
        finally:
            taken.collection.close()
