"""The option of the service's commands that says where its files are."""

import os
from pathlib import Path

import click

from cards.commands import options


def _use(ctx: click.Context, param: click.Parameter, folder: Path | None) -> None:
    """Let the settings read it as if it had been set in the environment."""
    del ctx, param
    if folder is not None:
        os.environ["GRADECK_DATA"] = str(folder)


data_folder: options.Decorator = click.option(
    "--data",
    type=options.PATH,
    metavar="DIR",
    callback=_use,
    expose_value=False,
    help="The folder of the service's files, instead of GRADECK_DATA.",
)
