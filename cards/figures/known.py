"""Numbers of a figure that may be asked for: then they are None here, and `?` on the figure."""

from grader.wording import Text

Known = int | None
Pair = tuple[Known, Known]


def shown(value: Known) -> str:
    """The number as a figure prints it.

    >>> shown(903400), shown(None)
    ('903,400', '?')
    """
    return "?" if value is None else f"{value:,}"


def times(pair: Pair) -> str:
    """Height and width as a figure prints them.

    >>> times((55, None))
    '55 × ?'
    """
    return f"{size(pair[0])} × {size(pair[1])}"


def size(value: Known) -> str:
    """A length in cells, without thousands separators.

    >>> size(1200), size(None)
    ('1200', '?')
    """
    return "?" if value is None else str(value)


def one_or_two(pair: Pair) -> str:
    """A number for both axes once, two different ones as height × width.

    >>> one_or_two((2, 2)), one_or_two((2, 1))
    ('2', '2 × 1')
    """
    return size(pair[0]) if pair[0] == pair[1] else times(pair)


def say(en: str, zh: str, language: str) -> str:
    """The words in the figure's language.

    >>> say("stride", "步幅", "zh")
    '步幅'
    """
    return Text(en, zh).in_(language)
