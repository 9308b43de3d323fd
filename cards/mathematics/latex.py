r"""A bounded subset of LaTeX's mathematics, read into a tree; what is unknown is refused.

    row       = {scripted}
    scripted  = atom ["_" argument] ["^" argument] {"'"}        in either order
    argument  = one character or command, or "{" row "}"
    atom      = number | letter | sign | command | "{" row "}"
    number    = digits, with {,} between the thousands: 12{,}544
    command   = those of `cards.mathematics.symbols`, \frac, \sqrt, \binom, \text, accents,
                alphabets, \left...\right, \begin{...}...\end{...} of matrix, pmatrix,
                bmatrix, vmatrix, cases and aligned

The tree is written by `cards.mathematics.mathml` and, as plain text, by `cards.mathematics.plain`.
"""

import re
from collections.abc import Callable
from typing import Final

from cards.mathematics.symbols import (
    ACCENTS,
    ALPHABETS,
    FENCES,
    FUNCTIONS,
    GREEK,
    LARGE,
    LIMITED,
    OLDER_LETTERS,
    OPERATORS,
    SPACES,
    STRETCHED,
    TABLES,
    UNDER,
    UPRIGHT,
    WORDS,
)
from cards.mathematics.tree import (
    Accent,
    Digits,
    Fenced,
    Large,
    Letter,
    Ratio,
    Root,
    Row,
    Scripts,
    Sign,
    Space,
    Table,
    Tree,
    Words,
)
from grader.errors import FormulaError

MAX_LENGTH: Final = 2000
MAX_NESTING: Final = 20


_TOKEN: Final = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>[0-9]+(?:\{,\}[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<command>\\(?:[A-Za-z]+|.))"
    r"|(?P<letter>[A-Za-z])"
    r"|(?P<sign>[-+*/=<>(),.;:!?|\[\]@])"
    r"|(?P<mark>[{}_^'&~])"
    r"|(?P<symbol>[^\x00-\x7f])"
)
_SIGNS: Final = {"-": "−", "*": "∗"}
_FENCES: Final = frozenset("()[]|/.") | frozenset(FENCES.values())


def read_mathematics(latex: str) -> Row:
    r"""The tree of the mathematics; FormulaError names what is refused and its offset.

    >>> read_mathematics(r"\frac{n}{2}").items[0]
    Ratio(top=Letter(text='n', upright=False), bottom=Digits(text='2'), bar=True)
    >>> read_mathematics(r"\href{x}{y}")
    Traceback (most recent call last):
    ...
    grader.errors.FormulaError: the command \href isn't known here (at character 1)
    """
    if len(latex) > MAX_LENGTH:
        raise FormulaError(f"mathematics of {len(latex)} characters; {MAX_LENGTH} is the most")
    reader = _Reader(latex)
    row = reader.row()
    if reader.kind != "end":
        raise FormulaError(f"{reader.text!r} closes nothing", reader.offset)
    return row


