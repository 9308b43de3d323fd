"""What was found about a student's answers, and how each kind of finding is made.

A part's verdict is made by the constructor that is named after its kind: `right`, `wrong`,
`carried` (wrong, and followed through from an earlier wrong answer), `held` or `unreadable`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from grader.arithmetic import Number
from grader.marking.points import as_json
from grader.wording import Text

# "held" waits for a human: only free text can be, never a number.
Outcome = Literal["right", "wrong", "unreadable", "held"]

CORRECT: Final = Text("Correct.", "正确。")
NOT_YET: Final = Text("Not yet.", "还不对。")
_CARRIED: Final = Text(
    "Worked correctly from your answer to part {part}, so the points are yours.",
    "由你在 {part} 部分的答案正确推出，因此得分。",
)
_HELD: Final = Text(
    "Not recognised for certain: a person will look at it.", "无法确定，将由人工评阅。"
)


class ReadAnswer(NamedTuple):
    """What a student wrote in a part's box, and what it was read as."""

    part: str
    raw: str
    read_as: str


@dataclass(frozen=True, slots=True)
class PartVerdict:
    """What was found about one part's answer.

    `mistakes` are the ids of what explains it: of wrong rules, or of misjudged statements.

    >>> answer = ReadAnswer("total", "12.5 MB", "12.5 MB")
    >>> PartVerdict.right(answer, 2).points
    2
    >>> PartVerdict.carried(answer, 2, "parameters").feedback.in_("en")
    'Worked correctly from your answer to part parameters, so the points are yours.'
    """

    id: str
    raw: str
    read_as: str | None
    outcome: Outcome
    points: Number
    mistakes: tuple[str, ...]
    carried_from: str | None
    feedback: Text

    @classmethod
    def right(
        cls,
        answer: ReadAnswer,
        points: Number,
        feedback: Text = CORRECT,
        *,
        mistakes: Iterable[str] = (),
    ) -> "PartVerdict":
        """A right answer; `mistakes` has the one that is accepted, where it was reached by one."""
        return cls(*answer, "right", points, tuple(mistakes), None, feedback)

    @classmethod
    def wrong(
        cls,
        answer: ReadAnswer,
        feedback: Text = NOT_YET,
        *,
        mistakes: Iterable[str] = (),
        points: Number = 0,
    ) -> "PartVerdict":
        """A wrong answer, with what explains it; `points` for what is right in it all the same."""
        return cls(*answer, "wrong", points, tuple(mistakes), None, feedback)

    @classmethod
    def carried(
        cls, answer: ReadAnswer, points: Number, source: str, *, mistakes: Iterable[str] = ()
    ) -> "PartVerdict":
        """A wrong answer that follows correctly from the wrong answer to the part `source`."""
        feedback = _CARRIED.format(part=source)
        return cls(*answer, "wrong", points, tuple(mistakes), source, feedback)

    @classmethod
    def held(cls, answer: ReadAnswer) -> "PartVerdict":
        """An answer that a human must judge: it earns nothing yet."""
        return cls(*answer, "held", 0, (), None, _HELD)

    @classmethod
    def unreadable(cls, part: str, raw: str, reason: Text) -> "PartVerdict":
        """An answer that can't be read, and why."""
        return cls(part, raw, None, "unreadable", 0, (), None, reason)

    def as_dict(self) -> dict[str, object]:
        """The verdict on the part as JSON."""
        return {
            "id": self.id,
            "raw": self.raw,
            "read_as": self.read_as,
            "outcome": self.outcome,
            "points": as_json(self.points),
            "mistakes": list(self.mistakes),
            "carried_from": self.carried_from,
            "feedback": self.feedback.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about all parts, in their order."""

    parts: tuple[PartVerdict, ...]
    out_of: Number

    @property
    def score(self) -> Number:
        """The points earned."""
        return sum((part.points for part in self.parts), start=0)

    def as_dict(self) -> dict[str, object]:
        """The verdict as JSON."""
        return {
            "score": as_json(self.score),
            "out_of": as_json(self.out_of),
            "parts": [part.as_dict() for part in self.parts],
        }
