"""Why submissions can't be marked under a corrected question, with how many: true sentences."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from grader.wording import Text

_WHY: Final = {
    "none-holds": Text(
        "None of the statements that were dealt holds any more: no answer would be right.",
        "发到的陈述现在没有一项成立：怎样作答都不会对。",
    ),
    "other-statements": Text(
        "Statements that were dealt are no longer in the question: {names}.",
        "发到的陈述已不在题目里：{names}。",
    ),
    "other-draws": Text(
        "The question now draws numbers that were not drawn then: {names}.",
        "题目现在要用当时没有抽取的数：{names}。",
    ),
    "no-value": Text(
        "The question's formulas have no value for the numbers that were dealt.",
        "题目的公式对当时的数字没有结果。",
    ),
    "other-kind": Text("The question is of another kind now.", "题目的类型已经改变。"),
    "other-parts": Text(
        "The question no longer has a part that was answered.", "题目里已没有当时作答的小题。"
    ),
}
_FAILED: Final = Text("Marking failed: {why}.", "批改没有完成：{why}。")


def unmarked(reasons: Iterable[str]) -> list[dict[str, Any]]:
    """Each reason with its count and its sentence, the most frequent first.

    A reason is a short name and what it is about, as the marking process gives it.

    >>> [(one["reason"], one["count"]) for one in unmarked(["none-holds", "none-holds", "x"])]
    [('none-holds', 2), ('failed', 1)]
    """
    counted = Counter(reasons)
    return [
        {"reason": name, "count": count, "says": says.as_dict()}
        for reason, count in counted.most_common()
        for name, says in (_sentence(reason),)
    ]


def _sentence(reason: str) -> tuple[str, Text]:
    name, _, names = reason.partition(" ")
    if name in _WHY:
        return name, _WHY[name].format(names=names)
    return "failed", _FAILED.format(why=reason)
