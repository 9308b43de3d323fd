"""A mistake: a wrong rule in place of a right one, with a sentence that leads on from it."""

from dataclasses import dataclass, field

from grader.wording import Text
from grader.worksheet import Line, Rewrite


@dataclass(frozen=True, eq=False)
class Mistake:
    """A named wrong rule. Its sentence says what was done, and asks what leads on.

    `accepted` is for a way of working that earns the points, and is only named.

    >>> from grader.worksheet import replacing_rules
    >>> forgot = Mistake("no-bias", replacing_rules({"conv.parameters": "kernel**2"}), Text("", ""))
    >>> forgot.id
    'no-bias'
    """

    id: str
    rewrite: Rewrite = field(repr=False)
    says: Text
    accepted: bool = False


def both_at_once(first: Mistake, second: Mistake) -> Rewrite:
    """The rewrite of two mistakes made together; where both touch a line, the first one's.

    >>> from grader.worksheet import line, replacing_rules
    >>> one, other = (
    ...     Mistake(name, replacing_rules({name: "1"}), Text("", "")) for name in ("a", "b")
    ... )
    >>> rewrite = both_at_once(one, other)
    >>> [rewrite(line(name, "2")).rule.formula.value({}) for name in ("a", "b", "c")]
    [1, 1, 2]
    """

    def rewrite(line: Line) -> Line:
        wrong = first.rewrite(line)
        return second.rewrite(line) if wrong is line else wrong

    return rewrite
