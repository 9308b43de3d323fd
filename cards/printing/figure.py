"""The figure of a variant, silent on what is still asked."""

from collections.abc import Collection

from cards.figures import SCREEN, Palette, draw_figure, hidden_cells
from cards.question import Numeric
from cards.variants.variant import Variant
from grader.marking.numbers import AnswerKey


def variant_figure(
    variant: Variant,
    language: str = "en",
    *,
    solved: Collection[str] = (),
    palette: Palette = SCREEN,
) -> str:
    r"""The SVG of a variant's figure, empty where its question has none.

    What the parts ask for, and all from which it could be read off, is `?`, but for the parts
    that are `solved`.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> from cards.variants.dealing import make_variant
    >>> variant = make_variant(pooled, "1")
    >>> "output ? × ?" in variant_figure(variant)
    True
    >>> variant_figure(variant, "zh", solved=["height"]).count("?")
    2
    """
    question = variant.question
    if question.figure is None:
        return ""
    if not isinstance(question.content, Numeric):
        return draw_figure(question.figure, {}, language=language, palette=palette)
    network = question.content.network
    open_lines = [
        name
        for part in variant.parts
        if isinstance(part.key, AnswerKey) and part.id not in solved
        for name in (part.key.line, part.key.cell)
        if name
    ]
    fields = [line.name for line in network.lines] if network else []
    asked = hidden_cells(question.content.worksheet, variant.cells, open_lines, fields)
    return draw_figure(
        question.figure,
        variant.cells,
        network=network,
        asked=asked,
        language=language,
        palette=palette,
    )
