"""A sentence in the two languages that Gradeck speaks: English and Chinese."""

from dataclasses import dataclass

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in English (`en`) and in Chinese (`zh`).

    >>> Text("stride", "步幅").in_("zh")
    '步幅'
    """

    en: str
    zh: str

    def in_(self, language: str) -> str:
        """The text in `language`; KeyError for one that Gradeck doesn't speak."""
        return self.as_dict()[language]

    def as_dict(self) -> dict[str, str]:
        """The text by language code, as JSON wants it."""
        return {"en": self.en, "zh": self.zh}

    def format(self, **names: str) -> "Text":
        """The text with `{name}` put in, the same in both languages."""
        return Text(self.en.format(**names), self.zh.format(**names))


def both(text: str) -> Text:
    """The same words in both languages, as for a number or a symbol.

    >>> both("MiB")
    Text(en='MiB', zh='MiB')
    """
    return Text(text, text)
