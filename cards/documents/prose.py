"""Texts for people in a file: in its languages, with sound Markdown and mathematics."""

from cards.documents.entry import Entry
from cards.texts.rendering import text_faults
from grader.wording import Text


def read_prose(entry: Entry, *, longest: int = 5000) -> Text:
    """A text in its languages whose Markdown and mathematics are sound.

    >>> from cards.documents.strict_yaml import Document
    >>> entry = Entry({"en": "Two **rows", "zh": "两行"}, Document({}, "a.yaml", {}), ("text",))
    >>> read_prose(entry).in_("zh"), entry.faults[0].field
    ('两行', 'text.en')
    """
    text = entry.texts(longest=longest)
    for language, words in text.items():
        for expected, got, cure in text_faults(words):
            entry.at(language).note(expected, got, cure)
    return text
