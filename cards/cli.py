"""The command `gradeck`: a table of subcommands, each imported only when it is asked for.

So `gradeck solve` starts without a template engine, and `gradeck check` without a web framework.
Errors go to stderr: exit 1 for bad input, 2 for wrong usage, never a traceback.
"""

import os
import sys
from importlib import import_module
from typing import Final

import click

from cards.documents.containing import DEBUG
from grader.errors import GradeckError, UnknownNameError

# Each name with the callable behind it, as "module:attribute", and its line of help.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "check": ("cards.commands.check:check", "Load and stress-test questions, plans and networks."),
    "show": ("cards.commands.show:show", "Show one variant of a question."),
    "mark": ("cards.commands.mark:mark", "Mark answers to a variant."),
    "solve": ("cards.commands.solve:solve", "Compute a network's shapes, parameters and memory."),
    "deck": ("cards.commands.deck:deck", "Build the Anki package."),
    "exam": ("cards.commands.exam:exam", "Deal an exam's papers and keys, or verify them."),
    "export": (
        "cards.commands.export:export",
        "Write the questions for Moodle, Canvas or QTI.",
    ),
    "grades": (
        "cards.commands.grades:grades",
        "Put marks into a gradebook that Moodle or Canvas exported.",
    ),
    "serve": ("service.commands.serve:serve", "Run the service."),
    "migrate": (
        "service.commands.serve:migrate",
        "Bring the database to the newest shape.",
    ),
    "user": ("service.commands.user:user", "Make or change an account of the service."),
    "submit": ("service.commands.submit:submit", "Hand in answers to a running service."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, not when they are listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the table, in its order."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command behind a name; a usage error, with the nearest, for an unknown one."""
        if cmd_name not in COMMANDS:
            raise click.UsageError(str(UnknownNameError("command", cmd_name, COMMANDS)), ctx)
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            message = f"{COMMANDS[cmd_name][0]} is no command"
            raise TypeError(message)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list from the table, without importing anything."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gradeck", prog_name="gradeck")
def gradeck() -> None:
    """One YAML source of questions: Anki decks, graded homework and exam papers."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command; the process ends with 0, 1 for bad input, or 2 for wrong usage."""
    try:
        code = gradeck.main(arguments, prog_name="gradeck", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show(sys.stderr)
        code = error.exit_code
    except click.exceptions.Exit as error:
        code = error.exit_code
    except GradeckError as error:
        click.echo(f"gradeck: {error}", err=True)
        code = 1
    except BrokenPipeError:
        # The reader of a pipe has gone, as `head` does: nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        click.echo(f"gradeck: {named}{error.strerror or error}", err=True)
        code = 1
    except (KeyboardInterrupt, click.Abort):
        click.echo("gradeck: stopped", err=True)
        code = 130
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        said = f"{type(error).__name__}: {error}"
        click.echo(f"gradeck: a fault of Gradeck itself: {said}; {DEBUG}=1 shows where", err=True)
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