class _Reader:
    r"""Recursive descent over one text; `\text{...}` takes its words straight from it."""

    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.depth = 0
        self.end = 0
        self.advance()

    def advance(self) -> None:
        """Put the next token at hand, spaces left out."""
        self.offset = self.end
        while True:
            if self.offset >= len(self.latex):
                self.kind, self.text, self.end = "end", "", self.offset
                return
            match = _TOKEN.match(self.latex, self.offset)
            unknown = match is not None and match["symbol"] and match["symbol"] not in _CHARACTERS
            if match is None or match.lastgroup is None or unknown:
                character = self.latex[self.offset]
                cure = r"; words go into \text{...}" if not character.isascii() else ""
                raise FormulaError(f"{character!r} isn't known in mathematics{cure}", self.offset)
            self.kind, self.text, self.end = match.lastgroup, match[0], match.end()
            if self.kind != "space":
                return
            self.offset = self.end

    def fail(self, reason: str) -> FormulaError:
        return FormulaError(reason, self.offset)

    def expect(self, text: str) -> None:
        if self.text != text:
            got = repr(self.text) if self.text else "the end"
            raise self.fail(f"expected {text!r}, got {got}")
        self.advance()

    def row(self, *ends: str) -> Row:
        """Items up to the end, a closing brace, or one of `ends`; the stop stays at hand."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.fail(f"nested more than {MAX_NESTING} deep")
        items = []
        while self.kind != "end" and self.text != "}" and self.text not in ends:
            items.append(self.scripted())
        self.depth -= 1
        return Row(tuple(items))

    def scripted(self) -> Tree:
        base: Tree = Row(()) if self.text in {"_", "^", "'"} else self.atom()
        below: Tree | None = None
        above: Tree | None = None
        while self.text in {"_", "^", "'"}:
            mark = self.text
            if mark == "_":
                if below is not None:
                    raise self.fail("a second subscript; use braces")
                self.advance()
                below = self.argument()
                continue
            if above is not None:
                raise self.fail("a second superscript; use braces")
            above = self.primes() if mark == "'" else self.exponent()
        return base if below is None and above is None else Scripts(base, below, above)

    def primes(self) -> Tree:
        count = 0
        while self.text == "'":
            count += 1
            self.advance()
        return Sign("′" * count)

    def exponent(self) -> Tree:
        self.advance()
        return self.argument()

    def argument(self) -> Tree:
        """What a command or a script takes: one thing, or a group in braces."""
        if self.text == "{":
            return self.group()
        if self.kind == "number" and len(self.text) > 1:
            raise self.fail(f"write braces: {{{self.text}}}")
        if self.kind in {"end", "mark"}:
            raise self.fail(f"an argument is missing before {self.text!r}")
        return self.atom()

    def group(self) -> Tree:
        self.expect("{")
        row = self.row()
        self.expect("}")
        return row.items[0] if len(row.items) == 1 else row

    def atom(self) -> Tree:
        text, kind = self.text, self.kind
        if text == "{":
            return self.group()
        if kind == "command":
            return self.command()
        if kind == "mark" and text != "~":
            raise self.fail(f"{text!r} stands alone")
        self.advance()
        if kind == "number":
            return Digits(text.replace("{,}", ","))
        if kind == "letter":
            return Letter(text)
        if text == "~":
            return Space("0.25")
        if kind == "symbol":
            return _CHARACTERS[text]
        return Sign(_SIGNS.get(text, text), fence=text in "()[]|")

    def command(self) -> Tree:
        name = self.text[1:]
        structure = _STRUCTURES.get(name)
        if structure is not None:
            return structure(self, name)
        if name in WORDS:
            return self.words(name)
        symbol = _symbol(name)
        if symbol is None:
            raise self.fail(f"the command \\{name} isn't known here")
        self.advance()
        return symbol

    def fraction(self, _: str) -> Tree:
        self.advance()
        top = self.argument()
        return Ratio(top, self.argument())

    def binomial(self, _: str) -> Tree:
        self.advance()
        top = self.argument()
        return Fenced("(", Ratio(top, self.argument(), bar=False), ")")

    def root(self, _: str) -> Tree:
        self.advance()
        degree: Tree | None = None
        if self.text == "[":
            self.advance()
            degree = self.row("]")
            self.expect("]")
        return Root(self.argument(), degree)

    def accent(self, name: str) -> Tree:
        self.advance()
        base = self.argument()
        if name in UNDER:
            return Accent(base, UNDER[name], under=True, stretched=True)
        return Accent(base, ACCENTS[name], stretched=name in STRETCHED)

    def alphabet(self, name: str) -> Tree:
        """Letters of another alphabet, as Unicode's own characters."""
        self.advance()
        body = self.argument()
        letters = body.items if isinstance(body, Row) else (body,)
        capitals, small = ALPHABETS[name]
        result = []
        for letter in letters:
            if not isinstance(letter, Letter) or not letter.text.isascii():
                raise self.fail(f"\\{name} takes letters from a to z")
            first, start = (capitals, "A") if letter.text.isupper() else (small, "a")
            character = chr(first + ord(letter.text) - ord(start))
            result.append(Letter(OLDER_LETTERS.get(character, character), upright=True))
        return result[0] if len(result) == 1 else Row(tuple(result))

    def words(self, name: str) -> Tree:
        start = self.end
        if self.latex[start : start + 1] != "{":
            raise self.fail(f"\\{name} needs braces")
        close = self.latex.find("}", start)
        words = self.latex[start + 1 : close]
        for character in r"\{$^&#~%":
            if close < 0 or character in words:
                got = "no closing brace" if close < 0 else repr(character)
                raise self.fail(f"\\{name} takes plain words, got {got}")
        self.end = close + 1
        self.advance()
        if name == "operatorname":
            return Large(words, limits=False, function=True)
        style = name if name in {"textbf", "textit"} else "text"
        return Words(words, style)

    def fenced(self, _: str) -> Tree:
        self.advance()
        opening = self.fence()
        body = self.row(r"\right")
        self.expect(r"\right")
        return Fenced(opening, body, self.fence())

    def fence(self) -> str:
        text = self.text
        fence = FENCES.get(text[1:]) if self.kind == "command" else text
        if fence is None or fence not in _FENCES:
            raise self.fail(f"{text!r} is no fence")
        self.advance()
        return "" if fence == "." else fence

    def table(self, _: str) -> Tree:
        name = self.environment()
        if name not in TABLES:
            raise self.fail(f"the environment {name!r} isn't known here")
        rows: list[tuple[Tree, ...]] = []
        cells: list[Tree] = []
        while True:
            cells.append(self.row("&", r"\\", r"\end"))
            if self.text == "&":
                self.advance()
                continue
            rows.append(tuple(cells))
            cells = []
            if self.text != r"\\":
                break
            self.advance()
        if self.text != r"\end":
            raise self.fail(f"\\end{{{name}}} is missing")
        if (other := self.environment()) != name:
            raise self.fail(f"\\begin{{{name}}} ends with \\end{{{other}}}")
        opening, closing, alignment = TABLES[name]
        table = Table(tuple(row for row in rows if row != (Row(()),)), alignment)
        return Fenced(opening, table, closing) if opening else table

    def environment(self) -> str:
        r"""The name in braces after \begin or \end."""
        match = re.compile(r"\{([a-z]+)\}").match(self.latex, self.end)
        if match is None:
            raise self.fail(f"{self.text} needs a name in braces")
        self.end = match.end()
        self.advance()
        return match[1]

    def stray(self, name: str) -> Tree:
        raise self.fail(f"\\{name} stands alone")


