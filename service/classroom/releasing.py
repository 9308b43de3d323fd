"""Before release: what a verdict on homework does not say yet.

A number's diagnosis leads on and names no result. The reasons of statements that were
misjudged are the answer key itself, so they wait for the release with the solution.
"""

from collections.abc import Mapping
from typing import Any, Final

CHOICE: Final = "choice"
LATER: Final = {
    "en": "Some statement was misjudged. The reasons are shown once the solution is released.",
    "zh": "有的说法判断有误。公布解答之后会显示理由。",
}


def held_back(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict as a student may see it before release: points, and no statement's reason.

    >>> part = {"id": "choice", "outcome": "wrong", "mistakes": ["s1"], "feedback": {"en": "C: no"}}
    >>> held_back({"score": 0, "parts": [part]})["parts"][0]["mistakes"]
    []
    """
    return {**verdict, "parts": [_part(part) for part in verdict["parts"]]}


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    if part["id"] != CHOICE or part["outcome"] != "wrong":
        return dict(part)
    return {**part, "mistakes": [], "feedback": LATER}
