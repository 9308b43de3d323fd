"""`gradeck solve`: a network's shapes, parameters, multiply-adds, memory and receptive field."""

import json
import sys
from pathlib import Path

import click

from cards.figures import draw_figure
from cards.network_table import steps_lines, table_lines
from cards.networks import read_network_file
from grader.cnn.network import Network
from grader.cnn.network_lines import network_worksheet
from grader.cnn.solving import as_json, errors_as_json, solution, solve_json_line
from grader.errors import GradeckError, NetworkError


@click.command()
@click.argument("file", metavar="FILE|NAME|-")
@click.option("--steps", is_flag=True, help="Show the worked steps of the totals.")
@click.option("--layer", metavar="ID", help="With --steps: those of this layer.")
@click.option(
    "--figure", type=click.Path(path_type=Path, dir_okay=False), help="Draw the network as SVG."
)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--json", "as_json_", is_flag=True, help="Write JSON.")
def solve(
    file: str, *, steps: bool, layer: str | None, figure: Path | None, lang: str, as_json_: bool
) -> None:
    """Solve a network: a YAML or JSON file, or a name such as resnet50.

    With -, each line of the input is a network as JSON, and is answered by one line of JSON.
    """
    if file == "-":
        _solve_lines()
        return
    try:
        network = read_network_file(file)
        solved = solution(network)
    except NetworkError as error:
        if not as_json_:
            raise
        click.echo(json.dumps(errors_as_json(error), ensure_ascii=False))
        sys.exit(1)
    if figure is not None:
        figure.write_text(_drawing(network, lang), encoding="utf-8")
    if as_json_:
        click.echo(json.dumps(as_json(solved), default=str))
    elif steps or layer is not None:
        sheet = network_worksheet(network)
        ids = [each.id for each in network.layers]
        for line in steps_lines(sheet, sheet.solve(), layer, ids, lang):
            click.echo(line)
    else:
        for line in table_lines(solved):
            click.echo(line)


def _solve_lines() -> None:
    """Answer each line of the input at once, in order; a bad one never stops the rest."""
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", errors="replace")
        sys.stdout.write(solve_json_line(text) + "\n")
        sys.stdout.flush()


def _drawing(network: Network, language: str) -> str:
    sheet = network_worksheet(network)
    drawn = draw_figure(
        "network", sheet.solve(), network=network, asked=frozenset(), language=language
    )
    if not drawn:
        raise GradeckError("this network can't be drawn")
    return drawn
