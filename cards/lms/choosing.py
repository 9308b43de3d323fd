"""What is exported: the groups of a quiz, each with its questions and so many variants of them."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cards.exam.plan import ExamPlan, Slot
from cards.exam.plan_pools import tags_of
from cards.lms.item import LmsItem, scaled
from cards.lms.making import Speech, make_item
from cards.question import Question
from cards.texts.rendering import plain_text
from cards.variants.dealing import make_variant
from cards.variants.draws import seed_for
from cards.variants.variant import Variant
from grader.arithmetic import Number
from grader.errors import GradeckError, UnknownNameError

MOST_VARIANTS: Final = 500
# Without a secret anybody who has the bank makes the same numbers.
OPEN_SECRET: Final = b"gradeck export"
_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of which a student gets `pick`; `path` is where they stand, from the outside in.

    `scale` tells, by question, what its points are multiplied by.
    """

    path: tuple[str, ...]
    questions: tuple[Question, ...]
    pick: int = 1
    scale: Mapping[str, Fraction] | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """What is exported, what it is called, and what an answer with a known mistake earns.

    `part_of` tells which part of the questions with that title they are.
    """

    groups: tuple[Group, ...]
    title: str = "Gradeck"
    part_of: str = ""
    mistake_share: Number = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """A group with its items, and the questions that have fewer variants than were asked for."""

    group: Group
    items: tuple[LmsItem, ...]
    fewer: Mapping[str, int]

    @property
    def points(self) -> Number:
        """What a student can earn with the questions that are drawn."""
        return self.group.pick * max((item.points for item in self.items), default=0)


@dataclass(frozen=True, slots=True)
class Wish:
    """How many variants of each question are made, in which languages, from which secret."""

    speech: Speech
    variants: int = 1
    secret: bytes = OPEN_SECRET
    mistake_share: Number = 0


def bank_selection(bank: Mapping[str, Question], names: Sequence[str], tag: str) -> Selection:
    """The questions of these ids, or with a tag, with their own points; all without either.

    Raises UnknownNameError for a name that the bank doesn't have, and GradeckError for none left.
    """
    part_of = ", ".join(filter(None, (*names, tag)))
    return Selection(tuple(bank_groups(chosen(bank, names, tag))), part_of=part_of)


def plan_selection(plan: ExamPlan) -> Selection:
    """The questions of an exam's plan with the plan's points, called as the exam is."""
    title = plain_text(plan.title.in_(plan.languages[0]))
    return Selection(tuple(plan_groups(plan)), title, mistake_share=plan.mistake_share)


def bank_groups(questions: Collection[Question]) -> list[Group]:
    """A group for each question, below its topic; one whose title is another's too has its id."""
    titles = {question.id: plain_text(question.title.in_("en")) for question in questions}
    counted = Counter((question.topic, titles[question.id]) for question in questions)
    return [
        Group(
            (question.topic, title if counted[question.topic, title] == 1 else question.id),
            (question,),
        )
        for question in questions
        for title in (titles[question.id],)
    ]


def plan_groups(plan: ExamPlan) -> list[Group]:
    """A group for each slot of the plan, in its order, with the plan's points."""
    return [
        _slot_group(number, slot, plan.languages[0])
        for number, slot in enumerate(plan.slots, start=1)
    ]


def _slot_group(number: int, slot: Slot, language: str) -> Group:
    first = plain_text(slot.pool[0].title.in_(language))
    more = f" +{len(slot.pool) - 1}" if len(slot.pool) > 1 else ""
    scale = {question.id: slot.scale(question) for question in slot.pool}
    return Group((f"{number:02} {first}{more}",), slot.pool, slot.count, scale)


def chosen(bank: Mapping[str, Question], names: Sequence[str], tag: str) -> list[Question]:
    """The questions of these ids, or with this tag or one below it; all that are not retired.

    Raises UnknownNameError for a name that the bank doesn't have, and GradeckError for none left.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> [question.id for question in chosen({pooled.id: pooled}, [], "cnn")]
    ['cnn/pooled-size']
    """
    for name in names:
        if name not in bank:
            raise UnknownNameError("question", name, bank)
    known = {part for question in bank.values() for part in tags_of(question)}
    if tag and tag not in known:
        raise UnknownNameError("tag", tag, known)
    found = [
        bank[name]
        for name in (dict.fromkeys(names) or bank)
        if (not tag or tag in tags_of(bank[name])) and (names or not bank[name].retired)
    ]
    if not found:
        message = "no question is left to export: the questions named don't have that tag"
        raise GradeckError(message)
    return found


def filled(groups: Sequence[Group], wish: Wish) -> Iterator[Filled]:
    """Each group with its items."""
    for group in groups:
        items: list[LmsItem] = []
        fewer: dict[str, int] = {}
        for question in group.questions:
            variants = different_variants(question, wish.variants, wish.secret)
            if len(variants) < wish.variants and question.content.varies:
                fewer[question.id] = len(variants)
            scale = group.scale[question.id] if group.scale else Fraction(1)
            items += (
                scaled(make_item(variant, number, wish.speech, wish.mistake_share), scale)
                for number, variant in enumerate(variants, start=1)
            )
        yield Filled(group, tuple(items), fewer)


def different_variants(question: Question, count: int, secret: bytes) -> list[Variant]:
    """The first so many different variants of a question; all that it has where those are fewer.

    The same for the same version of the question and secret; the first ones stay when more are
    asked for.
    """
    if not question.content.varies:
        return [make_variant(question, "")]
    found: dict[object, Variant] = {}
    for attempt in range(_ATTEMPTS * count + 20):
        if len(found) == count:
            break
        seed = seed_for(
            secret, "export", question.id, question.content_hash, who="", attempt=attempt
        )
        variant = make_variant(question, seed)
        found.setdefault(variant.identity, variant)
    return list(found.values())
