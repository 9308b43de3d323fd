"""The bank's own files, spoilt at random: each is read or refused, and nothing else.

A few in every run; GRADECK_MUTATIONS=3000 tries so many.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from cards.checking.files import PLANS, load_all
from cards.documents.containing import DEBUG
from cards.loading.bank import BANK
from cards.networks.files import NETWORKS
from cards.printing.figure import variant_figure
from cards.variants.dealing import make_variant
from grader.errors import GradeckError

_MUTATIONS: Final = int(os.environ.get("GRADECK_MUTATIONS", "40"))
_VALUES: Final = (
    *("", "null", "true", "0", "-1", "10**9", "1e60", "'x'", "[]", "[1]", "{}", "{a: 1}"),
    *("{en: x, zh: y}", "x.y", "1/0", '"\\x1f"', "{{c1::", "$", "[[1], [1, 2]]", "window"),
)
_FILES: Final = sorted(
    path for folder in (BANK, PLANS, NETWORKS) for path in folder.rglob("*.yaml")
)

Lines = list[str]
Dice = random.Random


def _without_a_line(lines: Lines, at: int, _dice: Dice) -> Lines:
    return lines[:at] + lines[at + 1 :]


def _with_a_line_twice(lines: Lines, at: int, _dice: Dice) -> Lines:
    return [*lines[:at], lines[at], *lines[at:]]


def _with_another_value(lines: Lines, at: int, dice: Dice) -> Lines:
    key, colon, _ = lines[at].partition(": ")
    return [*lines[:at], f"{key}{colon or ' '}{dice.choice(_VALUES)}", *lines[at + 1 :]]


def _with_another_character(lines: Lines, at: int, dice: Dice) -> Lines:
    line = lines[at] or " "
    place = dice.randrange(len(line))
    spoilt = line[:place] + dice.choice("{}[]:,#'\"-0x\t\u202e\x07") + line[place + 1 :]
    return [*lines[:at], spoilt, *lines[at + 1 :]]


def _with_an_indentation(lines: Lines, at: int, dice: Dice) -> Lines:
    line = lines[at]
    moved = line[2:] if dice.random() < 0.5 else f"  {line}"
    return [*lines[:at], moved, *lines[at + 1 :]]


def _cut_off(lines: Lines, at: int, _dice: Dice) -> Lines:
    return lines[:at]


_WAYS: Final[tuple[Callable[[Lines, int, Dice], Lines], ...]] = (
    _without_a_line,
    _with_a_line_twice,
    _with_another_value,
    _with_another_character,
    _with_an_indentation,
    _cut_off,
)


@pytest.mark.parametrize("number", range(_MUTATIONS))
def test_a_spoilt_file_is_read_or_refused(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is done to a file, its questions can be tried, or its faults name it and a line."""
    monkeypatch.setenv(DEBUG, "1")
    dice = random.Random(number)  # noqa: S311 - dice, no secret
    source = dice.choice(_FILES)
    lines = source.read_text(encoding="utf-8").splitlines()
    spoilt = dice.choice(_WAYS)(lines, dice.randrange(len(lines)), dice)
    file = tmp_path / "spoilt.yaml"
    file.write_text("\n".join(spoilt) + "\n", encoding="utf-8")
    loaded = load_all([file])
    for question in loaded.questions[:3]:
        try:
            variant = make_variant(question, "any")
            shown: tuple[object, ...] = (variant.with_key(), variant.text, variant.hints)
            if question.figure is not None:
                shown = (*shown, variant_figure(variant))
        except GradeckError as error:
            shown = (str(error),)
        assert shown
    for fault in loaded.faults:
        assert str(fault).startswith(f"{file}:")
