"""The service's commands: serve and migrate."""

import os

import click

from cards.commands import options
from service.commands.data_folder import data_folder
from service.config import Config, read_config
from service.demo.exercise import add_exercise
from service.demo.preparing import DEMO_FOLDER, DEMO_PASSWORD, LOGINS, SETTINGS, prepare_demo
from service.processes.listening import hold
from service.processes.serving import prepare
from service.processes.serving import serve as serve_app

SERVES = "Gradeck serves {address} (API: {address}/api/v1/openapi.json); stop with Ctrl-C"


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="HOST",
    help="The address to serve at.",
)
@options.count("--port", 1, 65_535, "The port to serve at.", default=8000)
@options.count("--workers", 1, 64, "Processes that answer; more than one needs Redis.", default=1)
@data_folder
@click.option("--demo", is_flag=True, help="With demo users and open practice, for a look.")
def serve(host: str, port: int, workers: int, *, demo: bool) -> None:
    """Run the service; settings are read from GRADECK_… variables."""
    if demo:
        os.environ.update(SETTINGS)
        os.environ.setdefault("GRADECK_DATA", DEMO_FOLDER)
    config = read_config()
    if workers > 1 and not config.distributed:
        message = (
            "the embedded service marks in its one process: set GRADECK_DATABASE_URL and "
            "GRADECK_REDIS_URL, or leave --workers at 1"
        )
        raise click.UsageError(message)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    with hold(host, port) as held:
        prepare(config, "demo" if demo else "real")
        if demo:
            _add_demo(config, address)
        serve_app(held, lambda: click.echo(SERVES.format(address=address)), workers)


def _add_demo(config: Config, address: str) -> None:
    """Put the demo's people and exercise into its database, and say how to get in."""
    token = prepare_demo(config)
    click.echo(f"users: {', '.join(LOGINS)}; password: {DEMO_PASSWORD}")
    click.echo(f"token of the student: {token}")
    if variant_id := add_exercise(config, LOGINS[0]):
        click.echo(f"the course's exercise, as {LOGINS[0]}: {address}/variants/{variant_id}")


@click.command()
def migrate() -> None:
    """Bring the database to the newest shape."""
    prepare(read_config())
    click.echo("the database has the newest shape")
