"""The sample answers of a list question, marked, and compared with what its author says of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cards.checking.rules import Finding
from cards.question import Enumeration, Question
from cards.variants.dealing import make_variant
from cards.variants.variant import mark_variant


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample answer to an item: what it is said to be, and what it was decided to be."""

    item: str
    text: str
    said: str
    decided: str

    def as_dict(self) -> dict[str, str]:
        """The sample as JSON."""
        said = {"item": self.item, "text": self.text, "said": self.said}
        return {**said, "decided": self.decided}


def samples(question: Question) -> tuple[Sample, ...]:
    """The sample answers of a question, each decided; none where it has none."""
    if not isinstance(question.content, Enumeration):
        return ()
    variant = make_variant(question, "samples")
    return tuple(
        Sample(item.id, text, said, mark_variant(variant, {item.id: text}).parts[place].outcome)
        for place, item in enumerate(question.content.items)
        for said, texts in item.samples.items()
        for text in texts
    )


def look_at_samples(decided: Sequence[Sample]) -> Iterator[Finding]:
    """The samples that are not decided as the file says."""
    for sample in decided:
        if sample.decided != sample.said:
            cure = "add or narrow a wording under `accept:` or `reject:`"
            expected = f"{sample.text!r} to be {sample.said}"
            field = f"items.{sample.item}.{sample.said}"
            yield Finding("sample-decided-otherwise", field, expected, sample.decided, cure)