def _symbol(name: str) -> Tree | None:
    """The leaf that a command without arguments stands for."""
    if name in GREEK:
        return Letter(GREEK[name])
    if name in UPRIGHT:
        return Letter(UPRIGHT[name], upright=True)
    if name in OPERATORS:
        return Sign(OPERATORS[name])
    if name in FENCES:
        return Sign(FENCES[name], fence=True)
    if name in LARGE:
        return Large(LARGE[name], limits=name != "int")
    if name in FUNCTIONS:
        return Large(name, limits=name in LIMITED, function=True)
    if name in SPACES:
        return Space(SPACES[name])
    return None


# A symbol may also be typed as its own character.
_CHARACTERS: Final[dict[str, Tree]] = {
    symbol.text: symbol
    for name in (*FENCES, *OPERATORS, *UPRIGHT, *GREEK, *LARGE)
    if isinstance(symbol := _symbol(name), Letter | Sign | Large) and not symbol.text.isascii()
}

_STRUCTURES: Final[dict[str, Callable[[_Reader, str], Tree]]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac"), _Reader.fraction),
    "binom": _Reader.binomial,
    "sqrt": _Reader.root,
    **dict.fromkeys((*ACCENTS, *UNDER), _Reader.accent),
    **dict.fromkeys(ALPHABETS, _Reader.alphabet),
    "left": _Reader.fenced,
    "begin": _Reader.table,
    **dict.fromkeys(("right", "end", "\\"), _Reader.stray),
}
