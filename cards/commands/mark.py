"""`gradeck mark`: answers to a variant, read and marked."""

import json
from collections.abc import Iterable
from pathlib import Path

import click

from cards.commands import options
from cards.exam.keys import read_key
from cards.printing.terminal import verdict_lines
from cards.variants.dealing import make_variant
from cards.variants.variant import mark_variant


@click.command()
@click.argument("question")
@click.argument("answers", nargs=-1, required=True, metavar="PART=TEXT...")
@click.option("--seed", metavar="TEXT", help="The seed with which the variant was shown.")
@options.key_file("--key-file", "--key")
@options.language
@options.bank
@options.as_json
def mark(
    question: str,
    answers: tuple[str, ...],
    *,
    seed: str | None,
    key_file: Path | None,
    lang: str,
    banks: tuple[Path, ...],
    **flags: bool,
) -> None:
    """Mark answers to the variant of QUESTION that SEED gives, each as PART=TEXT.

    With --key-file the variant is the one of a dealt exam; QUESTION may be its number there.
    """
    raw = read_pairs(answers)
    options.only_one_source(seed, key_file, banks)
    if key_file is not None:
        key = read_key(key_file)
        verdict = key.place(question).mark(raw, key.carried_share)
    elif seed is not None:
        verdict = mark_variant(make_variant(options.chosen_bank(banks).find(question), seed), raw)
    else:
        message = "Missing option '--seed'; or name a dealt exam's key with --key-file"
        raise click.UsageError(message)
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
