"""How wide a text is on a terminal."""

import unicodedata


def terminal_width(text: str) -> int:
    """The columns of a terminal that a text takes: a Chinese character has two.

    >>> terminal_width("stride"), terminal_width("步幅")
    (6, 4)
    """
    return len(text) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
