"""How many of something, as a command says it."""


def counted(number: int, one: str, more: str = "") -> str:
    """The number and its noun: `one` for 1, else `more`, which is `one` with an s if not given.

    >>> counted(1, "sheet"), counted(0, "sheet"), counted(1200, "box", "boxes")
    ('1 sheet', '0 sheets', '1,200 boxes')
    """
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"
