"""`gradeck grades`: marks into a gradebook that Moodle or Canvas exported."""

from pathlib import Path

import click

from cards.commands import options
from cards.lms.gradebooks import GRADEBOOKS
from cards.lms.grades import fill
from cards.lms.spreadsheet import load_spreadsheet


@click.command()
@click.argument("name", metavar="SYSTEM", type=click.Choice(list(GRADEBOOKS)))
@click.argument("marks", metavar="MARKS", type=options.PATH)
@click.option(
    "--into", required=True, type=options.PATH, metavar="CSV", help="The exported gradebook."
)
@click.option(
    "--item", required=True, metavar="NAME", help="The column to fill, as it stands in that file."
)
@click.option("-o", "--output", type=options.PATH, metavar="FILE", help="The file to import.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option("--partly", is_flag=True, help="Leave out whom the gradebook doesn't have.")
def grades(
    name: str,
    marks: Path,
    into: Path,
    item: str,
    output: Path | None,
    *,
    dry_run: bool,
    partly: bool,
) -> None:
    """Put MARKS (CSV with id and score) into an item of an exported gradebook."""
    if (output is None) != dry_run:
        message = "expected one of -o FILE and --dry-run: the file to import, or what it would do"
        raise click.UsageError(message)
    filling = fill(
        GRADEBOOKS[name], load_spreadsheet(into), load_spreadsheet(marks), item, partly=partly
    )
    for line in filling.lines():
        click.echo(line)
    if output is not None:
        output.write_bytes(filling.content())
