"""Refusals: what is not done in class, and why; how it is answered is the faces' business."""

from collections.abc import Mapping, Sequence

from grader.errors import FaultsError, GradeckError

# Of more faults than that a reader mends none one by one.
TOLD = 100


class Refusal(GradeckError):  # noqa: N818 - what is refused is nobody's error
    """An act that is not done: a kind, a sentence with the values, the single faults.

    `kind` is a stable short name out of `service.web.kinds`; each of `errors` says where and what.
    """

    def __init__(self, kind: str, detail: str, *, errors: Sequence[Mapping[str, str]] = ()) -> None:
        """Refuse for a reason of this kind."""
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)


def not_found(what: str, name: str) -> Refusal:
    """The refusal for a row that is not there, or not visible to the one who asks."""
    return Refusal("not-found", f"no {what} {name!r}, or not yours to see")


def bad_values(errors: Sequence[Mapping[str, str]]) -> Refusal:
    """The refusal for values that are not as expected, with the faults that are told."""
    return Refusal("bad-values", sentence_of(errors), errors=errors[:TOLD])


def faulty(error: FaultsError, kind: str = "faults") -> Refusal:
    """The refusal for a file or a text with faults: those that are told, each with its place."""
    told = [{"where": fault.where, "message": str(fault)} for fault in error.faults[:TOLD]]
    more = len(error.faults) - len(told)
    lines = [fault["message"] for fault in told] + ([f"and {more:,} more"] if more else [])
    return Refusal(kind, "\n".join(lines), errors=told)


def sentence_of(errors: Sequence[Mapping[str, str]]) -> str:
    """The faults in a sentence: the first of them, and how many more there are.

    >>> sentence_of([{"where": "answers.a", "message": "too long"}])
    'answers.a: too long'
    >>> sentence_of([{"where": "x", "message": "unknown"}] * 102)[-22:]
    'x: unknown; and 2 more'
    """
    told = [f"{fault['where']}: {fault['message']}" for fault in errors[:TOLD]]
    more = [f"and {len(errors) - TOLD:,} more"] if len(errors) > TOLD else []
    return "; ".join([*told, *more])
