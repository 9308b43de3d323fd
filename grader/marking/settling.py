"""Settling: a person decides what the key points could not, and the verdict's points follow.

Verdicts are taken and given in the form of their JSON, as they are stored.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from grader.arithmetic import whole
from grader.errors import GradeckError, UnknownNameError
from grader.marking.points import as_json
from grader.marking.verdict import PartVerdict
from grader.wording import Text

Verdict = Mapping[str, Any]

_SAYS: Final = {
    True: Text("A person read this: right.", "老师看过：正确。"),
    False: Text("A person read this: not yet.", "老师看过：还不对。"),
}


_CREDITED: Final = Text(
    "The question was at fault here: the points are yours.", "这道题有误，这些分数归你。"
)


def part_found(said: Verdict) -> PartVerdict:
    """What was found about a part, as it was before it became JSON.

    Points are fractions that their decimals stand for.

    >>> said = {"id": "a", "raw": "1", "read_as": "1", "outcome": "wrong", "points": 0.3333333333,
    ...         "mistakes": ["x"], "carried_from": None, "feedback": {"en": "No.", "zh": "不对。"}}
    >>> part_found(said).points
    Fraction(1, 3)
    """
    points = whole(Fraction(str(said["points"])).limit_denominator(10_000))
    return PartVerdict(
        id=said["id"],
        raw=said["raw"],
        read_as=said["read_as"],
        outcome=said["outcome"],
        points=points,
        mistakes=tuple(said["mistakes"]),
        carried_from=said["carried_from"],
        feedback=Text(**said["feedback"]),
    )


class NotHeldError(GradeckError):
    """The part does not wait for a person."""


def settled(verdict: Verdict, part_id: str, points: float, *, right: bool) -> dict[str, Any]:
    """The verdict with a held part decided; `points` is what the part is worth.

    A part that a person has settled may be settled again. Raises UnknownNameError for a part
    that isn't there and NotHeldError for one that was marked by itself.

    >>> part = {"id": "batch", "raw": "fewer", "outcome": "held", "points": 0}
    >>> done = settled({"score": 0, "out_of": 1, "parts": [part]}, "batch", 1, right=True)
    >>> done["score"], done["parts"][0]["outcome"], done["parts"][0]["settled"]
    (1, 'right', True)
    """
    found = next((part for part in verdict["parts"] if part["id"] == part_id), None)
    if found is None:
        raise UnknownNameError("part", part_id, [part["id"] for part in verdict["parts"]])
    if not (found["outcome"] == "held" or found.get("settled")):
        message = f"part {part_id!r} is {found['outcome']}: only what is held waits for a person"
        raise NotHeldError(message)
    new = {
        **found,
        "outcome": "right" if right else "wrong",
        "points": points if right else 0,
        "feedback": _SAYS[right].as_dict(),
        "settled": True,
    }
    parts = [new if part["id"] == part_id else part for part in verdict["parts"]]
    # A score of JSON is a decimal: added up as such, not as binary fractions.
    score = sum((Fraction(str(part["points"])) for part in parts), Fraction())
    return {**verdict, "score": as_json(whole(score)), "parts": parts}


def credited(verdict: Verdict, worth: Mapping[str, Fraction]) -> dict[str, Any]:
    """The verdict with every part given its full points, whatever was answered.

    `worth` tells the parts' points. Raises UnknownNameError for a part that it doesn't have.

    >>> part = {"id": "batch", "raw": "1", "outcome": "wrong", "points": 0, "mistakes": ["x"]}
    >>> full = credited({"score": 0, "out_of": 2, "parts": [part]}, {"batch": Fraction(2)})
    >>> full["score"], full["parts"][0]["outcome"], full["parts"][0]["mistakes"]
    (2, 'right', [])
    """
    for part in verdict["parts"]:
        if part["id"] not in worth:
            raise UnknownNameError("part", part["id"], worth)
    parts = [
        {
            **part,
            "outcome": "right",
            "points": as_json(whole(worth[part["id"]])),
            "mistakes": [],
            "carried_from": None,
            "feedback": _CREDITED.as_dict(),
            "settled": True,
        }
        for part in verdict["parts"]
    ]
    points = as_json(whole(sum((worth[part["id"]] for part in parts), Fraction())))
    return {**verdict, "score": points, "out_of": points, "parts": parts}


def still_settled(before: Verdict, after: Verdict) -> Verdict:
    """A new verdict on the same answers, with what a person settled in the one before.

    Only where the new one still can't decide: what it marks by itself counts.

    >>> held = {"id": "batch", "raw": "fewer", "outcome": "held", "points": 0}
    >>> fresh = {"score": 0, "out_of": 1, "parts": [held]}
    >>> still_settled(settled(fresh, "batch", 1, right=True), fresh)["score"]
    1
    """
    held = {part["id"] for part in after["parts"] if part["outcome"] == "held"}
    for part in before["parts"]:
        if part.get("settled") and part["id"] in held:
            right = part["outcome"] == "right"
            after = settled(after, part["id"], part["points"], right=right)
    return after
