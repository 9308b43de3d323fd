"""What a question file says, as frozen values; `cards.loading.bank` makes them.

numeric   draws, a worksheet, parts with an answer key each, the mistakes to tell apart
basic     a front and a back: one fact
cloze     a text with gaps {{c1::...}}
list      an enumeration: one focused card for each item, marked by its key points
choice    a pool of true and false statements, from which each variant deals a few
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from cards.figures import Figure
from grader.arithmetic import Number
from grader.cnn.network import Network
from grader.formula import Formula
from grader.marking.numbers import AnswerKey, Marking
from grader.mistakes import Mistake
from grader.wording import Text
from grader.worksheet import Line, Worksheet

Kind = Literal["numeric", "basic", "cloze", "list", "choice"]
KINDS: Final[tuple[Kind, ...]] = ("numeric", "basic", "cloze", "list", "choice")


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
    """One entry of an enumeration: its cue, its answer, and other wordings of it by language."""

    id: str
    cue: Text
    answer: Text
    accept: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Question:
    """A question of any kind; what doesn't belong to its kind is empty.

    `document` is its source as canonical JSON: whoever keeps it can make the same question
    again after the file has changed. `content_hash` is the hash of that text.
    `told` lists, for each mistake that variants must tell apart, the parts where; those in
    `mostly` need not show in every variant. `names` tells, by language, what draws and lines are
    called where worked steps show them. `lines` has the line of each field in the file.
    """

    id: str
    kind: Kind
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

    # numeric
    draws: Mapping[str, Sequence[Number]] = field(default_factory=dict, repr=False)
    require: tuple[Constraint, ...] = ()
    network: Network | None = field(default=None, repr=False)
    worksheet: Worksheet | None = field(default=None, repr=False)
    parts: tuple[Part, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    others: tuple[Mistake, ...] = ()
    told: Mapping[str, frozenset[str]] = field(default_factory=dict)
    mostly: frozenset[str] = frozenset()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)

    # concepts
    answer: Text | None = None
    items: tuple[Item, ...] = ()
    statements: tuple[Statement, ...] = ()
    pick: int = 0
    right: tuple[int, int] = (1, 1)

    @cached_property
    def core(self) -> Worksheet:
        """The part of the worksheet that drawing and marking solve.

        Those are the lines that the answers, right and wrong, and the requirements rest on.
        """
        sheet = self.worksheet or Worksheet(())
        asked = {part.key.line for part in self.parts}
        while True:
            core = sheet.only(asked)
            read = {name for line in core.lines for name in self._read_wrongly(line)}
            missing = {name for name in read if name in sheet and name not in core}
            if not missing:
                return core
            asked |= missing

    def _read_wrongly(self, line: Line) -> Iterator[str]:
        """The cells that a mistake's line in this line's place reads."""
        for mistake in (*self.mistakes, *self.others):
            yield from mistake.rewrite(line).sources

    @cached_property
    def marking(self) -> Marking:
        """What marks the answers of every variant of this numeric question."""
        keys = [part.key for part in self.parts]
        return Marking(self.core, keys, self.mistakes, self.others, told=self.told)

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
