"""`gradeck solve`: a network's shapes, parameters, multiply-adds, memory and receptive field."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from cards.commands import options
from cards.documents.containing import own_fault
from cards.figures import PAPER, Figure, draw_figure
from cards.networks.files import read_network_file, with_lines
from cards.networks.steps import worked_steps
from cards.networks.table import table_lines
from cards.texts.worked_steps import step_as_json, step_lines
from grader.arithmetic import Number
from grader.cnn.inverse import largest_batch, values_that_give
from grader.cnn.network import Network, read_network
from grader.cnn.network_lines import network_worksheet
from grader.cnn.solving import (
    Solution,
    errors_as_json,
    read_json,
    solution,
    solve_json_line,
)
from grader.cnn.solving import (
    as_json as figures_as_json,
)
from grader.errors import FormulaError, GradeckError, NetworkError
from grader.formula import read
from grader.numerals import grouped, numeral
from grader.reading import Unreadable, read_answer


class Bytes(click.ParamType[Number]):
    """An amount of memory, such as "2 GiB"; a bare number counts bytes."""

    name = "bytes"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Number:
        """The number of bytes."""
        reading = read_answer(str(value), unit="B")
        if isinstance(reading, Unreadable):
            self.fail(f"{value!r} is no amount of memory: {reading.reason.in_('en')}", param, ctx)
        if reading.value < 0:
            self.fail(f"{value!r} is no amount of memory: give 0 B or more", param, ctx)
        return reading.value


class Wanted(click.ParamType[tuple[str, Number]]):
    """A figure and its value, such as conv1.height=55."""

    name = "figure=value"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Number]:
        """The line's name and the number."""
        name, _, number = str(value).partition("=")
        try:
            return name.strip(), read(number.strip().replace(",", "")).value({})
        except FormulaError:
            said = f"{value!r} is no figure with a value, such as conv1.height=55"
            self.fail(said, param, ctx)


@dataclass(frozen=True, slots=True)
class SolveRequest:
    """What was asked besides the figures."""

    steps: bool = False
    layer: str | None = None
    fits: Number | None = None
    vary: str | None = None
    want: tuple[str, Number] | None = None


@click.command()
@click.argument("file", metavar="FILE|NAME|-")
@click.option("--steps", is_flag=True, help="Show the worked steps of the totals.")
@click.option("--layer", metavar="ID", help="Show the worked steps of this layer.")
@click.option("--figure", type=options.PATH, metavar="FILE", help="Draw the network as SVG.")
@click.option(
    "--fits", type=Bytes(), metavar="BYTES",
    help='The largest batch that trains in so much, such as "2 GiB".',
)  # fmt: skip
@click.option("--vary", metavar="LAYER.FIELD", help="With --want: a layer's field to vary.")
@click.option(
    "--want", type=Wanted(), metavar="NAME=VALUE",
    help="With --vary: a figure's value, such as conv1.height=55.",
)  # fmt: skip
@options.language
@options.as_json
def solve(
    file: str,
    *,
    figure: Path | None,
    lang: str,
    as_json: bool,
    **further: Any,  # noqa: ANN401 - click passes each option by its name, and SolveRequest types them
) -> None:
    """Solve a network: a YAML or JSON file, or a name such as resnet50.

    With -, each line of the input is a network as JSON, and is answered by one line of JSON.

    Backwards: --fits gives the largest batch that trains in so much memory; --vary with --want
    gives the values of a field, such as conv1.stride, for which a figure has a value.
    """
    request = SolveRequest(**further)
    if (request.vary is None) != (request.want is None):
        raise click.UsageError("--vary and --want go together")
    if file == "-":
        if figure is not None:
            raise click.UsageError("--figure draws one network: give a file or a name")
        _solve_lines(request)
        return
    try:
        network = read_network_file(file)
        solved = _solution(network, file)
        if figure is not None:
            figure.write_text(_drawing(network, lang), encoding="utf-8")
        answer = _json(solved, request) if as_json else None
    except GradeckError as error:
        if not as_json:
            raise
        click.echo(json.dumps(errors_as_json(error), ensure_ascii=False))
        sys.exit(1)
    if answer is not None:
        click.echo(json.dumps(answer, ensure_ascii=False, default=numeral))
        return
    for line in _lines(solved, lang, request):
        click.echo(line)


def _solution(network: Network, file: str) -> Solution:
    try:
        return solution(network)
    except NetworkError as error:
        raise with_lines(error, file) from None


def _json(solved: Solution, request: SolveRequest) -> dict[str, Any]:
    """The figures, and the answers to whatever else was request."""
    answer = figures_as_json(solved)
    if request.steps or request.layer is not None:
        answer["steps"] = [
            step_as_json(step) for step in worked_steps(solved.network, request.layer)
        ]
    if request.fits is not None:
        batch = largest_batch(solved, request.fits)
        answer["fits"] = {"bytes": request.fits, "batch": batch}
    if request.vary is not None and request.want is not None:
        answer["values"] = values_that_give(solved.network, request.vary, *request.want)
    return answer


def _lines(solved: Solution, language: str, request: SolveRequest) -> list[str]:
    """The answers to what was asked, for a terminal; the table where nothing was."""
    lines: list[str] = []
    if request.steps or request.layer is not None:
        for step in worked_steps(solved.network, request.layer):
            lines += step_lines(step, language)
    if request.fits is not None:
        batch = largest_batch(solved, request.fits)
        amount = grouped(numeral(request.fits // 1))
        lines.append(f"the largest batch that trains in {amount} B is {batch:,}")
    if request.vary is not None and request.want is not None:
        wanted, value = request.want
        values = values_that_give(solved.network, request.vary, wanted, value)
        given = ", ".join(map(str, values)) or "no value"
        lines.append(f"{wanted} = {grouped(numeral(value))} with {request.vary}: {given}")
    return lines or list(table_lines(solved, language))


def _solve_lines(request: SolveRequest) -> None:
    """Answer each line of the input at once, in order; a bad one never stops the rest."""
    for line in sys.stdin.buffer:
        sys.stdout.write(_answered(line, request) + "\n")
        sys.stdout.flush()


def _answered(line: bytes, request: SolveRequest) -> str:
    """One network's line answered by one line of JSON."""
    try:
        if request == SolveRequest():
            return solve_json_line(line)
        answer = _json(solution(read_network(read_json(line))), request)
    except GradeckError as error:
        answer = errors_as_json(error)
    except Exception as error:  # noqa: BLE001 - the lines after it are answered all the same
        answer = errors_as_json(NetworkError([own_fault(error, "")]))
    return json.dumps(answer, default=numeral)


def _drawing(network: Network, language: str) -> str:
    """The network as a picture in a file of its own: plain colours, which any program can draw."""
    cells = network_worksheet(network).solve()
    return draw_figure(Figure("network"), cells, network=network, language=language, palette=PAPER)
