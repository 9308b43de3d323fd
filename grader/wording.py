"""The languages that Gradeck speaks, and a text in them: who lacks one is read in its first.

Another language is a row of `SPOKEN`. All that names languages is made from it: options, shelves
of the deck, the codes of other systems. Texts need no words in it: they fall back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Language:
    """A language that Gradeck speaks: its own name, and its tag on pages and cards (BCP 47).

    `english` is its English name, `moodle` the code of a site's language pack; where they are
    empty, the name and the language's own code serve. What a cell is called has at most
    `longest_name` characters. In a `spaced` language blanks part the words. In those `written` a
    question must stand, unless it, its file or its folder names others.
    """

    name: str
    tag: str
    english: str = ""
    moodle: str = ""
    longest_name: int = 32
    spaced: bool = True
    written: bool = False


# The table of languages. A row more is a language more: what has no words in it yet is read in the
# first language that it has.
SPOKEN: Final[Mapping[str, Language]] = {
    "en": Language("English", "en", written=True),
    "zh": Language(
        *("中文", "zh-Hans", "Chinese", "zh_cn"), longest_name=20, spaced=False, written=True
    ),
}
LANGUAGES: Final = tuple(SPOKEN)
WRITTEN: Final = tuple(code for code, language in SPOKEN.items() if language.written)
# What may be asked for where one file can hold several languages.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    **{code: (code,) for code in LANGUAGES},
    "both": LANGUAGES,
}


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Text(Mapping[str, str]):
    """One text by language code; by position in the order of LANGUAGES.

    >>> stride = Text("stride", "步幅")
    >>> stride.in_("zh"), list(stride)
    ('步幅', ['en', 'zh'])
    >>> Text(en="stride").in_("zh")
    'stride'
    """

    _written: tuple[tuple[str, str], ...]

    def __init__(self, *words: str, **by_language: str) -> None:
        """The words in the languages that have some."""
        written = {**dict(zip(LANGUAGES, words, strict=False)), **by_language}
        object.__setattr__(self, "_written", tuple(written.items()))

    def __getitem__(self, language: str) -> str:
        for own, words in self._written:
            if own == language:
                return words
        raise KeyError(language)

    def __iter__(self) -> Iterator[str]:
        return (language for language, _ in self._written)

    def __len__(self) -> int:
        return len(self._written)

    def __repr__(self) -> str:
        return f"Text({', '.join(f'{language}={words!r}' for language, words in self.items())})"

    def in_(self, language: str) -> str:
        """The text in `language`, or in the first that it has where it lacks that one."""
        first = ""
        for own, words in self._written:
            if own == language:
                return words
            first = first or words
        return first

    def as_dict(self) -> dict[str, str]:
        """The text in every language of Gradeck, as JSON wants it.

        >>> Text(en="stride").as_dict()
        {'en': 'stride', 'zh': 'stride'}
        """
        return {language: self.in_(language) for language in LANGUAGES}

    def format(self, **names: "str | Text") -> "Text":
        """The text with `{name}` put in: a text in its own languages, a string in all.

        >>> Text("{n} of {what}", "{what} {n}").format(n="2", what=Text("padding", "填充"))
        Text(en='2 of padding', zh='填充 2')
        """
        return Text(
            **{
                language: words.format(
                    **{
                        name: put_in.in_(language) if isinstance(put_in, Text) else put_in
                        for name, put_in in names.items()
                    }
                )
                for language, words in self.items()
            }
        )

    def join(self, texts: Sequence["Text"]) -> "Text":
        """The texts one after the other, with this one between them.

        >>> Text(" or ", "或").join([Text("same", "相同"), Text("valid", "有效")]).in_("zh")
        '相同或有效'
        """
        return Text(
            **{
                language: between.join(text.in_(language) for text in texts)
                for language, between in self.items()
            }
        )


def both(text: str) -> Text:
    """The same words in every language, as for a number or a symbol.

    >>> both("MiB")
    Text(en='MiB', zh='MiB')
    """
    return Text(**dict.fromkeys(LANGUAGES, text))
