"""Reading a choice question: its pool of statements, and how a hand is dealt from it."""

from collections.abc import Mapping, Sequence
from typing import Final

from cards.documents.entry import Entry
from cards.documents.prose import read_prose
from cards.loading.concepts import refuse_repeated
from cards.loading.question_fields import STATEMENT, known
from cards.question import Choice, Statement
from grader.naming import nearest_hint
from grader.wording import LANGUAGES

_MOST_STATEMENTS: Final = 10


def read_choice(fields: Mapping[str, Entry]) -> Choice:
    """The pool of statements and how a variant deals from it."""
    statements = _read_statements(fields["statements"]) if "statements" in fields else []
    pick = fields["pick"].whole(2, _MOST_STATEMENTS) if "pick" in fields else 2
    right = _read_right(fields["right"], pick) if "right" in fields else (1, 1)
    if "statements" in fields and "right" in fields:
        _check_enough(fields["statements"], statements, pick, right)
    return Choice(tuple(statements), pick, right)


def _read_statements(entry: Entry) -> list[Statement]:
    statements = []
    for statement in entry.items():
        inner = statement.mapping(known(STATEMENT))
        if {"id", "holds", "says", "reason"} <= inner.keys():
            excludes = inner["excludes"].items() if "excludes" in inner else ()
            statements.append(
                Statement(
                    inner["id"].identifier(),
                    inner["holds"].truth(),
                    read_prose(inner["says"]),
                    read_prose(inner["reason"]),
                    frozenset(other.identifier() for other in excludes),
                    pinned=inner["pin"].truth() if "pin" in inner else False,
                )
            )
    ids = [statement.id for statement in statements]
    refuse_repeated(entry, ids)
    for language in LANGUAGES:
        said = [statement.says.in_(language) for statement in statements]
        refuse_repeated(entry, said, "statement")
    for statement in entry.items() if isinstance(entry.value, list) else ():
        if statement.has("excludes") and isinstance(statement.at("excludes").value, list):
            _check_excludes(statement, ids)
    return statements


def _check_excludes(statement: Entry, ids: Sequence[str]) -> None:
    """Note what is excluded and is no other statement of the pool."""
    own = statement.at("id").value
    for other in statement.at("excludes").items():
        if other.value == own:
            other.note("another statement", repr(own), "leave it out")
        elif isinstance(other.value, str) and other.value not in ids:
            other.note("the id of a statement", repr(other.value), nearest_hint(other.value, ids))


def _check_enough(
    entry: Entry, statements: Sequence[Statement], pick: int, right: tuple[int, int]
) -> None:
    """Note where the pool is too small for some hand, whatever its statements exclude."""
    pools = {truth: [s for s in statements if s.holds is truth] for truth in (True, False)}
    for truth, dealt, word in ((True, right[1], "true"), (False, pick - right[0], "false")):
        if len(pools[truth]) < dealt:
            got = f"{len(pools[truth])} of {len(statements)}"
            entry.note(f"{dealt} {word} statements or more", got, "add some")
            return
    for holding in range(right[0], right[1] + 1):
        failing = pick - holding
        lost_true = _most_lost(pools[True], pools[True], holding - 1)
        lost_false = _most_lost(pools[False], pools[True], holding)
        lost_false += _most_lost(pools[False], pools[False], failing - 1)
        for truth, lost, dealt in ((True, lost_true, holding), (False, lost_false, failing)):
            if len(pools[truth]) - lost < dealt:
                word = "true" if truth else "false"
                expected = f"{dealt} {word} statements or more beside those already dealt"
                got = f"perhaps {len(pools[truth]) - lost}, as so many exclude each other"
                entry.note(expected, got, "add some, or exclude fewer")
                return


def _most_lost(pool: Sequence[Statement], dealt_from: Sequence[Statement], dealt: int) -> int:
    """The most statements of a pool that so many dealt ones can exclude."""
    lost = [sum(one.excluding(other) for other in pool) for one in dealt_from]
    return sum(sorted(lost, reverse=True)[: max(dealt, 0)])


def _read_right(entry: Entry, pick: int) -> tuple[int, int]:
    """How many of the dealt statements hold: the fewest and the most."""
    value = entry.value
    if isinstance(value, list):
        bounds = [inner.whole(1, pick) for inner in entry.items()]
        if len(bounds) != 2 or bounds[0] > bounds[1]:
            entry.note("a number, or [from, to]", cure="write for instance [1, 3]")
            return 1, 1
        return bounds[0], bounds[1]
    number = entry.whole(1, pick)
    return number, number
