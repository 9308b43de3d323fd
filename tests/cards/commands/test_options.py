"""The options of all commands, as a stranger reads them: one style."""

import re
from collections.abc import Iterator

import click
import pytest

from cards.cli import COMMANDS, gradeck


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and every command of a group, by what is typed."""
    context = click.Context(gradeck)
    for name in COMMANDS:
        command = gradeck.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())


ALL = dict(commands())
OPTIONS = [
    pytest.param(option, id=f"{name} {option.opts[-1]}")
    for name, command in ALL.items()
    for option in command.params
    if isinstance(option, click.Option)
]


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_is_one_sentence_and_one_word(option: click.Option) -> None:
    """A sentence says what it is for, a word in capitals what it takes, and a default is shown."""
    assert re.fullmatch(r"""[A-Z][^\n]*[.](  \[default: 1\])?""", option.help or "")
    if not (option.is_flag or isinstance(option.type, click.Choice)):
        assert re.fullmatch(r"[A-Z]+([.=][A-Z]+)?", option.metavar or "")
        assert option.to_info_dict()["default"] in {None, "", ()} or option.show_default


@pytest.mark.parametrize("option", OPTIONS)
def test_a_file_is_missed_where_it_is_read(option: click.Option) -> None:
    """No option looks for its file by itself: all that is missing is told in the same words."""
    assert not getattr(option.type, "exists", False)


def test_what_several_commands_take_is_said_in_the_same_words() -> None:
    """`--json` is `--json`: options of one name take the same, but where a command says more."""
    said: dict[str, set[tuple[str | None, str | None]]] = {}
    for command in ALL.values():
        for option in command.params:
            if isinstance(option, click.Option):
                said.setdefault(option.opts[0], set()).add((option.metavar, option.help))
    for name in ("--json", "--bank", "--data", "--tags", "--variants"):
        assert 1 == len(said[name]), name


@pytest.mark.parametrize("name", ALL)
def test_the_list_of_commands_cuts_nothing_off(name: str) -> None:
    """The line of a command in its group's list is a whole sentence."""
    assert not ALL[name].get_short_help_str(60).endswith("...") or " " not in name


def test_the_help_of_exam_shows_how_to_deal() -> None:
    """`gradeck exam --help` shows what dealing takes, since `gradeck exam PLAN` deals."""
    exam = ALL["exam"]
    text = exam.get_help(click.Context(exam, info_name="exam"))
    options = [one.opts[0] for one in ALL["exam deal"].params if isinstance(one, click.Option)]
    assert [] == [option for option in options if option not in text]
