"""The options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cards.loading.bank import BANK, Bank, load_bank

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

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


def chosen_bank(banks: tuple[Path, ...]) -> Bank:
    """The questions of the chosen folders, or those that come with Gradeck."""
    return load_bank(banks or (BANK,))
