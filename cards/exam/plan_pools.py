"""Which questions the places of a plan may take; each question stands in one place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cards.documents.entry import Entry
from cards.question import MARKED, Question


@dataclass
class Pools:
    """The bank, and which of its questions the plan has already: each stands in one place."""

    bank: Mapping[str, Question]
    taken: set[str] = field(default_factory=set)

    def named(self, entries: Iterable[Entry]) -> tuple[Question, ...]:
        """The questions that these entries name."""
        found = []
        for entry in entries:
            name = entry.value
            if not isinstance(name, str) or name not in self.bank:
                entry.unknown("the id of a question", self.bank)
            elif not self.bank[name].content.marked:
                got = f"{name!r}, which is {self.bank[name].kind}"
                entry.note("a question that is marked", got, "take another")
            elif self.bank[name].retired:
                got = f"{name!r}, which is retired"
                entry.note("a question that is dealt", got, "take another")
            elif name in self.taken:
                entry.note("each question in one place", f"{name!r} again", "remove one of them")
            else:
                self.taken.add(name)
                found.append(self.bank[name])
        return tuple(found)

    def drawn(self, fields: Mapping[str, Entry]) -> tuple[Question, ...]:
        """The questions that a draw may take: none that stands elsewhere, in the order of ids."""
        tags = [entry.text() for entry in fields["tags"].items()] if "tags" in fields else []
        known = {part for question in self.bank.values() for part in tags_of(question)}
        for entry in fields["tags"].items() if "tags" in fields else ():
            if entry.value not in known:
                entry.unknown("a tag of the bank", known, str(entry.value))
        levels = _read_levels(fields)
        kind = fields["kind"].choice(MARKED) if "kind" in fields else ""
        barred = (
            {entry.value for entry in fields["except"].items()} if "except" in fields else set()
        )
        found = tuple(
            question
            for name, question in sorted(self.bank.items())
            if question.kind in ({kind} if kind else MARKED)
            and not question.retired
            and name not in self.taken | barred
            and question.level in levels
            and (not tags or not tags_of(question).isdisjoint(tags))
        )
        self.taken |= {question.id for question in found}
        return found


def tags_of(question: Question) -> set[str]:
    """A question's tags and all above them: cnn::memory is also cnn.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> sorted(tags_of(pooled))
    ['cnn', 'cnn::pooling', 'cnn::size']
    """
    return {
        "::".join(tag.split("::")[: depth + 1])
        for tag in question.tags
        for depth in range(tag.count("::") + 1)
    }


def _read_levels(fields: Mapping[str, Entry]) -> set[int]:
    if "level" not in fields:
        return {1, 2, 3}
    entry = fields["level"]
    entries = entry.items() if isinstance(entry.value, list) else [entry]
    return {inner.whole(1, 3) for inner in entries}
