"""What a question file says, as frozen values; `cards.loading.bank` makes them.

A question is what all kinds share, and the content of its kind:

    kind      content
    numeric   Numeric       draws, a worksheet, parts with an answer key each, the mistakes
    basic     Fact          a front and a back
    cloze     Cloze         a text with gaps {{c1::...}}
    list      Enumeration   one focused card for each item, marked by its key points
    choice    Choice        a pool of true and false statements, of which a variant deals a few

Who must tell kinds apart matches on the content and ends in `assert_never`: so the type checker
names every place that another kind must visit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Final, Literal

from cards.figures import Figure
from grader.arithmetic import Number
from grader.cnn.network import Network
from grader.formula import Formula
from grader.marking.numbers import AnswerKey, Marking
from grader.mistakes import Mistake
from grader.wording import Text
from grader.worksheet import Line, Worksheet

Kind = Literal["numeric", "basic", "cloze", "list", "choice"]


@dataclass(frozen=True, slots=True)
class Part:
    """One answer box: what it asks, and the key of its answer."""

    id: str
    ask: Text
    key: AnswerKey


@dataclass(frozen=True, slots=True)
class Constraint:
    """A comparison that a variant's numbers must meet, with its text as the author wrote it."""

    text: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a choice question: whether it holds, and why.

    `excludes` are the ids of statements that are never dealt beside it, in either direction.
    A pinned one stands last in its hand.
    """

    id: str
    holds: bool
    says: Text
    reason: Text
    excludes: frozenset[str] = frozenset()
    pinned: bool = False

    def excluding(self, other: "Statement") -> bool:
        """Whether the two are never dealt in the same hand."""
        return other.id in self.excludes or self.id in other.excludes


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of an enumeration: its cue, its answer, and other wordings of it by language.

    Wordings of `reject` are wrong. `samples` are answers by what they must be decided to be.
    """

    id: str
    cue: Text
    answer: Text
    accept: Mapping[str, tuple[str, ...]]
    reject: Mapping[str, tuple[str, ...]]
    samples: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Numeric:
    """Numbers that differ between variants, and what is asked about them.

    `told` lists, for each mistake that variants must tell apart, the parts where; those in
    `mostly` need not show in every variant. `names` tells, by language, what draws and lines are
    called where worked steps show them.
    """

    kind: ClassVar[Kind] = "numeric"
    marked: ClassVar[bool] = True
    varies: ClassVar[bool] = True

    draws: Mapping[str, Sequence[Number]] = field(repr=False)
    worksheet: Worksheet = field(repr=False)
    parts: tuple[Part, ...]
    require: tuple[Constraint, ...] = ()
    network: Network | None = field(default=None, repr=False)
    mistakes: tuple[Mistake, ...] = ()
    others: tuple[Mistake, ...] = ()
    told: Mapping[str, frozenset[str]] = field(default_factory=dict)
    mostly: frozenset[str] = frozenset()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)

    @property
    def points(self) -> dict[str, Number]:
        """What each part earns."""
        return {part.id: part.key.points for part in self.parts}

    @cached_property
    def core(self) -> Worksheet:
        """The part of the worksheet that drawing and marking solve.

        Those are the lines that the answers, right and wrong, and the requirements rest on.
        """
        asked = {part.key.line for part in self.parts}
        while True:
            core = self.worksheet.only(asked)
            read = {name for line in core.lines for name in self._read_wrongly(line)}
            missing = {name for name in read if name in self.worksheet and name not in core}
            if not missing:
                return core
            asked |= missing

    def _read_wrongly(self, line: Line) -> Iterator[str]:
        """The cells that a mistake's line in this line's place reads."""
        for mistake in (*self.mistakes, *self.others):
            yield from mistake.rewrite(line).sources

    @cached_property
    def marking(self) -> Marking:
        """What marks the answers of every variant."""
        keys = [part.key for part in self.parts]
        return Marking(self.core, keys, self.mistakes, self.others, told=self.told)


@dataclass(frozen=True, slots=True)
class Fact:
    """A back to the question's text: one fact."""

    kind: ClassVar[Kind] = "basic"
    marked: ClassVar[bool] = False
    varies: ClassVar[bool] = False

    answer: Text

    @property
    def points(self) -> dict[str, Number]:
        """Nothing: nobody marks it."""
        return {}


@dataclass(frozen=True, slots=True)
class Cloze:
    """Nothing beside the question's text, which has gaps."""

    kind: ClassVar[Kind] = "cloze"
    marked: ClassVar[bool] = False
    varies: ClassVar[bool] = False

    @property
    def points(self) -> dict[str, Number]:
        """Nothing: nobody marks it."""
        return {}


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The entries of a list."""

    kind: ClassVar[Kind] = "list"
    marked: ClassVar[bool] = True
    varies: ClassVar[bool] = False

    items: tuple[Item, ...]

    @property
    def points(self) -> dict[str, Number]:
        """A point for each item."""
        return {item.id: 1 for item in self.items}


@dataclass(frozen=True, slots=True)
class Choice:
    """A pool of statements; a variant deals `pick`, of which from `right[0]` to `right[1]` hold."""

    kind: ClassVar[Kind] = "choice"
    marked: ClassVar[bool] = True
    varies: ClassVar[bool] = True
    part: ClassVar[str] = "choice"

    statements: tuple[Statement, ...]
    pick: int
    right: tuple[int, int]

    @property
    def single(self) -> bool:
        """Whether one statement holds in every variant."""
        return self.right == (1, 1)

    @property
    def points(self) -> dict[str, Number]:
        """A point for the whole."""
        return {self.part: 1}


Content = Numeric | Fact | Cloze | Enumeration | Choice
CONTENTS: Final[tuple[type[Content], ...]] = (Numeric, Fact, Cloze, Enumeration, Choice)
KINDS: Final = tuple(content.kind for content in CONTENTS)
MARKED: Final = tuple(content.kind for content in CONTENTS if content.marked)


@dataclass(frozen=True, eq=False)
class Question:
    """A question: what all kinds share, and the `content` of its kind.

    `document` is its source as canonical JSON: whoever keeps it can make the same question
    again after the file has changed. `content_hash` is the hash of that text.
    `lines` has the line of each field in the file.
    """

    id: str
    content: Content
    title: Text
    text: Text
    level: int
    tags: tuple[str, ...]
    hints: tuple[Text, ...]
    source: str
    figure: Figure | None
    note: Text | None
    retired: bool
    document: str = field(repr=False)
    content_hash: str
    where: str
    lines: Mapping[str, int] = field(repr=False)

    @property
    def kind(self) -> Kind:
        """The kind's name in files, lists and answers."""
        return self.content.kind

    @property
    def numeric(self) -> Numeric:
        """The content of a question that is known to be numeric; TypeError for another."""
        if not isinstance(self.content, Numeric):
            message = f"{self.id} is {self.kind}, not numeric"
            raise TypeError(message)
        return self.content

    @property
    def points(self) -> Number:
        """What the question earns by itself."""
        return sum(self.content.points.values(), start=0)

    @property
    def topic(self) -> str:
        """The part of the id before the slash, such as `cnn`."""
        return self.id.partition("/")[0]

    @property
    def line(self) -> int:
        """The line where the question begins."""
        return self.line_of("")

    def line_of(self, field: str) -> int:
        """The line of a field such as `parts[1].ask.zh`; of the nearest around it that has one."""
        while field and field not in self.lines:
            field = field[: max(field.rfind("."), field.rfind("["), 0)]
        return self.lines.get(field, 1)

    @property
    def place(self) -> str:
        """The file and line where the question stands."""
        return f"{self.where}:{self.line}"
