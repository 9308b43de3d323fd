"""What a format for other systems is: a name, a sentence, what writes it, what it cannot carry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cards.lms.choosing import Filled
from cards.lms.making import Joined, Speech, alone


@dataclass(frozen=True, slots=True)
class Layout:
    """How a writer is asked to write: parts apart, lists as pairs, and a name for the whole.

    `part_of` tells which part of the title's questions it is: two parts are two quizzes, and so
    are two languages.
    """

    title: str = "Gradeck"
    part_of: str = ""
    language: str = "en"
    apart: bool = False
    matching: bool = False

    @property
    def name(self) -> str:
        """What a quiz is called, and known by when it is imported again.

        >>> Layout(part_of="cnn::pooling").name
        'Gradeck: cnn::pooling'
        """
        return f"{self.title}: {self.part_of}" if self.part_of else self.title


@dataclass(frozen=True, slots=True)
class LmsFormat:
    """A format that learning management systems read.

    `title` is what people call it. `write` gives the file's bytes, and raises QuestionError with
    every fault that the system would swallow. `loses` are names of the table of losses; those of
    parts that are written apart are `loses_apart`. `joined` is for formats that hold several
    languages.
    """

    name: str
    title: str
    says: str
    suffix: str
    write: Callable[[Sequence[Filled], Layout], bytes]
    loses: tuple[str, ...]
    loses_apart: tuple[str, ...] = ()
    joined: Joined | None = None

    @property
    def several_languages(self) -> bool:
        """Whether one file holds a question in several languages."""
        return self.joined is not None

    @property
    def join(self) -> Joined:
        """What joins the texts in several languages; in others there is one text alone."""
        return self.joined or alone

    def speech(self, languages: tuple[str, ...]) -> Speech:
        """How the texts in these languages become one."""
        return Speech(languages, self.join if len(languages) > 1 else alone)

    def losses(self, layout: Layout) -> tuple[str, ...]:
        """The names of what it cannot carry in that layout."""
        return self.loses_apart if layout.apart and self.loses_apart else self.loses
