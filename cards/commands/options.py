"""The options that several commands share, and the one style of all of them.

Each has a line of help that ends in a full stop and, where it takes a value, a word in capitals
for it; a default is shown. A file that is not there is told of when it is read, as for everything
else that is read: so all say it in the same words, and with the same exit code.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from cards.loading.bank import BANK, Bank, load_bank
from grader.errors import GradeckError
from grader.wording import CHOICES, LANGUAGES

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class _Path(click.Path):
    """A path; an empty one, as an unset variable of a script gives, would be the folder itself."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """The path, as click's own."""
        if value == "":
            self.fail("the path is empty; write . for the working folder", param, ctx)
        return super().convert(value, param, ctx)


PATH: Final = _Path(path_type=Path)

_LONGEST_SECRET: Final = 10_000  # bytes: longer than any token or password
_KEYS_SEED = re.compile(r"[0-9a-f]{64}(?:[0-9a-f]{2})?")

language: Decorator = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="Language.",
)


def languages(*, default: str, says: str) -> Decorator:
    """The option for one language or all of them; it gives their codes."""
    return click.option(
        "--lang",
        type=click.Choice(list(CHOICES)),
        default=default,
        show_default=True,
        callback=lambda _context, _option, chosen: CHOICES[chosen],
        help=says,
    )


as_json: Decorator = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
bank: Decorator = click.option(
    "--bank",
    "banks",
    type=PATH,
    multiple=True,
    metavar="PATH",
    help="A folder or file of questions, instead of those that come with Gradeck.",
)


def tags(says: str = "Only questions with this tag or one below.") -> Decorator:
    """The option that names a tag of the bank."""
    return click.option("--tags", default="", metavar="TAG", help=says)


def count(name: str, least: int, most: int, says: str, **rest: Any) -> Decorator:  # noqa: ANN401 - click's own
    """An option that takes a whole number from `least` to `most`; its default is shown."""
    return click.option(
        name, *rest.pop("names", ()), type=click.IntRange(least, most), metavar="N", help=says,
        show_default="default" in rest, **rest,
    )  # fmt: skip


def key_file(*names: str) -> Decorator:
    """The option that names a dealt exam's key, under these names."""
    return click.option(
        *names,
        "key_file",
        type=PATH,
        metavar="FILE",
        help="A key that `gradeck exam` dealt: its numbers and the plan's points.",
    )


def secret_text(path: Path, what: str) -> str:
    """The text of a file that keeps a secret, without the line's end.

    Raises GradeckError for what is no text, and for more bytes than any secret has.
    """
    with path.open("rb") as file:
        content = file.read(_LONGEST_SECRET + 1)
    if len(content) > _LONGEST_SECRET:
        message = (
            f"{path}: expected a file with {what}, at most {_LONGEST_SECRET:,} bytes, got more"
        )
        raise GradeckError(message)
    try:
        return content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        message = f"{path}: expected a file with {what}, got bytes that are no text (UTF-8)"
        raise GradeckError(message) from None


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
