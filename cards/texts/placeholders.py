r"""The places in a text where a variant's numbers go: `{height}`, in words and in `$...$`.

In words `{height}` becomes `1,200`; in mathematics `{1{,}200}`, which sets no gap. `\{` is a
brace. In mathematics braces also group: there a group is a place only if it holds the name of
a draw or a line and nothing else, and isn't the argument of `\text` and its like.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cards.mathematics.symbols import WORDS
from cards.texts.rendering import spans
from grader.arithmetic import Number
from grader.naming import DOTTED_NAME
from grader.numerals import grouped, numeral
from grader.wording import Text
from grader.writing import latex_number

_IN_WORDS: Final = re.compile(rf"(?P<escaped>\\.)|\{{(?P<name>{DOTTED_NAME})\}}|(?P<brace>[{{}}])")
_IN_MATHEMATICS: Final = re.compile(
    rf"(?P<words>\\(?:{'|'.join(sorted(WORDS))})\s*\{{[^}}]*\}})"
    rf"|(?P<environment>\\(?:begin|end)\{{[a-z]*\}})|\{{(?P<name>{DOTTED_NAME})\}}"
)


@dataclass(frozen=True, slots=True)
class Template:
    """A text cut at its places: literal texts and names by turns, beginning with a text."""

    pieces: tuple[str, ...]
    names: tuple[tuple[str, bool], ...]

    def fill(self, cells: Mapping[str, Number]) -> str:
        r"""The text with the numbers put in.

        >>> template(r"{h} rows, $2 \times {h}$", {"h"}).fill({"h": 1200})
        '1,200 rows, $2 \\times {1{,}200}$'
        """
        if not self.names:
            return self.pieces[0]
        texts = [self.pieces[0]]
        for (name, mathematical), piece in zip(self.names, self.pieces[1:], strict=True):
            texts += (written_number(cells[name], mathematical=mathematical), piece)
        return "".join(texts)


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """A text's places in each of its languages."""

    by_language: Mapping[str, Template]

    def fill(self, cells: Mapping[str, Number]) -> Text:
        """The text with the numbers put in, in each of its languages."""
        return Text(**{name: one.fill(cells) for name, one in self.by_language.items()})


def unchanged(text: Text) -> TextTemplate:
    """The template of a text without places.

    >>> unchanged(Text("No numbers.", "没有数字。")).fill({}).in_("zh")
    '没有数字。'
    """
    return TextTemplate({language: Template((words,), ()) for language, words in text.items()})


def written_number(value: Number, *, mathematical: bool) -> str:
    """A number as it stands in a text: its minus a sign and no hyphen, its digits grouped.

    >>> written_number(1200, mathematical=False), written_number(-3, mathematical=False)
    ('1,200', '−3')
    >>> written_number(-3, mathematical=True)
    '{-3}'
    """
    if mathematical:
        return f"{{{latex_number(value)}}}"
    text = numeral(value)
    return (text if "/" in text else grouped(text)).replace("-", "\N{MINUS SIGN}")


def template(text: str, known: Collection[str]) -> Template:
    """The text cut at its places; in words every `{name}` counts, known or not.

    >>> template("A map of {height} rows.", ["height"])
    Template(pieces=('A map of ', ' rows.'), names=(('height', False),))
    """
    pieces: list[str] = []
    names: list[tuple[str, bool]] = []
    last = ""
    for span, mathematical in spans(text):
        start = 0
        for match in (_IN_MATHEMATICS if mathematical else _IN_WORDS).finditer(span):
            name = match["name"]
            if name and (not mathematical or name in known):
                pieces.append(last + span[start : match.start()])
                names.append((name, mathematical))
                last, start = "", match.end()
        last += span[start:]
    return Template((*pieces, last), tuple(names))


def templates(text: Text, known: Collection[str]) -> TextTemplate:
    """The template of a text, cut in each of its languages.

    >>> rows = Text("{height} rows.", "{height} 行。")
    >>> templates(rows, ["height"]).fill({"height": 1200})
    Text(en='1,200 rows.', zh='1,200 行。')
    """
    return TextTemplate({language: template(words, known) for language, words in text.items()})


def unknown_names(text: str, known: Collection[str]) -> Iterator[str]:
    r"""The names in braces that nothing gives; a brace in words without a name as `{`.

    >>> list(unknown_names(r"{hieght} and $\frac{n}{widht}$", {"height", "width"}))
    ['hieght', 'widht']
    """
    for span, mathematical in spans(text):
        for match in (_IN_MATHEMATICS if mathematical else _IN_WORDS).finditer(span):
            name = match["name"]
            if not mathematical and match["brace"]:
                yield match["brace"]
            elif name and name not in known and (not mathematical or len(name) > 1):
                yield name
