"""`gradeck show`: one variant of a question."""

import json
from pathlib import Path

import click

from cards.commands import options
from cards.exam.keys import read_key
from cards.printing.terminal import variant_lines
from cards.variants.dealing import make_variant


@click.command()
@click.argument("question")
@click.option("--seed", metavar="TEXT", help="Any text; it fixes the numbers.  [default: 1]")
@options.key_file("--key-file")
@click.option("--key", is_flag=True, help="Add answers, worked steps and every mistake's number.")
@options.language
@options.bank
@options.as_json
def show(
    question: str,
    *,
    seed: str | None,
    key_file: Path | None,
    lang: str,
    banks: tuple[Path, ...],
    **flags: bool,
) -> None:
    """Show one variant of QUESTION, such as cnn/pooled-size.

    With --key-file it is the one of a dealt exam; QUESTION may be its number there.
    """
    options.only_one_source(seed, key_file, banks)
    if key_file is not None:
        variant = read_key(key_file).place(question).printed
    else:
        seed = "1" if seed is None else seed
        variant = make_variant(options.chosen_bank(banks).find(question), seed)
    if flags["as_json"]:
        shown = variant.with_key() if flags["key"] else variant.public()
        shown["seed"] = variant.seed.hex() if seed is None else seed
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for line in variant_lines(variant, lang, key=flags["key"]):
        click.echo(line)
