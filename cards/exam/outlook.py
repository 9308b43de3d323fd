"""What a paper of a plan would be, in lines, before anything is dealt: `gradeck exam check`."""

from collections.abc import Iterator
from math import log10
from typing import Final

from cards.exam.plan import ExamPlan, Slot
from cards.exam.variant_list import VariantList
from cards.texts.rendering import plain_text
from grader.numerals import numeral

_ENOUGH: Final = 200
_SAMPLE: Final = b"what a paper would be"


def outlook_lines(plan: ExamPlan) -> Iterator[str]:
    """What a paper consists of, and how many different papers there are at least."""
    minutes = f", {plan.minutes} minutes" if plan.minutes else ""
    yield f"{plan.id}: {numeral(plan.points)} points{minutes}"
    magnitude = 0.0
    number = 1
    for section in plan.sections:
        if section.title:
            time = f", {numeral(section.minutes)} minutes" if section.minutes else ""
            title = plain_text(section.title.in_("en"))
            yield f"  {title}: {numeral(section.points)} points{time}"
        for slot in section.slots:
            counts = _variants(plan, slot)
            magnitude += 0 if slot.same else _log_papers(slot, counts)
            yield f"    {_numbers(number, slot.count)}  {_slot_line(slot, counts)}"
            number += slot.count
    yield f"  at least {_power(magnitude)} different papers"


def _variants(plan: ExamPlan, slot: Slot) -> list[int]:
    """How many different variants each question of a slot has, counted up to a class's need."""
    lists = [VariantList(question, _SAMPLE, plan.id) for question in slot.pool]
    for listed in lists:
        listed.has(_ENOUGH)
    return [listed.known() for listed in lists]


def _log_papers(slot: Slot, counts: list[int]) -> float:
    return log10(slot.skeletons) + slot.count * log10(max(min(counts), 1))


def _numbers(first: int, count: int) -> str:
    return f"{first}" if count == 1 else f"{first}-{first + count - 1}"


def _slot_line(slot: Slot, counts: list[int]) -> str:
    worth = numeral(slot.worth(slot.pool[0]))
    points = f"{worth} point{'' if worth == '1' else 's'}"
    points += " each" if slot.count > 1 else ""
    names = ", ".join(question.id for question in slot.pool[:4])
    names += f", … ({len(slot.pool)})" if len(slot.pool) > 4 else ""
    chosen = "" if len(slot.pool) == 1 else f"{slot.count} of "
    fewest = min(counts)
    several = f"{fewest}+" if fewest >= _ENOUGH else f"{fewest}"
    dealt = "everybody the same" if slot.same else f"{several} variants"
    pinned = ", pinned" if slot.pinned else ""
    return f"{chosen}{names}: {points}, {dealt}{pinned}"


def _power(magnitude: float) -> str:
    """A number that may be huge, by its order of magnitude."""
    return f"{int(10**magnitude):,}" if magnitude < 6 else f"10^{int(magnitude)}"
