"""The options that several commands share."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cards.loading.bank import BANK, Bank, load_bank

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_KEYS_SEED = re.compile(r"[0-9a-f]{64}(?:[0-9a-f]{2})?")

language: Decorator = click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language."
)
as_json: Decorator = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
bank: Decorator = click.option(
    "--bank",
    "banks",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="PATH",
    help="A folder or file of questions, instead of those that come with Gradeck.",
)


def key_file(*names: str) -> Decorator:
    """The option that names a dealt exam's key, under these names."""
    return click.option(
        *names,
        "key_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A key that `gradeck exam` dealt: its numbers and the plan's points.",
    )


def only_one_source(seed: str | None, key_file: Path | None, banks: tuple[Path, ...]) -> None:
    """A usage error for a seed or a bank beside a key; a hint for a key's seed without its key."""
    if key_file is not None:
        for name, given in (("--seed", seed), ("--bank", banks)):
            if given:
                message = f"expected --key-file or {name}, got both; a key has its own"
                raise click.UsageError(message)
    elif seed is not None and _KEYS_SEED.fullmatch(seed):
        hint = "this is a key's seed, taken as any text: its numbers are other ones here"
        click.echo(f"gradeck: --seed: {hint}; pass --key-file DIR/keys/ID.json", err=True)


def chosen_bank(banks: tuple[Path, ...]) -> Bank:
    """The questions of the chosen folders, or those that come with Gradeck."""
    return load_bank(banks or (BANK,))
