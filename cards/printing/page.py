"""A variant as the pieces of a web page: safe HTML, a figure, and of answers only what may show."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from cards.mathematics.formulas import step_equations
from cards.printing.figure import variant_figure
from cards.printing.names import naming
from cards.question import Enumeration
from cards.texts.rendering import html, html_inline, plain_text
from cards.variants.variant import Variant, VariantPart
from grader.marking.choices import ChoiceKey
from grader.numerals import numeral
from grader.quantities import unit_named


@dataclass(frozen=True, slots=True)
class PrintedOption:
    """A statement to choose: its letter and words; its truth and reason once solved."""

    letter: str
    says: str
    holds: bool | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PrintedStep:
    """A step of a worked solution: a sentence of theory and the equations, each HTML.

    `line` is the worksheet's line that it works out.
    """

    says: str
    equations: tuple[str, ...]
    line: str = ""


@dataclass(frozen=True, slots=True)
class PrintedPart:
    """An answer box: `ask`, `steps` and `reason`s are HTML, the rest is plain text."""

    id: str
    ask: str
    unit: str
    rule: str
    points: str
    single: bool = False
    options: tuple[PrintedOption, ...] = ()
    answer: str = ""
    steps: tuple[PrintedStep, ...] = ()

    @property
    def solved(self) -> bool:
        """Whether the answer is printed with it."""
        return bool(self.answer)


@dataclass(frozen=True, slots=True)
class PrintedVariant:
    """A variant in one language; all is HTML but `kind`, `source` and `figure` (SVG)."""

    kind: str
    title: str
    text: str
    figure: str
    hints: tuple[str, ...]
    parts: tuple[PrintedPart, ...]
    note: str = ""
    source: str = ""


def print_variant(
    variant: Variant, language: str, *, solved: Collection[str] | None = ()
) -> PrintedVariant:
    """The variant's pieces; answers and steps only of the parts that are `solved` (None: all).

    The figure shows an asked number once its part is solved. Hints come all: who may see one
    is the page's to decide.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> from cards.variants.dealing import make_variant
    >>> variant = make_variant(pooled, "1")
    >>> [part.ask for part in print_variant(variant, "zh").parts]
    ['池化后特征图的高是多少？', '宽是多少？']
    """
    question = variant.question
    if solved is None:
        solved = [part.id for part in variant.parts]
    open_parts = [part for part in variant.parts if part.id not in solved]
    note = variant.note if not open_parts else None
    return PrintedVariant(
        kind=question.kind,
        title=html_inline(question.title.in_(language)),
        text=html(variant.text.in_(language)),
        figure=variant_figure(variant, language, solved=solved),
        hints=tuple(html(hint.in_(language)) for hint in variant.hints),
        parts=tuple(
            _part(variant, part, language, solved=part.id in solved) for part in variant.parts
        ),
        note=html(note.in_(language)) if note else "",
        source=question.source,
    )


def _part(variant: Variant, part: VariantPart, language: str, *, solved: bool) -> PrintedPart:
    unit = unit_named(part.unit).says.in_(language) if part.unit else ""
    rule = part.precision.says().in_(language) if part.precision else ""
    options: tuple[PrintedOption, ...] = ()
    single = False
    if isinstance(part.key, ChoiceKey):
        single = part.key.single
        options = tuple(
            PrintedOption(
                option.letter,
                html_inline(option.says.in_(language)),
                option.holds if solved else None,
                html_inline(option.reason.in_(language)) if solved else "",
            )
            for option in part.options
        )
    return PrintedPart(
        id=part.id,
        ask=html_inline(part.ask.in_(language)),
        unit=unit,
        rule=rule,
        points=numeral(part.points),
        single=single,
        options=options,
        answer=_answer(variant, part, language) if solved else "",
        steps=_steps(variant, part, language) if solved else (),
    )


def _answer(variant: Variant, part: VariantPart, language: str) -> str:
    """The right answer as plain text; of a key point the wording in this language."""
    content = variant.question.content
    for item in content.items if isinstance(content, Enumeration) else ():
        if item.id == part.id:
            return plain_text(item.answer.in_(language))
    return variant.right(part.key)["display"]


def _steps(variant: Variant, part: VariantPart, language: str) -> tuple[PrintedStep, ...]:
    called = naming(variant.question, language)
    return tuple(
        PrintedStep(
            html_inline(step.says.in_(language)) if step.says else "",
            step_equations(step, called),
            step.name,
        )
        for step in variant.steps(part.id)
    )


def steps_once(parts: Iterable[PrintedPart]) -> Iterator[tuple[PrintedStep, ...]]:
    """Of each part the steps that no earlier one has worked, each sentence at its first step."""
    worked: set[str] = set()
    for part in parts:
        steps: list[PrintedStep] = []
        for step in part.steps:
            if step.line not in worked:
                said = any(step.says == other.says for other in steps)
                steps.append(replace(step, says="") if said else step)
        worked.update(step.line for step in part.steps)
        yield tuple(steps)
