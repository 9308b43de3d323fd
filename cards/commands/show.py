"""`gradeck show`: one variant of a question."""

import json
from pathlib import Path

import click

from cards.commands import options
from cards.printing.terminal import variant_lines
from cards.variants.variant import make_variant


@click.command()
@click.argument("question")
@click.option("--seed", default="1", show_default=True, help="Any text; it fixes the numbers.")
@click.option("--key", is_flag=True, help="Add answers, worked steps and every mistake's number.")
@options.language
@options.bank
@options.as_json
def show(question: str, seed: str, lang: str, banks: tuple[Path, ...], **flags: bool) -> None:
    """Show one variant of QUESTION, such as cnn/pooled-size."""
    variant = make_variant(options.chosen_bank(banks).find(question), seed)
    if flags["as_json"]:
        shown = variant.with_key() if flags["key"] else variant.public()
        click.echo(json.dumps({**shown, "seed": seed}, ensure_ascii=False, indent=2))
        return
    for line in variant_lines(variant, lang, key=flags["key"]):
        click.echo(line)
