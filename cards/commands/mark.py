"""`gradeck mark`: answers to a variant, read and marked."""

import json
from collections.abc import Iterable
from pathlib import Path

import click

from cards.commands import options
from cards.printing.terminal import verdict_lines
from cards.variants.variant import make_variant, mark_variant


@click.command()
@click.argument("question")
@click.argument("answers", nargs=-1, required=True, metavar="PART=TEXT...")
@click.option("--seed", required=True, help="The seed with which the variant was shown.")
@options.language
@options.bank
@options.as_json
def mark(
    question: str,
    answers: tuple[str, ...],
    seed: str,
    lang: str,
    banks: tuple[Path, ...],
    **flags: bool,
) -> None:
    """Mark answers to the variant of QUESTION that SEED gives, each as PART=TEXT."""
    variant = make_variant(options.chosen_bank(banks).find(question), seed)
    verdict = mark_variant(variant, read_pairs(answers))
    if flags["as_json"]:
        click.echo(json.dumps(verdict.as_dict(), ensure_ascii=False, indent=2))
        return
    for line in verdict_lines(verdict, lang):
        click.echo(line)


def read_pairs(answers: Iterable[str]) -> dict[str, str]:
    """The texts by part; a usage error for one without `=` and for a part given twice.

    >>> read_pairs(["parameters=(3*3*3+1)*100", "peak=12 = 12"])
    {'parameters': '(3*3*3+1)*100', 'peak': '12 = 12'}
    """
    raw: dict[str, str] = {}
    for answer in answers:
        part, equals, text = answer.partition("=")
        if not equals:
            message = f"expected PART=TEXT, got {answer!r}; write for instance total=903400"
            raise click.UsageError(message)
        if part in raw:
            message = f"expected each part once, got {part!r} again; give one answer for it"
            raise click.UsageError(message)
        raw[part] = text
    return raw
