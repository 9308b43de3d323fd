"""What a cell of a worksheet is called in worked steps, in a student's language.

The words that questions share are data, in `names.yaml`; a question's own stand in its file.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from cards.question import Numeric, Question
from grader.wording import SPOKEN

_FILE: Final = Path(__file__).parent.parent / "names.yaml"


@cache
def shared_names(language: str) -> Mapping[str, str]:
    """The words that questions share, by name or figure.

    >>> shared_names("zh")["stride"], shared_names("en")["multiply_adds"]
    ('步幅', 'multiply-adds')
    """
    words = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    names: Mapping[str, str] = words.get(language, {})
    return names


def naming(question: Question, language: str) -> Callable[[str], str]:
    """What each cell of the question's worksheet is called.

    >>> from cards.loading.bank import load_bank
    >>> called = naming(load_bank()["cnn/three-conv-parameters"], "zh")
    >>> called("kernel"), called("conv1.field.height"), called("total.parameters")
    ('核边长', 'conv1 感受野', '总参数')
    """
    content = question.content
    own = content.names.get(language, {}) if isinstance(content, Numeric) else {}
    shared = shared_names(language)
    between = " " if SPOKEN[language].spaced else ""

    def called(name: str) -> str:
        word = own.get(name) or shared.get(name)
        if word is None:
            owner, figure = _split(name, shared)
            if not figure:
                return name.replace(".", " ").replace("_", " ")
            whose = own.get(owner) or shared.get(owner)
            word = f"{whose}{between}{shared[figure]}" if whose else f"{owner} {shared[figure]}"
        return word

    return called


def _split(name: str, shared: Mapping[str, str]) -> tuple[str, str]:
    """The owner's id and the figure; no figure where the name has none that has a word."""
    for dots in (2, 1):
        owner, *figure = name.rsplit(".", dots)
        if len(figure) == dots and ".".join(figure) in shared:
            return owner, ".".join(figure)
    return name, ""
