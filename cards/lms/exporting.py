"""An export: the file of a format, and what it cannot carry, question by question."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cards.lms.choosing import Filled, Group, Wish, filled
from cards.lms.format import Layout, LmsFormat
from cards.lms.item import LmsItem, NumberBox
from cards.lms.losses import LOSSES, lost, lost_lines
from grader.errors import Fault, QuestionError


@dataclass(frozen=True, slots=True)
class Exported:
    """The file, how many questions and variants it has, and what is lost of each question."""

    content: bytes
    questions: int
    items: int
    losses: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """The report for people: each question with what it loses, then what that means."""
        for question, names in self.losses.items():
            yield f"{question}: without {', '.join(LOSSES[name].short['en'] for name in names)}"
        if self.losses:
            yield ""
        yield from lost_lines(self.losses, "en")
        yield from self.notes


def make_export(
    lms: LmsFormat,
    groups: Sequence[Group],
    wish: Wish,
    layout: Layout,
    on_group: Callable[[], object] = lambda: None,
) -> Exported:
    """The questions of these groups in a format; the same bytes for the same wish.

    Raises QuestionError for what the format cannot hold, with every fault of every question: what
    several variants have alike is told of the first.
    """
    done: list[Filled] = []
    for each in filled(groups, wish):
        done.append(each)
        on_group()
    try:
        content = lms.write(done, layout)
    except QuestionError as error:
        raise QuestionError(_once(error.faults)) from None
    losses: dict[str, tuple[str, ...]] = {}
    for each in done:
        for item in each.items:
            names = lost(item, lms.losses(layout))
            before = losses.get(item.question, ())
            losses[item.question] = (*before, *(name for name in names if name not in before))
    items = [item for each in done for item in each.items]
    return Exported(
        content=content,
        questions=len(losses),
        items=len(items),
        losses={question: names for question, names in losses.items() if names},
        notes=(*_fewer(done, wish), *_picks(done), *_swallowed(items)),
    )


def _once(faults: Sequence[Fault]) -> Sequence[Fault]:
    """The faults, but those that differ from an earlier one in the variant's number alone."""
    found: dict[object, Fault] = {}
    for fault in faults:
        question, _, _ = fault.field.partition("#")
        found.setdefault((fault.file, question, fault.expected, fault.got), fault)
    return list(found.values())


def _fewer(done: Sequence[Filled], wish: Wish) -> Iterator[str]:
    for each in done:
        for question, count in each.fewer.items():
            yield f"{question}: {count} variants, not {wish.variants}: there are no more"


def _picks(done: Sequence[Filled]) -> Iterator[str]:
    for each in done:
        if each.group.pick > 1:
            yield f"{' / '.join(each.group.path)}: draw {each.group.pick} questions from it"


def _swallowed(items: Sequence[LmsItem]) -> Iterator[str]:
    """Mistakes whose number counts as right, since it lies within the right one's tolerance."""
    found: Counter[tuple[str, str, str]] = Counter()
    for item in items:
        for box in item.boxes:
            if isinstance(box, NumberBox):
                right = box.replies[0]
                found.update(
                    (item.question, box.id, mistake)
                    for reply in box.replies[1:]
                    if reply.share != 1 and right.low < reply.high and reply.low < right.high
                    for mistake in reply.mistakes
                )
    for (question, part, mistake), count in found.items():
        times = f"in {count} variants" if count > 1 else "in a variant"
        yield f"{question}: {part}: {times} {mistake} lies within the tolerance of the right answer"
